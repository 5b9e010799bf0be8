using Connectify.Tests.Support;
using FluentAssertions;
using Xunit;

namespace Connectify.Tests.Attachments;

public class AttachmentTypeTests(UploadServer server) : IClassFixture<UploadServer>
{
    private const string Png = "\u0089PNG\r\n\u001a\n";

    [Theory]
    [InlineData(Png, "image", "image/png")]
    [InlineData(Png, "document", "image/png")]
    [InlineData("OggS", "video", "video/ogg")]
    [InlineData("\u001aE\u00df\u00a3webm", "audio", "audio/webm")]
    [InlineData("\0\0\0\u0014ftypqt  ", "audio", "audio/mp4")]
    [InlineData("\0\0\0\u0008wide\0\0\u0010\0mdat", "audio", "audio/mp4")]
    [InlineData("0&\u00b2u\u008ef\u00cf\u0011", "audio", "audio/x-ms-asf")]
    [InlineData("<svg/>", "document", "application/octet-stream")]
    public async Task A_fitting_type_is_taken(string content, string type, string contentType)
    {
        var file = (await Send([content], type).Ok()).Items("attachments")[0];
        (file.Text("type"), file.Text("content_type")).Should().Be((type, contentType));
    }

    [Theory]
    [InlineData(Png, "video")]
    [InlineData("<svg/>", "image")]
    [InlineData("", "image")]
    [InlineData("ID3", "video")]
    [InlineData("%PDF-1.7", "audio")]
    public async Task A_contradiction_is_refused(string content, string type)
    {
        var error = await Send([content], type).Fails(400, code: "attachment_type_mismatch");
        error.Part("errors").Has("attachment_types").Should().BeTrue();
    }

    [Theory]
    [InlineData("sticker")]
    [InlineData("IMAGE")]
    [InlineData("image,image")]
    public async Task An_unknown_type_is_refused(string type)
        => await Send([Png], type).Fails(400, code: "invalid_attachment_type");

    [Fact]
    public async Task Missing_types_are_derived()
    {
        var files = (await Send([Png, "%PDF-1.7", "ID3"], "document", "").Ok()).Items("attachments");
        files.Select(file => file.Text("type")).Should().Equal("document", "document", "audio");
    }

    [Theory]
    [InlineData("3gp4", "sound", "audio", "audio/3gpp")]
    [InlineData("3gp4", "film", "video", "video/3gpp")]
    [InlineData("wide", "sound", "audio", "audio/mp4")]
    [InlineData("webm", "sound", "audio", "audio/webm")]
    public async Task A_container_without_a_type_is_what_is_in_it(string format, string track, string type, string contentType)
    {
        using var form = new Form().WithFile("attachments", "a", "application/octet-stream", Containers.Of(format, track));
        var file = (await server.Post("/upload", form).Ok()).Items("attachments")[0];
        (file.Text("type"), file.Text("content_type")).Should().Be((type, contentType));
    }

    [Fact]
    public async Task More_types_than_files_are_refused()
    {
        await Send([Png], "image", "image").Fails(400, code: "invalid_attachment_type");
    }

    [Fact]
    public async Task Types_without_any_file_are_the_documents_sample_without_its_files()
        => await server.Post("/upload", new Form().With("attachment_types", "image")).Ok();

    [Theory]
    [InlineData(Png, "image/png")]
    [InlineData("\u00ff\u00d8\u00ff", "image/jpeg")]
    [InlineData("GIF89a", "image/gif")]
    [InlineData("RIFF....WEBP", "image/webp")]
    public async Task An_avatar_is_a_picture(string content, string contentType)
        => (await SendAvatar(UploadServer.Bytes(content)).Ok()).Text("type").Should().Be(contentType);

    [Theory]
    [InlineData("")]
    [InlineData("<svg/>")]
    [InlineData("II*\0")]
    [InlineData("%PDF-1.7")]
    [InlineData("\0\0\0 ftypavif")]
    public async Task Nothing_else_is(string content)
        => await SendAvatar(UploadServer.Bytes(content)).Fails(400, code: "invalid_avatar");

    [Fact]
    public async Task An_avatar_has_at_most_5_MB()
    {
        await SendAvatar(UploadServer.Bytes(Png, 5 * 1024 * 1024)).Ok();
        await SendAvatar(UploadServer.Bytes(Png, (5 * 1024 * 1024) + 1)).Fails(413, "A file may have at most 5 MB", "file_too_large");
    }

    [Fact]
    public async Task There_is_one_avatar_and_it_is_no_text()
    {
        using var two = new Form().WithFile("avatar", "a", "x/y", UploadServer.Bytes(Png)).WithFile("avatar", "b", "x/y", UploadServer.Bytes(Png));
        await server.Post("/avatar", two).Fails(400, "Only one file can be sent", "too_many_files");
        await server.Post("/avatar", new Form().With("avatar", "a.png")).Fails(400, code: "invalid_avatar");
        await server.PostRaw("""{"avatar": "a.png"}""", "application/json", "/avatar").Fails(400, code: "invalid_avatar");
        (await server.PostRaw("""{"avatar": null}""", "application/json", "/avatar").Ok()).IsNull("type").Should().BeTrue();
    }

    private Task<Reply> Send(string[] contents, params object[] types)
    {
        var form = new Form().With("attachment_types", types);
        foreach (var content in contents) form.WithFile("attachments", "a", "image/png", UploadServer.Bytes(content));
        return server.Post("/upload", form);
    }

    private Task<Reply> SendAvatar(byte[] content) => server.Post("/avatar", new Form().WithFile("avatar", "a.png", "image/png", content));
}
