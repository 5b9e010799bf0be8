using System.IO.Pipelines;
using System.Security.Claims;
using System.Text;

namespace Connectify.Protocol;

/// <summary>A plain WebSocket as a SignalR connection: one hub serves both.</summary>
public sealed class RawConnection : SocketConnection
{
    private readonly RawConnectionOptions _options;
    private bool _isHandshakeAnswered;

    /// <param name="transport">From <see cref="Handshake.Serve"/>.</param>
    /// <param name="user">Whose it is.</param>
    /// <param name="options">Limits and what to do with frames.</param>
    public RawConnection(FrameTransport transport, ClaimsPrincipal user, RawConnectionOptions options)
        : base(transport, user, options, options.MaxFrameBytes)
    {
        _options = options;
        Output = new SocketOutput(Send);

        // Until it is opened with the first frame.
        Queue.Pause();
    }

    /// <inheritdoc />
    public override PipeWriter Output { get; }

    private protected override async ValueTask Begin(PipeWriter input)
        => await input.WriteAsync(Encoding.UTF8.GetBytes($"{{\"protocol\":\"{_options.Protocol}\",\"version\":1}}\u001e"));

    private protected override bool Take(ReadOnlyMemory<byte> message, PipeWriter input)
    {
        if (!_options.Admit(this, message)) return false;
        FrameProtocol.WriteRecord(input, message.Span);
        return true;
    }

    private void Send(ReadOnlySpan<byte> frame)
    {
        // The first thing SignalR writes answers its own handshake, which a plain socket never asked for.
        if (_isHandshakeAnswered) Queue.Enqueue(frame.ToArray());
        _isHandshakeAnswered = true;
    }
}
