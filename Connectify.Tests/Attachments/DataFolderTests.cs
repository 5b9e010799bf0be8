using System.Runtime.Versioning;
using Connectify.Migrations;
using Connectify.Tests.Support;
using FluentAssertions;
using Xunit;

namespace Connectify.Tests.Attachments;

public sealed class DataFolderTests
{
    private const UnixFileMode ForAll = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead;
    private const UnixFileMode Private = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    [UnsupportedOSPlatform("windows")]
    public async Task No_other_user_of_the_machine_reads_what_is_in_it(bool isOfAnEarlierVersion)
    {
        await using var data = await ServerData.Create(DatabaseEngine.Sqlite);
        if (isOfAnEarlierVersion)
        {
            Directory.CreateDirectory(Path.Combine(data.Folder, "files", "incoming"));
            await File.WriteAllBytesAsync(Path.Combine(data.Folder, "connectify.db"), []);
            File.SetUnixFileMode(Path.Combine(data.Folder, "connectify.db"), ForAll);
        }

        await using var server = await TestServer.On(data);
        using User ann = await User.Register(server, "ann", 1), bo = await User.Register(server, "bo", 1);
        using var form = new Form().WithFile("attachments", "a.png", "image/png", Pictures.Png);
        await ann.Send(HttpMethod.Post, $"/api/messaging/{await ann.StartsConversation(bo)}send_message/", form).Created();

        var folders = Directory.GetDirectories(data.Folder, "*", SearchOption.AllDirectories);
        folders.Should().HaveCountGreaterThan(3).And.OnlyContain(folder => File.GetUnixFileMode(folder) == (Private | UnixFileMode.UserExecute));
        var files = Directory.GetFiles(data.Folder, "*", SearchOption.AllDirectories);
        files.Should().HaveCountGreaterThan(3).And.OnlyContain(file => File.GetUnixFileMode(file) == Private);
    }

    [Fact]
    public async Task With_little_space_left_files_are_refused_and_nothing_else()
    {
        await using var server = await TestServer.Start(DatabaseEngine.Sqlite, "--Attachments:MinFreeBytes=1000000000000000");
        using User ann = await User.Register(server, "ann", 1), bo = await User.Register(server, "bo", 1);
        var send = $"/api/messaging/{await ann.StartsConversation(bo)}send_message/";
        using var form = new Form().With("content", "Look").WithFile("attachments", "a.png", "image/png", Pictures.Png);

        var refused = await ann.Send(HttpMethod.Post, send, form);
        (refused.Status, refused.Code).Should().Be((503, "storage_full"));
        refused.Headers.RetryAfter!.Delta.Should().BePositive();
        (await ann.Get("/readyz").Fails(503, code: "not_ready")).Text("detail").Should().Contain("disk full").And.Contain("MinFreeBytes");
        server.Log.Warnings.Should().ContainSingle().Which.Should().Contain("disk full");
        await ann.Send(HttpMethod.Post, send, new Form().With("content", "a form without a file")).Created();
        await ann.Post(send, new { content = "a text" }).Created();
    }
}
