using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Connectify.Server.Attachments.Store;
using Connectify.Tests.Support;
using FluentAssertions;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Connectify.Tests.Messages;

public abstract class SentFilesTests(ServerFixture on) : TwoInAChat(on)
{
    private static readonly byte[] Page = Encoding.UTF8.GetBytes("<html><script>alert(1)</script></html>");

    [Fact]
    public async Task A_picture_and_a_document_arrive_as_the_documents_send_them()
    {
        var (ann, bo, chat) = await Two();
        var bos = await bo.Listen(chat);
        using var form = new Form().With("content", "Look").With("attachment_types", "image", "document")
            .WithFile("attachments", "cat.png", "image/png", Pictures.Png).WithFile("attachments", "page.html", "text/html", Page);

        var sent = await ann.Send(HttpMethod.Post, Send(chat), form).Created();

        sent.Text("content").Should().Be("Look");
        var files = sent.Items("attachments");
        files.Select(file => file.Text("type")).Should().Equal("image", "document");
        files.Select(file => file.Text("file_name")).Should().Equal("cat.png", "page.html");
        files.Select(file => file.Number("size")).Should().Equal(Pictures.Png.Length, Page.Length);
        files[0].Text("content_type").Should().Be("image/png");
        files[0].EnumerateObject().Select(property => property.Name).Should().Equal("id", "type", "file_name", "content_type", "size", "url");

        var heard = (await bos.Hears(sent)).Part("message").Items("attachments");
        var listed = (await bo.Get(Messages(chat)).Ok()).Items("results")[0].Items("attachments");
        foreach (var seen in new[] { files, heard, listed })
        {
            (await Download(seen[0])).Should().Equal(Pictures.Png);
            (await Download(seen[1])).Should().Equal(Page);
        }
    }

    [Fact]
    public async Task A_file_alone_is_a_message_and_its_type_is_found_in_its_bytes()
    {
        var (ann, _, chat) = await Two("group");
        using var form = new Form().WithFile("attachments[]", "voice", "application/octet-stream", Encoding.ASCII.GetBytes("fLaC\0\0\0\"sound"));
        var sent = await ann.Send(HttpMethod.Post, Send(chat), form).Created();
        sent.Text("content").Should().BeEmpty();
        sent.Items("attachments").Single().Text("type").Should().Be("audio");

        // Where there are files, content may go again.
        (await ann.Put(Message(sent.Id(), "edit/"), new { content = "" }).Ok()).Items("attachments").Should().HaveCount(1);
    }

    [Fact]
    public async Task A_phone_names_its_file_with_characters_that_no_grammar_allows()
    {
        var (ann, bo, chat) = await Two();
        using var form = Form.OfReactNative("attachments", "IMG (1), [a=b].png", Pictures.Png, ("content", "Look"));
        await ann.Send(HttpMethod.Post, Send(chat), form).Created();
        var seen = (await bo.Get(Messages(chat)).Ok()).Items("results")[0];
        (seen.Text("content"), seen.Items("attachments").Single().Text("file_name")).Should().Be(("Look", "IMG (1), [a=b].png"));
    }

    [Fact]
    public async Task What_is_dangerous_is_only_ever_downloaded_and_a_part_can_be_asked_for()
    {
        var (ann, _, chat) = await Two();
        using var form = new Form().WithFile("attachments", "page.html", "text/html", Page).WithFile("attachments", "cat.png", "image/png", Pictures.Png);
        var files = (await ann.Send(HttpMethod.Post, Send(chat), form).Created()).Items("attachments");

        using var page = await Nobody.Raw(new HttpRequestMessage(HttpMethod.Get, files[0].Text("url")));
        page.Content.Headers.ContentDisposition!.DispositionType.Should().Be("attachment");
        page.Headers.GetValues("X-Content-Type-Options").Should().Equal("nosniff");
        page.Headers.GetValues("Content-Security-Policy").Single().Should().Contain("sandbox");

        using var middle = new HttpRequestMessage(HttpMethod.Get, files[1].Text("url")) { Headers = { Range = new RangeHeaderValue(2, 5) } };
        using var part = await Nobody.Raw(middle);
        ((int)part.StatusCode).Should().Be(206);
        part.Content.Headers.ContentDisposition!.DispositionType.Should().Be("inline");
        part.Content.Headers.ContentRange!.Length.Should().Be(Pictures.Png.Length);
        (await part.Content.ReadAsByteArrayAsync()).Should().Equal(Pictures.Png[2..6]);
    }

    [Fact]
    public async Task Files_that_do_not_fit_are_refused_and_leave_no_message()
    {
        var (ann, _, chat) = await Two();
        async Task Refused(Form form, int status, string code)
        {
            using (form) await ann.Send(HttpMethod.Post, Send(chat), form).Fails(status, code: code);
        }

        var eleven = new Form();
        for (var i = 0; i < 11; i++) eleven.WithFile("attachments", $"{i}.png", "image/png", Pictures.Png);
        await Refused(eleven, 400, "too_many_files");
        await Refused(new Form().With("attachment_types", "image").WithFile("attachments", "a.png", "image/png", Page), 400, "attachment_type_mismatch");
        await Refused(new Form().With("attachment_types", "selfie").WithFile("attachments", "a", "image/png", Page), 400, "invalid_attachment_type");
        await Refused(new Form().With("content", "hi").With("attachments", "cat.png"), 400, "attachments_need_multipart");
        await Refused(new Form().With("content", " "), 400, "empty_message");
        await Refused(new Form().With("reply_to", 987654321).WithFile("attachments", "a.png", "image/png", Pictures.Png), 400, "reply_not_found");
        (await ann.Get(Messages(chat)).Ok()).Number("count").Should().Be(0);
        (await FilesOfChat(chat)).Should().BeEmpty();
    }

    [Fact]
    public async Task With_its_message_a_file_goes()
    {
        var (ann, bo, chat) = await Two();
        using var form = new Form().WithFile("attachments", "cat.png", "image/png", Pictures.Png);
        var sent = await ann.Send(HttpMethod.Post, Send(chat), form).Created();
        var key = (await FilesOfChat(chat)).Single();
        (await IsStored(key)).Should().BeTrue();

        await ann.Delete(Message(sent.Id())).NoContent();

        await Nobody.Get(sent.Items("attachments")[0].Text("url")).Fails(404, code: "attachment_not_found");
        (await FilesOfChat(chat)).Should().BeEmpty();
        (await IsStored(key)).Should().BeFalse();
        (await bo.Get(Messages(chat)).Ok()).Items("results").Should().BeEmpty();
    }

    [Fact]
    public async Task A_repeat_answers_with_the_first_and_its_files()
    {
        var (ann, _, chat) = await Two();
        using var first = new Form().With("client_message_id", "a-1").WithFile("attachments", "cat.png", "image/png", Pictures.Png);
        using var again = new Form().With("client_message_id", "a-1").WithFile("attachments", "dog.png", "image/png", Pictures.Png);
        var sent = await ann.Send(HttpMethod.Post, Send(chat), first).Created();
        var repeat = await ann.Send(HttpMethod.Post, Send(chat), again).Ok();
        repeat.Id().Should().Be(sent.Id());
        repeat.Items("attachments").Should().ContainSingle().Which.Id().Should().Be(sent.Items("attachments")[0].Id());
        (await FilesOfChat(chat)).Should().ContainSingle();
    }

    /// <summary>As an <c>img</c> element does: no token, nothing but the URL.</summary>
    private async Task<byte[]> Download(JsonElement file)
    {
        using var response = await Nobody.Raw(new HttpRequestMessage(HttpMethod.Get, new Uri(file.Text("url"), UriKind.Absolute)));
        response.EnsureSuccessStatusCode();
        response.Content.Headers.ContentType!.MediaType.Should().Be(file.Text("content_type"));
        return await response.Content.ReadAsByteArrayAsync();
    }

    private Task<List<string>> FilesOfChat(string chat) => Server.Database.Query<string>(
        "SELECT a.storage_key FROM attachments a JOIN messages m ON m.id = a.message_id WHERE m.chat_id = @id", new { id = ChatSteps.ChatId(chat) }, default);

    private async Task<bool> IsStored(string key)
    {
        await using var file = await Server.Services.GetRequiredService<IFileStore>().Open(key, default);
        return file is not null;
    }

    public sealed class OnSqlite(SqliteServer on) : SentFilesTests(on), IClassFixture<SqliteServer>;

    public sealed class OnPostgres(PostgresServer on) : SentFilesTests(on), IClassFixture<PostgresServer>;
}
