using System.Diagnostics;
using Connectify.Migrations;
using Connectify.Tests.Support;
using FluentAssertions;
using Xunit;

namespace Connectify.Tests.Attachments;

/// <summary>Mounts a small tmpfs for the files: needs root, or sudo without a password, as scripts/test does.</summary>
public sealed class FullDiskTests : IAsyncLifetime
{
    private ServerData? _data;

    private string Files => Path.Combine(_data!.Folder, "files");

    public async Task InitializeAsync()
    {
        _data = await ServerData.Create(DatabaseEngine.Sqlite);
        Directory.CreateDirectory(Files);
        await Mount("-t", "tmpfs", "-o", "size=1m,mode=1777", "tmpfs", Files);
    }

    public async Task DisposeAsync()
    {
        await Run("umount", Files);
        await _data!.DisposeAsync();
    }

    [Fact]
    public async Task A_full_disk_takes_no_files_and_heals_alone()
    {
        await using var server = await TestServer.On(_data!);
        using User ann = await User.Register(server, "ann", 1), bo = await User.Register(server, "bo", 1);
        var chat = await ann.StartsConversation(bo);
        await Upload(ann, chat, 100_000).Created();

        // Full in the middle of an upload, which takes its bytes back.
        (await Upload(ann, chat, 2_000_000)).Headers.RetryAfter!.Delta.Should().BePositive();
        server.Log.Warnings.Should().ContainSingle().Which.Should().Contain("disk full");
        await ann.Get("/readyz").Ok();
        await Upload(ann, chat, 100_000).Created();

        // Full to the last byte.
        var filler = Path.Combine(Files, "filler");
        Fill(filler);
        await Upload(ann, chat, 10_000).Fails(503, code: "storage_full");
        var why = await ann.Get("/readyz").Fails(503, code: "not_ready");
        why.Text("detail").Should().Contain("disk full").And.NotContain(_data!.Folder);
        using var group = new Form().With("name", "Team").With("organization_id", 1).WithFile("avatar", "a.png", "image/png", Pictures.Png);
        await ann.Send(HttpMethod.Post, "/api/messaging/group-chats/", group).Fails(503, code: "storage_full");
        await ann.Says(chat, "texts go on");

        File.Delete(filler);
        await Upload(ann, chat, 10_000).Created();
        await ann.Get("/readyz").Ok();
        Directory.GetFiles(Path.Combine(Files, "incoming")).Should().BeEmpty();
        server.Log.Errors.Should().BeEmpty();
    }

    [Fact]
    public async Task A_read_only_disk_takes_no_files_and_heals_alone()
    {
        await using var server = await TestServer.On(_data!);
        using User ann = await User.Register(server, "ann", 1), bo = await User.Register(server, "bo", 1);
        var chat = await ann.StartsConversation(bo);
        var sent = await Upload(ann, chat, 1000).Created();

        await Mount("-o", "remount,ro", Files);
        await Upload(ann, chat, 1000).Fails(503, code: "storage_unavailable");
        (await ann.Get("/readyz").Fails(503, code: "not_ready")).Text("detail").Should().Contain("Read-only file system");
        server.Log.Warnings.Should().ContainSingle().Which.Should().Contain("Read-only file system");
        using (var download = await ann.Raw(new HttpRequestMessage(HttpMethod.Get, sent.Items("attachments")[0].Text("url"))))
        {
            ((int)download.StatusCode).Should().Be(200);
        }

        await ann.Delete($"/api/messaging/messages/{sent.Id()}/").NoContent();

        await Mount("-o", "remount,rw", Files);
        await Upload(ann, chat, 1000).Created();
        await ann.Get("/readyz").Ok();
        server.Log.Errors.Should().BeEmpty();
    }

    private static Task<Reply> Upload(User who, string chat, int bytes)
        => who.Send(HttpMethod.Post, $"/api/messaging/{chat}send_message/", new Form().WithFile("attachments", "a", "x/y", new byte[bytes]));

    private static void Fill(string path)
    {
        using var file = new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 0);
        try
        {
            for (var page = new byte[4096]; ;) file.Write(page);
        }
        catch (IOException)
        {
            // Full.
        }
    }

    private static Task Mount(params string[] arguments) => Run("mount", arguments);

    private static async Task Run(string program, params string[] arguments)
    {
        string[] command = Environment.IsPrivilegedProcess ? [program, .. arguments] : ["sudo", "-n", program, .. arguments];
        using var process = Process.Start(new ProcessStartInfo(command[0], command[1..]) { RedirectStandardError = true })!;
        var error = await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        process.ExitCode.Should().Be(0, "{0} {1} needs root: {2}", program, string.Join(' ', arguments), error);
    }
}
