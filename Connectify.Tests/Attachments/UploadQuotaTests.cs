using Connectify.Migrations;
using Connectify.Tests.Messages;
using Connectify.Tests.Support;
using FluentAssertions;
using Xunit;

namespace Connectify.Tests.Attachments;

public abstract class UploadQuotaTests(ServerFixture on) : TwoInAChat(on)
{
    private const int Quota = 1000;

    [Fact]
    public async Task Files_count_until_the_day_is_over()
    {
        var (ann, bo, chat) = await Two();
        await Upload(ann, chat, 600).Created();
        var over = await Upload(ann, chat, 401).Fails(413, code: "quota_exceeded");
        over.Text("detail").Should().Contain("1000 bytes a day");
        await Upload(ann, chat, 400).Created();
        (await Upload(ann, chat, 1)).Headers.RetryAfter!.Delta.Should().BePositive().And.BeLessThanOrEqualTo(TimeSpan.FromDays(1));
        await Upload(bo, chat, 1000).Created();

        (await ann.Get(Messages(chat)).Ok()).Number("count").Should().Be(3);
        await ann.Says(chat, "a text");
        await ann.Send(HttpMethod.Post, Send(chat), new Form().With("content", "a form without a file")).Created();

        await Server.Database.Execute("UPDATE upload_usage SET day = day - 1 WHERE user_id = @Id", new { ann.Id }, default);
        await Upload(ann, chat, 1000).Created();
        await Upload(ann, chat, 1).Fails(413, code: "quota_exceeded");
    }

    [Fact]
    public async Task More_than_a_days_bytes_at_once_are_refused_before_they_are_read()
    {
        var (ann, _, chat) = await Two();
        await Upload(ann, chat, 1001).Fails(413, code: "quota_exceeded");
        await Upload(ann, chat, 2 * 1024 * 1024).Fails(413, code: "quota_exceeded");
        await Upload(ann, chat, 1000).Created();
    }

    [Fact]
    public async Task Files_that_are_not_kept_do_not_count()
    {
        var (ann, _, chat) = await Two();
        var repeated = new Form().With("client_message_id", "a").WithFile("attachments", "a", "x/y", new byte[500]);
        await ann.Send(HttpMethod.Post, Send(chat), repeated).Created();
        for (var i = 0; i < 2; i++)
        {
            await ann.Send(HttpMethod.Post, Send(chat), new Form().With("client_message_id", "a").WithFile("attachments", "a", "x/y", new byte[500])).Ok();
            await ann.Send(HttpMethod.Post, Send(chat), new Form().With("reply_to", 987654321).WithFile("attachments", "a", "x/y", new byte[500])).Fails(400);
            await ann.Send(HttpMethod.Post, Send(chat), new Form().With("attachment_types", "image").WithFile("attachments", "a", "x/y", new byte[500])).Fails(400);
        }

        await Upload(ann, chat, 500).Created();
        await Upload(ann, chat, 1).Fails(413, code: "quota_exceeded");
    }

    [Fact]
    public async Task Pictures_of_groups_count()
    {
        var (ann, bo, chat) = await Two("group");
        byte[] picture = [.. Pictures.Png, .. new byte[900]];
        await ann.Send(HttpMethod.Patch, $"/api/messaging/{chat}", new Form().WithFile("avatar", "a", "image/png", picture)).Ok();
        await ann.Send(HttpMethod.Patch, $"/api/messaging/{chat}", new Form().WithFile("avatar", "a", "image/png", picture)).Fails(413, code: "quota_exceeded");
        var team = new Form().With("name", "Team").With("organization_id", await Organization()).WithFile("avatar", "a", "image/png", picture);
        await ann.Send(HttpMethod.Post, "/api/messaging/group-chats/", team).Fails(413, code: "quota_exceeded");
    }

    [Fact]
    public async Task At_once_on_two_nodes_no_byte_more_is_taken()
    {
        var (ann, _, chat) = await Two();
        await using var twin = await Server.StartTwin(Setting);
        using var there = new ApiClient(twin) { Token = ann.Token };
        var replies = await Task.WhenAll(Enumerable.Range(0, 12).Select(i => Upload(i % 2 == 0 ? ann : there, chat, 300)));
        replies.Select(reply => reply.Status).Should().BeEquivalentTo([201, 201, 201, .. Enumerable.Repeat(413, 9)]);
        (await ann.Get(Messages(chat)).Ok()).Number("count").Should().Be(3);
    }

    private static string Setting => $"--Attachments:MaxBytesPerUserPerDay={Quota}";

    private static Task<Reply> Upload(ApiClient who, string chat, int bytes)
        => who.Send(HttpMethod.Post, Send(chat), new Form().WithFile("attachments", "a", "application/octet-stream", new byte[bytes]));

    public sealed class OnSqlite(OnSqlite.WithQuota on) : UploadQuotaTests(on), IClassFixture<OnSqlite.WithQuota>
    {
        public sealed class WithQuota() : ServerFixture(DatabaseEngine.Sqlite, Setting);
    }

    public sealed class OnPostgres(OnPostgres.WithQuota on) : UploadQuotaTests(on), IClassFixture<OnPostgres.WithQuota>
    {
        public sealed class WithQuota() : ServerFixture(DatabaseEngine.Postgres, Setting);
    }
}
