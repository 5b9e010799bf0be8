using System.Net;
using System.Net.Sockets;

namespace Connectify.Tests.Support;

/// <summary>Loopback ports for servers that come back on the same one.</summary>
internal static class FreePort
{
    // Below those from which the system gives connections theirs: none of them can take a port while its server is down.
    private const int First = 10_000;
    private const int Last = 20_000;

    public static int Take()
    {
        while (true)
        {
            var port = Random.Shared.Next(First, Last);
            try
            {
                using var listener = new TcpListener(IPAddress.Loopback, port);
                listener.Start();
                return port;
            }
            catch (SocketException)
            {
                // Somebody has it.
            }
        }
    }
}
