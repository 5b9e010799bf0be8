using System.Buffers;
using System.IO.Pipelines;
using System.Text.Json;
using Connectify.Server.Authentication;
using Connectify.Server.Hosting;
using Connectify.Server.Realtime.Connections;
using Connectify.Server.Realtime.Hub;
using Connectify.Server.Storage;
using Connectify.Tests.Support;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.SignalR;
using Microsoft.Extensions.Logging.Abstractions;

namespace Connectify.Tests.Realtime;

/// <summary>A connection of one user whose frames a test reads out of its pipe.</summary>
internal sealed class Follower : IDuplexPipe
{
    private readonly Pipe _frames = new(new PipeOptions(pauseWriterThreshold: 0, useSynchronizationContext: false));

    public Follower(long userId)
    {
        var protocol = new HubJsonProtocol();
        var connection = new HubConnectionContext(
            new DefaultConnectionContext($"{userId}", this, this), new HubConnectionContextOptions(), NullLoggerFactory.Instance)
        {
            Protocol = protocol,
        };
        var caller = new Caller(userId, $"user{userId}", $"{userId}-a", userId, Timestamp.Now, IsActive: true, IsSuperuser: false);
        Client = new PipeConnection(connection, caller, protocol, maxQueuedBytes: int.MaxValue)
        {
            Limit = new FrameLimit(new RateLimitsSettings(), isEnabled: false, TimeProvider.System),
            Metrics = NullMeterFactory.Metrics,
        };
    }

    public ClientConnection Client { get; }

    public long UserId => Client.Caller.UserId;

    /// <summary>What the connection holds already: it comes back with this.</summary>
    public long Knows { get; set; } = -1;

    /// <summary>The messages it has been told of, by the count with which each was new.</summary>
    public HashSet<long> KnownMessages { get; set; } = [];

    PipeReader IDuplexPipe.Input => throw new NotSupportedException("Nobody reads from this client.");

    PipeWriter IDuplexPipe.Output => _frames.Writer;

    /// <summary>The invocations since the last time: their names, and the frames that they carry.</summary>
    public List<(string Name, JsonElement Frame)> Heard()
    {
        const byte EndOfRecord = 0x1e;
        var heard = new List<(string, JsonElement)>();
        if (!_frames.Reader.TryRead(out var read)) return heard;
        var rest = read.Buffer.ToArray().AsMemory();
        while (!rest.IsEmpty)
        {
            var length = rest.Span.IndexOf(EndOfRecord);
            var invocation = JsonElement.Parse(rest.Span[..length]);
            heard.Add((invocation.Text("target"), invocation.GetProperty("arguments")[0]));
            rest = rest[(length + 1)..];
        }

        _frames.Reader.AdvanceTo(read.Buffer.End);
        return heard;
    }
}
