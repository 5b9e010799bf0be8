using System.Text.Json;
using Connectify.Server.Storage;
using FluentAssertions;
using Xunit;

namespace Connectify.Tests.Storage;

public sealed class TimestampTests
{
    [Theory]
    [InlineData("2025-05-15T11:02:35.776Z")]
    [InlineData("2025-05-15T11:02:35.000Z")]
    [InlineData("1970-01-01T00:00:00.001Z")]
    [InlineData("1969-12-31T23:59:59.999Z")]
    public void It_is_written_as_the_documents_show_it_and_read_back(string text)
    {
        var moment = JsonSerializer.Deserialize<Timestamp>($"\"{text}\"");

        moment.ToString().Should().Be(text);
        JsonSerializer.Serialize(moment).Should().Be($"\"{text}\"");
    }

    [Fact]
    public void It_is_utc_whatever_the_offset_was()
        => JsonSerializer.Deserialize<Timestamp>("\"2025-05-15T13:02:35.776+02:00\"").ToString().Should().Be("2025-05-15T11:02:35.776Z");

    [Fact]
    public void It_counts_in_time_spans()
    {
        var noon = Timestamp.From(new DateTimeOffset(2025, 5, 15, 12, 0, 0, TimeSpan.Zero));

        (noon + TimeSpan.FromMinutes(1) - TimeSpan.FromMinutes(1)).Should().Be(noon);
        (noon < noon + TimeSpan.FromMilliseconds(1)).Should().BeTrue();
        (noon > noon - TimeSpan.FromMilliseconds(1)).Should().BeTrue();
    }
}
