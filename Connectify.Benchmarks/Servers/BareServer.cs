using System.Collections.Concurrent;
using System.Net.WebSockets;

namespace Connectify.Benchmarks.Servers;

/// <summary>Kestrel's WebSockets and nothing else: no token, no store; a message goes to everybody in a loop of <c>SendAsync</c>.</summary>
internal static class BareServer
{
    public static void Map(WebApplication app)
    {
        var chats = new ConcurrentDictionary<string, ConcurrentDictionary<Member, bool>>();
        app.UseWebSockets(new WebSocketOptions { KeepAliveInterval = TimeSpan.Zero });
        app.Map("/ws/{chat}", async (HttpContext context, string chat) =>
        {
            using var socket = await context.WebSockets.AcceptWebSocketAsync();
            using var member = new Member(socket);
            var members = chats.GetOrAdd(chat, _ => new());
            members[member] = true;
            try
            {
                await member.Send("""{"type":"hello"}"""u8.ToArray());
                var buffer = new byte[4096];
                while (await socket.ReceiveAsync(buffer, CancellationToken.None) is { MessageType: WebSocketMessageType.Text } received)
                {
                    var frame = buffer[..received.Count];
                    foreach (var (other, _) in members) await other.Send(frame);
                }
            }
            catch (WebSocketException)
            {
                // Gone.
            }

            members.TryRemove(member, out _);
        });
    }

    private sealed class Member(WebSocket socket) : IDisposable
    {
        private readonly SemaphoreSlim _turn = new(1);

        public void Dispose() => _turn.Dispose();

        public async Task Send(byte[] frame)
        {
            await _turn.WaitAsync();
            try
            {
                if (socket.State == WebSocketState.Open) await socket.SendAsync(frame, WebSocketMessageType.Text, true, CancellationToken.None);
            }
            finally
            {
                _turn.Release();
            }
        }
    }
}
