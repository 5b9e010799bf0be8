using System.IO.Pipelines;
using System.Security.Claims;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http.Features;

namespace Connectify.Protocol;

/// <summary>
/// A WebSocket as a SignalR connection. What goes out waits in a <see cref="FrameQueue"/> and nowhere else; what comes in is
/// read by a <see cref="MessageReader"/>, and waits in a pipe while the hub is busy.
/// </summary>
public abstract class SocketConnection : ConnectionContext, IDuplexPipe, IConnectionUserFeature
{
    private readonly FrameTransport _transport;
    private readonly MessageReader _messages;
    private readonly SocketOptions _options;
    private readonly Pipe _input;
    private readonly CancellationTokenSource _closed = new();
    private readonly TaskCompletionSource _closing = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Lock _endGate = new();
    private bool _ended;
    private int _closeCode;

    private protected SocketConnection(FrameTransport transport, ClaimsPrincipal user, SocketOptions options, int? maxMessageBytes)
    {
        _transport = transport;
        _options = options;
        Queue = new FrameQueue(transport.Write, options.MaxQueuedBytes, Failed);
        _messages = new MessageReader(transport.Input, maxMessageBytes, Queue.Enqueue, Pause);
        _input = new Pipe(options.Input);
        ConnectionId = Guid.NewGuid().ToString("N");
        ConnectionClosed = _closed.Token;
        Transport = this;
        User = user;
        Features.Set<IConnectionUserFeature>(this);
        Features.Set(this);
    }

    /// <summary>The frames on their way to the client.</summary>
    public FrameQueue Queue { get; }

    /// <inheritdoc />
    public override string ConnectionId { get; set; }

    /// <inheritdoc />
    public override IFeatureCollection Features { get; } = new FeatureCollection();

    /// <inheritdoc />
    public override IDictionary<object, object?> Items
    {
        get => field ??= new ConnectionItems();
        set;
    }

    /// <inheritdoc />
    public override IDuplexPipe Transport { get; set; }

    /// <inheritdoc />
    public override CancellationToken ConnectionClosed { get; set; }

    /// <inheritdoc />
    public ClaimsPrincipal? User { get; set; }

    /// <inheritdoc />
    public PipeReader Input => _input.Reader;

    /// <inheritdoc />
    public abstract PipeWriter Output { get; }

    /// <summary>How long nothing has arrived, not even a pong.</summary>
    public TimeSpan SilentFor => TimeSpan.FromMilliseconds(Environment.TickCount64 - _messages.LastHeard);

    /// <summary>Ends the connection with a close code, after what is queued already; the first code wins.</summary>
    /// <param name="code">The close code, 1000–4999.</param>
    /// <param name="reason">At most 123 bytes of ASCII.</param>
    /// <param name="discardPending">Whether the close takes the place of everything that still waits.</param>
    public void Close(int code, string reason, bool discardPending = false)
    {
        if (Interlocked.CompareExchange(ref _closeCode, code, 0) != 0) return;
        Queue.EnqueueClose(FrameWriter.Close(code, reason), discardPending);
        _closing.TrySetResult();
    }

    /// <inheritdoc />
    public override void Abort(ConnectionAbortedException abortReason) => Abort();

    /// <summary>Cuts the connection.</summary>
    /// <remarks>
    /// Queued: callers may hold locks. Guarded: aborting what has ended may throw, and on the
    /// thread pool that would end the process.
    /// </remarks>
    public override void Abort() => ThreadPool.UnsafeQueueUserWorkItem(static connection => connection.Cut(), this, preferLocal: false);

    /// <summary>To be called about once a second.</summary>
    public virtual void Tick()
    {
    }

    /// <summary>Closes a socket that never comes to be a connection, and waits for its answer.</summary>
    public static async Task Refuse(FrameTransport transport, int code, string reason, TimeSpan timeout)
    {
        var messages = new MessageReader(transport.Input, 0, static _ => { });
        try
        {
            await transport.Write(FrameWriter.Close(code, reason)).AsTask().WaitAsync(timeout);
            var reading = Discard();
            await Task.WhenAny(reading, Task.Delay(timeout));
            messages.Stop();
            await reading;
        }
        catch (Exception e) when (e is TimeoutException or OperationCanceledException or IOException)
        {
            // The client is gone, or takes nothing.
        }

        async Task Discard()
        {
            while (await messages.Next() is not null)
            {
                // A refused client's messages are for no one.
            }

            messages.Release();
        }
    }

    /// <summary>Serves the client until it goes or is closed.</summary>
    public async Task Run(ConnectionHandler hub)
    {
        await Begin(_input.Writer);
        var serving = hub.OnConnectedAsync(this);
        var receiving = Receive();
        try
        {
            var first = await Task.WhenAny(serving, receiving, _closing.Task);

            // A client that closes politely is still served what it sent before.
            if (first == receiving) await Task.WhenAny(serving, Task.Delay(_options.CloseGrace));
            await _closed.CancelAsync();
            await serving.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            Close(serving.IsFaulted ? CloseCodes.InternalError : CloseCodes.Normal, "");

            // The peer's own close, bounded: leaving input unread would reset the connection, and our close frame with it.
            await Task.WhenAny(receiving, Task.Delay(_options.CloseGrace));
        }
        finally
        {
            _messages.Stop();
            await receiving.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            var drained = Queue.WhenDrained();
            await Task.WhenAny(drained, Task.Delay(_options.CloseGrace));
            if (!drained.IsCompleted) Cut();
            lock (_endGate) _ended = true;
            await _input.Reader.CompleteAsync();
            Queue.Close();
        }
    }

    /// <summary>What the hub reads before anything of the client's.</summary>
    private protected virtual ValueTask Begin(PipeWriter input) => default;

    /// <summary>Writes what has come, as the hub's protocol reads it.</summary>
    /// <returns>Whether there is anything for the hub.</returns>
    private protected abstract bool Take(ReadOnlyMemory<byte> message, PipeWriter input);

    private void Cut()
    {
        // Whatever the hub still says to the client is nothing for it any more.
        Queue.Close();
        try
        {
            _closed.Cancel();
        }
        catch (AggregateException)
        {
            // A callback of somebody else's; the cut goes on.
        }

        lock (_endGate)
        {
            if (!_ended) _transport.Abort();
        }
    }

    private void Failed(Exception? error)
    {
        if (error is null) _options.TooSlow(this);
        else Abort();
    }

    /// <returns>Whether nobody reads the input any more.</returns>
    private async Task<bool> Flush()
    {
        try
        {
            return (await _input.Writer.FlushAsync(_closed.Token)).IsCompleted;
        }
        catch (OperationCanceledException)
        {
            // Closing: what still comes is read and forgotten, so that our close frame isn't lost to a reset.
            return false;
        }
    }

    private Task Pause(int otherFrames)
        => !_closed.IsCancellationRequested && _options.Pause(this, otherFrames) is { Ticks: > 0 } pause ? Wait(pause) : Task.CompletedTask;

    private async Task Wait(TimeSpan pause) => await Task.Delay(pause, _closed.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

    private async Task Receive()
    {
        try
        {
            while (await _messages.Next() is { } received)
            {
                if (received.Violation is { } violation)
                {
                    Close(violation, ReasonFor(violation));
                    continue;
                }

                if (_closed.IsCancellationRequested || _closeCode != 0) continue;
                if (Take(received.Message, _input.Writer) && await Flush()) return;
                await Pause(otherFrames: 0);
            }
        }
        catch (Exception e) when (e is OperationCanceledException or IOException or ObjectDisposedException)
        {
            // The peer is gone.
        }
        finally
        {
            _messages.Release();
            await _input.Writer.CompleteAsync();
        }
    }

    private static string ReasonFor(int violation) => violation switch
    {
        CloseCodes.UnsupportedData => "text frames only",
        CloseCodes.TooBig => "frame too large",
        CloseCodes.InvalidText => "not UTF-8",
        _ => "protocol error",
    };
}
