using Connectify.Server.Attachments.Store;
using Connectify.Server.Hosting;
using Connectify.Server.Storage;
using FluentAssertions;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace Connectify.Tests.Attachments;

public sealed class LocalFileStoreTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("connectify-files-").FullName;
    private readonly LocalFileStore _store;

    public LocalFileStoreTests() => _store = new LocalFileStore(new DataFolder(_folder), new AttachmentsSettings { MinFreeBytes = 0 }, NullLogger<LocalFileStore>.Instance);

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task What_is_stored_can_be_read_and_deleted()
    {
        var key = await Stored("hello");
        await using (var file = await _store.Open(key, default))
        {
            file!.CanSeek.Should().BeTrue();
            file.Length.Should().Be(5);
            (await new StreamReader(file).ReadToEndAsync()).Should().Be("hello");
        }

        await _store.Delete(key, default);
        (await _store.Open(key, default)).Should().BeNull();
        await _store.Delete(key, default);
    }

    [Fact]
    public async Task What_is_not_stored_was_never_there()
    {
        await using (var incoming = _store.Receive())
        {
            await incoming.Write(new byte[10], default);
            (await _store.Open(incoming.Key, default)).Should().BeNull();
        }

        Directory.GetFiles(_folder, "*", SearchOption.AllDirectories).Should().BeEmpty();
    }

    [Theory]
    [InlineData("")]
    [InlineData("../../connectify.db")]
    [InlineData("/etc/passwd")]
    [InlineData("ABCDEFABCDEFABCDEFABCDEFABCDEFAB")]
    [InlineData("incoming/00000000000000000000000")]
    public async Task No_key_leads_out_of_the_store(string key)
        => await _store.Invoking(store => store.Open(key, default)).Should().ThrowAsync<ArgumentException>();

    [Fact]
    public async Task A_start_clears_away_old_leftovers_alone()
    {
        var key = await Stored("kept");
        var incoming = Path.Combine(_folder, "files", "incoming");
        var (old, young) = (Path.Combine(incoming, "old"), Path.Combine(incoming, "young"));
        foreach (var leftover in (string[])[old, young]) await File.WriteAllTextAsync(leftover, "half");
        File.SetLastWriteTimeUtc(old, DateTime.UtcNow.AddMinutes(-61));

        await _store.StartAsync(default);
        File.Exists(old).Should().BeFalse();
        File.Exists(young).Should().BeTrue();
        await using var kept = await _store.Open(key, default);
        kept.Should().NotBeNull();
    }

    private async Task<string> Stored(string text)
    {
        await using var incoming = _store.Receive();
        await incoming.Write(UploadServer.Bytes(text), default);
        await incoming.Store(default);
        return incoming.Key;
    }
}
