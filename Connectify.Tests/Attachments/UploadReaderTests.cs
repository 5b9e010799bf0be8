using System.Text;
using Connectify.Tests.Support;
using FluentAssertions;
using Xunit;

namespace Connectify.Tests.Attachments;

public class UploadReaderTests(UploadServer server) : IClassFixture<UploadServer>
{
    private static readonly byte[] Gif = UploadServer.Bytes("GIF89a", 500);

    [Fact]
    public async Task Json_and_multipart_say_the_same()
    {
        var json = await server.PostRaw("""{"content": "hi", "member_ids": [2, 3], "attachments": null}""", "application/json").Ok();
        var form = await server.Post("/upload", new Form().With("content", "hi").With("member_ids", 2, 3)).Ok();
        form.GetRawText().Should().Be(json.GetRawText());
        (await server.Post("/upload", new Form().With("content", "hi").With("member_ids[]", 2, 3)).Ok()).GetRawText().Should().Be(json.GetRawText());
    }

    [Fact]
    public async Task Files_come_in_order_with_what_they_are()
    {
        using var form = new Form().WithFile("attachments", "a.html", "text/html", Gif)
            .WithFile("attachments[]", "b.png", "image/png", UploadServer.Bytes("<script>"))
            .WithFile("attachments", "empty.txt", "text/plain", []);
        var files = (await server.Post("/upload", form).Ok()).Items("attachments");
        files.Select(file => (file.Text("file_name"), file.Text("type"), file.Text("content_type"), file.Number("size"))).Should().Equal(
            ("a.html", "image", "image/gif", 500),
            ("b.png", "document", "application/octet-stream", 8),
            ("empty.txt", "document", "application/octet-stream", 0));
    }

    [Fact]
    public async Task Kept_files_stay_byte_for_byte_and_others_go()
    {
        var bytes = new byte[UploadServer.MaxFileBytes];
        Random.Shared.NextBytes(bytes);
        var before = server.FilesOnDisk;
        await server.Post("/upload", new Form().WithFile("attachments", "a", "x/y", bytes)).Ok();
        server.FilesOnDisk.Should().BeEquivalentTo(before);

        var kept = await server.Post("/upload?keep=true", new Form().WithFile("attachments", "a", "x/y", bytes)).Ok();
        var key = kept.Items("attachments")[0].Text("storage_key");
        await using var file = await server.Store.Open(key, default);
        var stored = new MemoryStream();
        await file!.CopyToAsync(stored);
        stored.ToArray().Should().Equal(bytes);
    }

    [Theory]
    [InlineData("name=\"attachments\"; filename=\"cat.png\"", "cat.png")]
    [InlineData("name=attachments; filename=cat.png", "cat.png")]
    [InlineData("name=\"attachments\"; filename=\"../../cat.png\"", "cat.png")]
    [InlineData("name=\"attachments\"; filename=\"C:\\\\dir\\\\cat.png\"", "cat.png")]
    [InlineData("name=\"attachments\"; filename=\"C:\\dir\\cat.png\"", "cat.png")]
    [InlineData("name=\"attachments\"; filename=\"\u00c3\u00bc.png\"", "ü.png")]
    [InlineData("name=\"attachments\"; filename=\"x\"; filename*=UTF-8''%e2%82%ac%20rates.png", "€ rates.png")]
    [InlineData("name=\"attachments\"; filename*=UTF-8''..%2f..%2fetc%2fpasswd", "passwd")]
    [InlineData("name=\"attachments\"; filename*=UTF-8''a%0d%0ab%00", "ab")]
    [InlineData("name=\"attachments\"; filename=\"\"", "file")]
    public async Task Names_are_made_harmless(string disposition, string name)
    {
        var body = await server.PostRaw($"{UploadServer.FilePart(disposition, "x")}--X--\r\n").Ok();
        body.Items("attachments")[0].Text("file_name").Should().Be(name);
    }

    [Fact]
    public async Task An_empty_file_input_is_no_file()
    {
        var body = await server.PostRaw($"{UploadServer.FilePart("name=\"attachments\"; filename=\"\"", "")}--X--\r\n").Ok();
        body.Items("attachments").Should().BeEmpty();
    }

    [Fact]
    public async Task Files_of_other_fields_are_passed_over()
    {
        var before = server.FilesOnDisk;
        using var form = new Form().WithFile("other", "a", "x/y", new byte[150_000]).With("content", "hi");
        (await server.Post("/upload?keep=true", form).Ok()).Items("attachments").Should().BeEmpty();
        server.FilesOnDisk.Should().BeEquivalentTo(before);
    }

    [Fact]
    public async Task A_file_too_large_is_413_and_leaves_nothing()
    {
        var before = server.FilesOnDisk;
        using var form = new Form().WithFile("attachments", "a", "x/y", Gif)
            .WithFile("attachments", "b", "x/y", new byte[UploadServer.MaxFileBytes + 1]);
        var error = await server.Post("/upload", form).Fails(413, "A file may have at most 100000 bytes", "file_too_large");
        error.Part("errors").Items("attachments").Should().HaveCount(1);
        server.FilesOnDisk.Should().BeEquivalentTo(before);
    }

    [Fact]
    public async Task Too_many_files_are_400()
    {
        using var form = new Form();
        for (var i = 0; i <= UploadServer.MaxFiles; i++) form.WithFile("attachments", "a", "x/y", Gif);
        await server.Post("/upload", form).Fails(400, "At most 3 files can be sent", "too_many_files");
    }

    [Theory]
    [InlineData("text/plain")]
    [InlineData("application/x-www-form-urlencoded")]
    [InlineData("multipart/mixed; boundary=X")]
    [InlineData("nonsense")]
    public async Task Another_content_type_is_415(string contentType)
        => await server.PostRaw("--X--\r\n", contentType).Fails(415, code: "unsupported_media_type");

    [Fact]
    public async Task Two_uploads_at_once_do_not_mix()
    {
        async Task Send(byte fill)
        {
            var bytes = Enumerable.Repeat(fill, 90_000).ToArray();
            using var form = new Form().With("content", fill).WithFile("attachments", $"{fill}", "x/y", bytes);
            var body = await server.Post("/upload?keep=true", form).Ok();
            body.Text("content").Should().Be($"{fill}");
            await using var file = await server.Store.Open(body.Items("attachments")[0].Text("storage_key"), default);
            var stored = new MemoryStream();
            await file!.CopyToAsync(stored);
            stored.ToArray().Should().Equal(bytes);
        }

        await Task.WhenAll(Enumerable.Range(1, 16).Select(fill => Send((byte)fill)));
    }

    [Fact]
    public async Task A_json_body_has_its_own_small_limit()
    {
        var json = $$"""{"content": "{{new string('x', 1024 * 1024)}}"}""";
        await server.PostRaw(json, "application/json", "/json").Fails(413, code: "too_large");
        await server.PostRaw(json, "application/json").Fails(413, code: "too_large");
        await server.PostRaw(json[..20] + "\"}", "application/json", "/json").Ok();
    }

    [Fact]
    public async Task Texts_are_utf8()
    {
        var sent = "Grüße 👋\r\n  two lines ";
        using var form = new MultipartFormDataContent { { new StringContent(sent, Encoding.UTF8), "content" } };
        (await server.Post("/upload", form).Ok()).Text("content").Should().Be(sent);
    }
}
