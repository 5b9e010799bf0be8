using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;

namespace Connectify.Protocol;

/// <summary>
/// Writes to a connection's socket itself: the kernel takes the bytes from where they are, frames that many members
/// share too, where Kestrel's pipe would have a copy for each.
/// </summary>
/// <remarks>Nothing may go through the connection's pipe before or beside it.</remarks>
internal sealed class SocketWriter
{
    private readonly Socket _socket;

    private SocketWriter(Socket socket) => _socket = socket;

    /// <returns>null: it has no socket, being a named pipe for one.</returns>
    public static SocketWriter? For(ConnectionContext connection)
        => connection.Features.Get<IConnectionSocketFeature>() is { Socket: { } socket } ? new SocketWriter(socket) : null;

    /// <summary>Writes; waits while the client takes nothing.</summary>
    /// <param name="bytes">Mustn't change until it is written.</param>
    /// <exception cref="IOException">The client has gone.</exception>
    public ValueTask Write(ReadOnlyMemory<byte> bytes)
    {
        try
        {
            // Only of the calls that aren't asynchronous; Kestrel makes none of them.
            if (_socket.Blocking) _socket.Blocking = false;
            var sent = _socket.Send(bytes.Span, SocketFlags.None, out var error);
            if (sent == bytes.Length) return default;
            return error is SocketError.Success or SocketError.WouldBlock ? WriteRest(bytes[sent..]) : throw new SocketException((int)error);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            throw Gone(e);
        }
    }

    private async ValueTask WriteRest(ReadOnlyMemory<byte> bytes)
    {
        try
        {
            while (!bytes.IsEmpty) bytes = bytes[await _socket.SendAsync(bytes, SocketFlags.None)..];
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            throw Gone(e);
        }
    }

    private static IOException Gone(Exception why) => new("The client has gone.", why);
}
