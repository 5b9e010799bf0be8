using Connectify.Server.Attachments.Sniffing;
using FluentAssertions;
using Xunit;

namespace Connectify.Tests.Attachments;

public class FileContentTests
{
    [Theory]
    [InlineData("\u0089PNG\r\n\u001a\n\0\0\0\rIHDR", "image", "image/png")]
    [InlineData("\u00ff\u00d8\u00ff\u00e0\0\u0010JFIF", "image", "image/jpeg")]
    [InlineData("GIF87a", "image", "image/gif")]
    [InlineData("GIF89a", "image", "image/gif")]
    [InlineData("RIFF\u0001\0\0\0WEBPVP8 ", "image", "image/webp")]
    [InlineData("BM\u0046\0\0\0\0\0\0\0\u0036\0\0\0\u0028\0\0\0", "image", "image/bmp")]
    [InlineData("II*\0\u0008\0\0\0", "image", "image/tiff")]
    [InlineData("MM\0*\0\0\0\u0008", "image", "image/tiff")]
    [InlineData("\0\0\0 ftypavif\0\0\0\0", "image", "image/avif")]
    [InlineData("\0\0\0 ftypheic\0\0\0\0", "image", "image/heic")]
    [InlineData("\0\0\0 ftypmif1\0\0\0\0", "image", "image/heif")]
    [InlineData("\0\0\0 ftypisom\0\0\0\0", "video", "video/mp4")]
    [InlineData("\0\0\0 ftypmp42\0\0\0\0", "video", "video/mp4")]
    [InlineData("\0\0\0\u0014ftypqt  \0\0\0\0", "video", "video/quicktime")]
    [InlineData("\0\0\0\u0018ftyp3gp4\0\0\0\0", "video", "video/3gpp")]
    [InlineData("\0\0\0 ftypM4A \0\0\0\0", "audio", "audio/mp4")]
    [InlineData("\u001aE\u00df\u00a3\u009fB\u0086\u0081\u0001B\u0082\u0084webm", "video", "video/webm")]
    [InlineData("\u001aE\u00df\u00a3\u009fB\u0086\u0081\u0001B\u0082\u0084webm....A_OPUS", "audio", "audio/webm")]
    [InlineData("\u001aE\u00df\u00a3\u009fB\u0086\u0081\u0001B\u0082\u0084webm..V_VP9..A_OPUS", "video", "video/webm")]
    [InlineData("\u001aE\u00df\u00a3\u00a3B\u0086\u0081\u0001B\u0082\u0088matroska", "video", "video/x-matroska")]
    [InlineData("RIFF\u0001\0\0\0AVI LIST", "video", "video/x-msvideo")]
    [InlineData("0&\u00b2u\u008ef\u00cf\u0011", "video", "video/x-ms-asf")]
    [InlineData("\0\0\u0001\u00ba", "video", "video/mpeg")]
    [InlineData("OggS\0\u0002..........................OpusHead", "audio", "audio/ogg")]
    [InlineData("OggS\0\u0002..........................\u0080theora", "video", "video/ogg")]
    [InlineData("ID3\u0004\0", "audio", "audio/mpeg")]
    [InlineData("\u00ff\u00fb\u0090\u0064", "audio", "audio/mpeg")]
    [InlineData("\u00ff\u00f1\u0050\u0080\u0001\u003f\u00fc", "audio", "audio/aac")]
    [InlineData("RIFF\u0001\0\0\0WAVEfmt ", "audio", "audio/wav")]
    [InlineData("fLaC\0", "audio", "audio/flac")]
    [InlineData("#!AMR\n", "audio", "audio/amr")]
    [InlineData("\0\0\u0001\0\u0002\0\u0010\u0010\0\0\u0001\0\u0020\0", "image", "image/x-icon")]
    [InlineData("\0\0\u0002\0\u0001\0\u0020\u0020\0\0", "image", "image/x-icon")]
    [InlineData("\u00ff\u00fd\u0090\u0064", "audio", "audio/mpeg")]
    [InlineData("\u00ff\u00f5\u0050\u0064", "audio", "audio/mpeg")]
    [InlineData("\0\0\0\u0008wide\0\0\u0010\0mdat", "video", "video/quicktime")]
    [InlineData("\0\0\u0010\0mdat", "video", "video/quicktime")]
    [InlineData("\0\0\0\0mdat", "video", "video/quicktime")]
    [InlineData("\0\0\0\u0010moov\0\0\0\u0008mvhd", "video", "video/quicktime")]
    [InlineData("\0\0\0\u0010free\0\0\0\0\0\0\0\0", "video", "video/quicktime")]
    [InlineData("\0\0\0\u0018ftyp3g2a\0\0\0\0", "video", "video/3gpp2")]
    [InlineData("%PDF-1.7", "document", "application/pdf")]
    [InlineData("PK\u0003\u0004", "document", "application/zip")]
    [InlineData("\u001f\u008b\u0008", "document", "application/gzip")]
    public async Task It_is_known_by_its_beginning(string head, string type, string contentType)
    {
        var content = await Detect(UploadServer.Bytes(head));
        content.Type.Should().Be(type);
        content.ContentType.Should().Be(contentType);
    }

    [Theory]
    [InlineData("")]
    [InlineData("hello")]
    [InlineData("<!DOCTYPE html><script>alert(1)</script>")]
    [InlineData("<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>")]
    [InlineData(" GIF89a")]
    [InlineData("GIF8")]
    [InlineData("RIFF")]
    [InlineData("BM, the mayor, and what he said")]
    [InlineData("\u00ff\u00fehello")]
    [InlineData("\u00ff\u00fb\u00ff\u00ff")]
    [InlineData("\u00ff")]
    [InlineData("MZ\u0090\0")]
    [InlineData("The free software")]
    [InlineData("To skip this, ...")]
    [InlineData("\0\0\0\0")]
    [InlineData("\0\0\u0002\0\0\0\0\0")]
    [InlineData("\u00ff\u00feh\0e\0l\0l\0o\0")]
    public async Task Anything_else_is_a_document(string head)
        => (await Detect(UploadServer.Bytes(head))).Should().Be(FileContent.Unknown);

    [Fact]
    public async Task A_frame_sync_by_accident_is_no_music()
    {
        // 128 kbit/s at 44.1 kHz: the second frame begins at 417.
        var bytes = UploadServer.Bytes("\u00ff\u00fb\u0090\u0064", 4096);
        (await Detect(bytes)).Type.Should().Be("document");
        (bytes[417], bytes[418]) = (0xFF, 0xFB);
        (await Detect(bytes)).Type.Should().Be("audio");
    }

    [Fact]
    public async Task A_transport_stream_is_known_by_three_sync_bytes()
    {
        var bytes = new byte[500];
        (bytes[0], bytes[188]) = ((byte)'G', (byte)'G');
        (await Detect(bytes)).Type.Should().Be("document");
        bytes[376] = (byte)'G';
        (await Detect(bytes)).ContentType.Should().Be("video/mp2t");
    }

    [Theory]
    [InlineData("GIF89a", "image", "image/gif")]
    [InlineData("GIF89a", "document", "image/gif")]
    [InlineData("GIF89a", "video", null)]
    [InlineData("GIF89a", "audio", null)]
    [InlineData("text", "image", null)]
    [InlineData("text", "document", "application/octet-stream")]
    [InlineData("ID3", "video", null)]
    [InlineData("OggS", "audio", "audio/ogg")]
    [InlineData("OggS", "video", "video/ogg")]
    [InlineData("\u001aE\u00df\u00a3webm", "audio", "audio/webm")]
    [InlineData("\0\0\0 ftypisom", "audio", "audio/mp4")]
    [InlineData("\0\0\0 ftypisom", "image", null)]
    [InlineData("\0\0\0 ftypM4A ", "video", "video/mp4")]
    public async Task A_claim_is_held_against_the_content(string head, string claimed, string? contentType)
        => (await Detect(UploadServer.Bytes(head))).ContentTypeAs(claimed).Should().Be(contentType);

    [Theory]
    [InlineData("GIF89a", true)]
    [InlineData("ID3", true)]
    [InlineData("\0\0\0 ftypisom", true)]
    [InlineData("%PDF-1.7", false)]
    [InlineData("<svg/>", false)]
    public async Task Only_what_runs_no_script_is_shown_in_place(string head, bool safe)
        => (await Detect(UploadServer.Bytes(head))).IsSafeInline.Should().Be(safe);

    [Theory]
    [InlineData(1)]
    [InlineData(100_000)]
    public async Task Zeros_before_the_first_frame_are_passed_over(int zeros)
    {
        var mp3 = UploadServer.Bytes("\u00ff\u00fb\u0090\u0064", 1000);
        (mp3[417], mp3[418]) = (0xFF, 0xFB);
        (await Detect([.. new byte[zeros], .. mp3])).Should().Be(new FileContent("audio", "audio/mpeg"));
        (await Detect([.. new byte[zeros], .. "ID3\u0004"u8])).ContentType.Should().Be("audio/mpeg");
        (await Detect([.. new byte[zeros], .. "GIF89a"u8])).Should().Be(FileContent.Unknown);
    }

    private static Task<FileContent> Detect(byte[] file) => FileContent.Detect(new MemoryStream(file), default);
}
