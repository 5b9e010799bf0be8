using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Connectify.Tests.Support;
using FluentAssertions;
using Xunit;

namespace Connectify.Tests.Attachments;

public abstract class DownloadTests(ServerFixture on) : ServerTests(on)
{
    private const string Png = "\u0089PNG\r\n\u001a\n0123456789";

    [Fact]
    public async Task A_signed_url_gives_the_file_to_whoever_has_it()
    {
        var url = await (await SharedFiles.In(Server)).Attach(Png);
        using var response = await Fetch(url);
        response.StatusCode.Should().Be(HttpStatusCode.OK);
        (await response.Content.ReadAsByteArrayAsync()).Should().Equal(UploadServer.Bytes(Png));
        response.Content.Headers.ContentType!.ToString().Should().Be("image/png");
        response.Content.Headers.ContentLength.Should().Be(18);
        (await Fetch(url.Replace("/?", "?", StringComparison.Ordinal))).StatusCode.Should().Be(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Its_headers_leave_no_script_a_way()
    {
        using var response = await Fetch(await (await SharedFiles.In(Server)).Attach(Png));
        Header(response, "X-Content-Type-Options").Should().Be("nosniff");
        Header(response, "Content-Security-Policy").Should().StartWith("sandbox; default-src 'none'").And.NotContain("script");
        Header(response, "Cross-Origin-Resource-Policy").Should().Be("cross-origin");
        response.Headers.CacheControl!.Private.Should().BeTrue();
        response.Headers.CacheControl.MaxAge.Should().BeGreaterThan(TimeSpan.FromMinutes(59)).And.BeLessThan(TimeSpan.FromMinutes(76));
    }

    [Theory]
    [InlineData(Png, "cat.png", "inline; filename=cat.png; filename*=UTF-8''cat.png")]
    [InlineData("ID3", "a.mp3", "inline; filename=a.mp3; filename*=UTF-8''a.mp3")]
    [InlineData("<script>alert(1)</script>", "cat.png", "attachment; filename=cat.png; filename*=UTF-8''cat.png")]
    [InlineData("<svg/>", "cat.svg", "attachment; filename=cat.svg; filename*=UTF-8''cat.svg")]
    [InlineData("%PDF-1.7", "Grüße \"1\".pdf", "attachment; filename=\"Gr__e \\\"1\\\".pdf\"; filename*=UTF-8''Gr%C3%BC%C3%9Fe%20%221%22.pdf")]
    public async Task Only_pictures_sound_and_film_are_shown_in_place(string content, string name, string disposition)
    {
        using var response = await Fetch(await (await SharedFiles.In(Server)).Attach(content, name));
        response.Content.Headers.GetValues("Content-Disposition").Should().Equal(disposition);
    }

    [Theory]
    [InlineData("bytes=0-9", 0, 10)]
    [InlineData("bytes=9990-", 9990, 10)]
    [InlineData("bytes=-5", 9995, 5)]
    [InlineData("bytes=5000-99999", 5000, 5000)]
    public async Task A_range_is_honoured(string range, int from, int length)
    {
        using var response = await Fetch(await (await SharedFiles.In(Server)).Attach(Png, length: 10_000), range);
        response.StatusCode.Should().Be(HttpStatusCode.PartialContent);
        response.Content.Headers.ContentRange!.ToString().Should().Be($"bytes {from}-{from + length - 1}/10000");
        (await response.Content.ReadAsByteArrayAsync()).Should().HaveCount(length);
        Header(response, "X-Content-Type-Options").Should().Be("nosniff");
    }

    [Fact]
    public async Task A_range_beyond_the_end_is_416()
    {
        using var response = await Fetch(await (await SharedFiles.In(Server)).Attach(Png), "bytes=18-");
        response.StatusCode.Should().Be(HttpStatusCode.RequestedRangeNotSatisfiable);
        response.Content.Headers.ContentRange!.ToString().Should().Be("bytes */18");
    }

    [Fact]
    public async Task An_empty_file_is_empty()
    {
        using var response = await Fetch(await (await SharedFiles.In(Server)).Attach(""));
        (response.StatusCode, response.Content.Headers.ContentLength).Should().Be((HttpStatusCode.OK, 0L));
    }

    [Fact]
    public async Task A_download_goes_on_where_it_stopped_only_if_the_file_is_the_same()
    {
        var url = await (await SharedFiles.In(Server)).Attach(Png);
        using var whole = await Fetch(url);
        using var rest = await Fetch(url, "bytes=10-", whole.Headers.ETag);
        rest.StatusCode.Should().Be(HttpStatusCode.PartialContent);
        using var other = await Fetch(url, "bytes=10-", new EntityTagHeaderValue("\"other\""));
        other.StatusCode.Should().Be(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Head_tells_without_the_bytes()
    {
        var url = await (await SharedFiles.In(Server)).Attach(Png, length: 5000);
        using var request = new HttpRequestMessage(HttpMethod.Head, url);
        using var response = await Nobody.Raw(request);
        (response.StatusCode, response.Content.Headers.ContentLength).Should().Be((HttpStatusCode.OK, 5000L));
        (await response.Content.ReadAsByteArrayAsync()).Should().BeEmpty();
    }

    [Fact]
    public async Task A_tampered_url_is_403()
    {
        var files = await SharedFiles.In(Server);
        var (one, two) = (await files.Attach(Png), await files.Attach(Png));
        var borrowed = two[..two.IndexOf('?', StringComparison.Ordinal)] + one[one.IndexOf('?', StringComparison.Ordinal)..];
        await Nobody.Get(borrowed).Fails(403, "The signature of this URL is invalid", "invalid_signature");
        await Nobody.Get(one.Replace("expires=", "expires=1", StringComparison.Ordinal)).Fails(403, code: "invalid_signature");
        await Nobody.Get(one[..one.IndexOf('?', StringComparison.Ordinal)]).Fails(403, code: "invalid_signature");
        await Nobody.Get("/api/messaging/attachments/abc/").Fails(404);
    }

    [Fact]
    public async Task Unknown_and_deleted_files_are_404()
    {
        var files = await SharedFiles.In(Server);
        await Nobody.Get(files.Urls.Attachment(long.MaxValue)).Fails(404, code: "attachment_not_found");
        var url = await files.Attach(Png);
        await files.DeleteMessage();
        await Nobody.Get(url).Fails(404, "Attachment not found", "attachment_not_found");

        files = await SharedFiles.In(Server);
        var (file, picture) = (await files.Attach(Png), await files.Picture(Png));
        await files.DeleteChat();
        await Nobody.Get(file).Fails(404, code: "attachment_not_found");
        await Nobody.Get(picture).Fails(404, code: "avatar_not_found");
    }

    [Fact]
    public async Task A_refusal_is_not_kept_by_caches()
    {
        using var response = await Fetch("/api/messaging/attachments/1/");
        response.Headers.CacheControl!.NoStore.Should().BeTrue();
    }

    [Fact]
    public async Task A_groups_picture_is_shown_until_there_is_another()
    {
        var files = await SharedFiles.In(Server);
        var url = await files.Picture("GIF89a");
        using (var response = await Fetch(url))
        {
            response.Content.Headers.ContentType!.ToString().Should().Be("image/gif");
            Encoding.Latin1.GetString(await response.Content.ReadAsByteArrayAsync()).Should().StartWith("GIF89a").And.HaveLength(5000);
        }

        var next = await files.Picture(Png);
        await Nobody.Get(url).Fails(404, "Avatar not found", "avatar_not_found");
        using var second = await Fetch(next);
        second.Content.Headers.ContentType!.ToString().Should().Be("image/png");
    }

    private Task<HttpResponseMessage> Fetch(string url, string? range = null, EntityTagHeaderValue? ifRange = null)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, url);
        if (range is not null) request.Headers.Range = RangeHeaderValue.Parse(range);
        if (ifRange is not null) request.Headers.IfRange = new RangeConditionHeaderValue(ifRange);
        return Nobody.Raw(request);
    }

    private static string Header(HttpResponseMessage response, string name) => string.Join(", ", response.Headers.GetValues(name));

    public sealed class OnSqlite(SqliteServer on) : DownloadTests(on), IClassFixture<SqliteServer>;

    public sealed class OnPostgres(PostgresServer on) : DownloadTests(on), IClassFixture<PostgresServer>;
}
