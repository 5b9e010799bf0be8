using Connectify.Server.Attachments;
using Connectify.Server.Hosting;
using FluentAssertions;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;
using Xunit;

namespace Connectify.Tests.Attachments;

public class FileUrlsTests
{
    private readonly Clock _clock = new();
    private readonly FileUrls _urls;

    public FileUrlsTests() => _urls = Urls(1, _clock);

    [Fact]
    public void A_url_works_for_an_hour_and_at_most_a_quarter_longer()
    {
        for (var minute = 0; minute < 60; minute++)
        {
            var query = Query(_urls.Attachment(7));
            var left = _urls.CheckAttachment(7, query).Value;
            left.Should().BeGreaterThanOrEqualTo(TimeSpan.FromMinutes(60)).And.BeLessThanOrEqualTo(TimeSpan.FromMinutes(75));
            _clock.Now += TimeSpan.FromMinutes(1) + TimeSpan.FromMilliseconds(137);
        }
    }

    [Fact]
    public void It_stays_the_same_for_a_while()
    {
        var urls = new HashSet<string>();
        for (var minute = 0; minute < 60; minute++, _clock.Now += TimeSpan.FromMinutes(1)) urls.Add(_urls.Attachment(7));
        urls.Count.Should().BeLessThanOrEqualTo(5);
    }

    [Fact]
    public void It_expires()
    {
        var query = Query(_urls.Attachment(7));
        _clock.Now += _urls.CheckAttachment(7, query).Value - TimeSpan.FromMilliseconds(1);
        _urls.CheckAttachment(7, query).Rejection.Should().BeNull();
        _clock.Now += TimeSpan.FromMilliseconds(1);
        _urls.CheckAttachment(7, query).Rejection!.Code.Should().Be("url_expired");
    }

    [Fact]
    public void It_is_for_that_file_alone()
    {
        _urls.CheckAttachment(8, Query(_urls.Attachment(7))).Rejection!.Code.Should().Be("invalid_signature");
        _urls.CheckAvatar(7, Query(_urls.Attachment(7))).Rejection!.Code.Should().Be("invalid_signature");
        _urls.CheckAttachment(7, Query(_urls.Avatar(7, "key")!)).Rejection!.Code.Should().Be("invalid_signature");
        _urls.CheckAvatar(8, Query(_urls.Avatar(7, "key")!)).Rejection!.Code.Should().Be("invalid_signature");
    }

    [Fact]
    public void Another_servers_signature_is_worth_nothing()
        => Urls(2, _clock).CheckAttachment(7, Query(_urls.Attachment(7))).Rejection!.Code.Should().Be("invalid_signature");

    [Fact]
    public void No_character_of_it_can_be_changed()
    {
        var url = _urls.Avatar(7, "key")!;
        var from = url.IndexOf('?', StringComparison.Ordinal) + 1;
        for (var i = from; i < url.Length; i++)
        {
            var changed = $"{url[..i]}{(url[i] == '1' ? '2' : '1')}{url[(i + 1)..]}";
            _urls.CheckAvatar(7, Query(changed)).Rejection.Should().NotBeNull("of {0}", changed);
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("?expires=9999999999")]
    [InlineData("?signature=abc")]
    [InlineData("?expires=9999999999&signature=")]
    [InlineData("?expires=-1&signature=abc")]
    [InlineData("?expires=99999999999999999999&signature=abc")]
    [InlineData("?expires=9999999999&expires=1&signature=abc")]
    [InlineData("?expires=9223372036854775807&signature=%00%ff")]
    public void Garbage_is_refused(string query)
        => _urls.CheckAttachment(7, Query(query)).Rejection!.Code.Should().Be("invalid_signature");

    [Fact]
    public void A_group_without_a_picture_has_no_url() => _urls.Avatar(7, null).Should().BeNull();

    [Fact]
    public void A_new_picture_has_a_new_url_that_does_not_tell_its_key()
        => _urls.Avatar(7, "key-one").Should().NotBe(_urls.Avatar(7, "key-two")).And.NotContain("key");

    [Theory]
    [InlineData(1)]
    [InlineData(7 * 24 * 60)]
    public void The_least_and_the_most_minutes_work(int minutes)
    {
        var urls = new FileUrls(new UrlSigningKey(new byte[32]), new AttachmentsSettings { UrlMinutes = minutes }, _clock);
        urls.CheckAttachment(7, Query(urls.Attachment(7))).Value.Should().BeGreaterThanOrEqualTo(TimeSpan.FromMinutes(minutes));
    }

    private static FileUrls Urls(byte key, Clock clock)
        => new(UrlSigningKey.From([key]), new AttachmentsSettings(), clock);

    private static QueryCollection Query(string url)
        => new(QueryHelpers.ParseQuery(url[Math.Max(0, url.IndexOf('?', StringComparison.Ordinal))..]));

    private sealed class Clock : TimeProvider
    {
        public DateTimeOffset Now { get; set; } = new(2026, 11, 21, 10, 7, 33, 250, TimeSpan.Zero);

        public override DateTimeOffset GetUtcNow() => Now;
    }
}
