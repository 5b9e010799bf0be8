using System.Text;
using Connectify.Tests.Support;
using FluentAssertions;
using Xunit;

namespace Connectify.Tests.Attachments;

public class HostileUploadTests(UploadServer server) : IClassFixture<UploadServer>
{
    private const string Text = "--X\r\nContent-Disposition: form-data; name=\"content\"\r\n\r\nhi\r\n";

    [Theory]
    [InlineData("multipart/form-data")]
    [InlineData("multipart/form-data; boundary=")]
    [InlineData("multipart/form-data; boundary=\"\"")]
    [InlineData("multipart/form-data; boundary=Y")]
    [InlineData("multipart/form-data; boundary=XXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXX")]
    public async Task A_bad_boundary(string contentType)
        => await server.PostRaw($"{Text}--X--\r\n", contentType).Fails(400, code: "malformed_multipart");

    [Theory]
    [InlineData("")]
    [InlineData("hello")]
    [InlineData("--X")]
    [InlineData("--X\r\n")]
    [InlineData(Text)]
    [InlineData("--X\r\nContent-Disposition: form-data; name=\"attachments\"; filename=\"a\"\r\n\r\nGIF89a half of it")]
    [InlineData("--X\r\nContent-Disposition: form-data; name=\"content\"")]
    [InlineData("--X\r\n\r\nno headers\r\n--X--\r\n")]
    [InlineData("--X\r\nno colon\r\n\r\nhi\r\n--X--\r\n")]
    [InlineData("--X\r\nContent-Disposition: form-data\r\n\r\nhi\r\n--X--\r\n")]
    [InlineData("--X\r\nContent-Disposition: form-data; name=\"\"\r\n\r\nhi\r\n--X--\r\n")]
    [InlineData("--X\r\nContent-Disposition: form-data; filename=\"a\"\r\n\r\nhi\r\n--X--\r\n")]
    [InlineData("--X\r\nContent-Disposition: attachment; name=\"content\"\r\n\r\nhi\r\n--X--\r\n")]
    [InlineData("--X\r\nContent-Disposition: ;;;=\"\r\n\r\nhi\r\n--X--\r\n")]
    [InlineData("--X\r\nContent-Disposition: form-data; name=\"content\"\r\n\r\n\u00ff\u00fe\r\n--X--\r\n")]
    [InlineData("--X\r\nContent-Disposition: form-data; name=\"content\"\r\n\r\n\u00ed\u00a0\u0080\r\n--X--\r\n")]
    public async Task A_malformed_body(string body)
    {
        var before = server.FilesOnDisk;
        await server.PostRaw(body).Fails(400, "The multipart body is malformed", "malformed_multipart");
        server.FilesOnDisk.Should().BeEquivalentTo(before);
    }

    [Fact]
    public async Task A_header_too_long()
        => await server.PostRaw($"--X\r\nContent-Disposition: form-data; name=\"{new string('n', 20_000)}\"\r\n\r\nhi\r\n--X--\r\n")
            .Fails(400, code: "malformed_multipart");

    [Fact]
    public async Task Too_many_headers()
    {
        var headers = string.Concat(Enumerable.Range(0, 100).Select(i => $"X-{i}: y\r\n"));
        await server.PostRaw($"--X\r\n{headers}Content-Disposition: form-data; name=\"content\"\r\n\r\nhi\r\n--X--\r\n")
            .Fails(400, code: "malformed_multipart");
    }

    [Fact]
    public async Task A_preamble_without_end()
        => await server.PostRaw($"{new string('p', 500_000)}\r\n{Text}--X--\r\n").Fails(400, code: "malformed_multipart");

    [Theory]
    [InlineData(10_000, 200)]
    [InlineData(10_001, 400)]
    public async Task Too_many_parts(int parts, int status)
    {
        var part = "--X\r\nContent-Disposition: form-data; name=member_ids\r\n\r\n1\r\n";
        var body = new StringBuilder().Insert(0, part, parts).Append("--X--\r\n").ToString();
        (await server.PostRaw(body)).Status.Should().Be(status);
    }

    [Theory]
    [InlineData(1024 * 1024 - 7, 200)]
    [InlineData(1024 * 1024 - 6, 413)]
    public async Task Texts_too_long(int length, int status)
    {
        var reply = await server.Post("/upload", new Form().With("content", new string('x', length)));
        reply.Status.Should().Be(status);
        if (status == 413) reply.Code.Should().Be("too_large");
    }

    [Fact]
    public async Task Names_count_as_text()
    {
        var part = $"--X\r\nContent-Disposition: form-data; name={new string('n', 8_000)}\r\n\r\n1\r\n";
        await server.PostRaw(new StringBuilder().Insert(0, part, 140).Append("--X--\r\n").ToString()).Fails(413, code: "too_large");
    }

    [Fact]
    public async Task A_request_over_all_limits_is_refused_before_it_is_read()
        => await server.Post("/upload", new Form().WithFile("attachments", "a", "x/y", new byte[2_000_000])).Fails(413, code: "too_large");

    [Fact]
    public async Task Who_hangs_up_leaves_nothing()
    {
        var before = server.FilesOnDisk;
        await server.BreakOff(UploadServer.FilePart("name=\"attachments\"; filename=\"a\"", "GIF89a"), promised: 50_000);
        await server.PostRaw($"{Text}--X--\r\n").Ok();
        for (var i = 0; i < 100 && server.FilesOnDisk.Length != before.Length; i++) await Task.Delay(50);
        server.FilesOnDisk.Should().BeEquivalentTo(before);
    }

    [Theory]
    [InlineData("""{"attachments": ["cat.png"]}""", 400)]
    [InlineData("""{"attachments": "cat.png"}""", 400)]
    [InlineData("""{"attachments": {}}""", 400)]
    [InlineData("""{"attachments": 0}""", 400)]
    [InlineData("""{"attachments": []}""", 200)]
    [InlineData("""{"attachments": null, "attachment_types": []}""", 200)]
    public async Task Attachments_in_json(string json, int status)
    {
        var reply = await server.PostRaw(json, "application/json");
        reply.Status.Should().Be(status);
        if (status == 400) (reply.Code, reply.Detail).Should().Be(("attachments_need_multipart", "Attachments are sent as multipart/form-data"));
    }

    [Fact]
    public async Task Attachments_as_text_in_a_form()
        => await server.Post("/upload", new Form().With("attachments", "cat.png")).Fails(400, code: "attachments_need_multipart");
}
