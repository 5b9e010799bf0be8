using System.Net;
using Connectify.Tests.Support;
using FluentAssertions;
using Xunit;

namespace Connectify.Tests.Attachments;

/// <summary>Alone in its process's time: it counts what everybody allocates.</summary>
[CollectionDefinition(nameof(UploadMemoryTests), DisableParallelization = true)]
[Collection(nameof(UploadMemoryTests))]
public class UploadMemoryTests(UploadServer server) : IClassFixture<UploadServer>
{
    private const int Megabyte = 1024 * 1024;

    [Fact]
    public async Task A_large_file_does_not_pass_through_memory()
    {
        await Send(1 * Megabyte);
        var before = GC.GetTotalAllocatedBytes(precise: true);
        await Send(25 * Megabyte);
        var allocated = GC.GetTotalAllocatedBytes(precise: true) - before;

        // All that was ever allocated, by the client too, not what was left of it.
        allocated.Should().BeLessThan(5 * Megabyte);
    }

    private async Task Send(int length)
    {
        using var form = new MultipartFormDataContent { { new Zeros(length), "attachments", "zeros.bin" } };
        var file = (await server.Post("/upload?megabytes=25", form).Ok()).Items("attachments")[0];
        file.Number("size").Should().Be(length);
    }

    private sealed class Zeros(int length) : HttpContent
    {
        private static readonly byte[] Block = new byte[64 * 1024];

        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        {
            for (var sent = 0; sent < length; sent += Block.Length) await stream.WriteAsync(Block);
        }

        protected override bool TryComputeLength(out long computed)
        {
            computed = length;
            return true;
        }
    }
}
