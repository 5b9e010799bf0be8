using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Connectify.Migrations;
using Connectify.Tests.Support;
using Xunit;

namespace Connectify.Tests.Protocol.Rfc6455;

/// <summary>A server, and a user's token for it, for all cases of the table on one way in.</summary>
public sealed class SocketCaseServer : IAsyncLifetime
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("connectify-test-");
    private TestServer? _server;
    private TestServer? _secured;
    private string? _token;

    public TestServer Server => _server ?? throw new InvalidOperationException("The server has not been started.");

    /// <summary>The target of a plain socket.</summary>
    public string Socket => $"/ws/messaging/?token={_token}";

    /// <summary>The target of the hub's WebSocket.</summary>
    public string Hub => $"/hubs/chat?access_token={_token}";

    public async Task InitializeAsync()
    {
        // Each case has a connection of its own, and some are slow to end.
        _server = await TestServer.Start(DatabaseEngine.Sqlite, "--Sockets:MaxConnectionsPerUser=10000");
        using var user = await User.Register(_server, "ann", 1);
        _token = user.Token;
    }

    /// <summary>The same behind TLS of its own.</summary>
    public async Task<TestServer> Secured()
    {
        if (_secured is not null) return _secured;
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var certificate = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256)
            .CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        var file = Path.Combine(_folder.FullName, "certificate.pfx");
        await File.WriteAllBytesAsync(file, certificate.Export(X509ContentType.Pfx));
        return _secured = await Server.StartTwin("--Urls=https://127.0.0.1:0", $"--Kestrel:Certificates:Default:Path={file}");
    }

    public async Task DisposeAsync()
    {
        if (_secured is not null) await _secured.DisposeAsync();
        if (_server is not null) await _server.DisposeAsync();
        _folder.Delete(recursive: true);
    }
}
