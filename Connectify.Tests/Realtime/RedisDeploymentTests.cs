using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Connectify.Migrations;
using Connectify.Protocol;
using Connectify.Tests.Support;
using FluentAssertions;
using Xunit;

namespace Connectify.Tests.Realtime;

/// <summary>Redis as it is run: with users of few rights, by TLS, for several installations, with replicas and sentinels.</summary>
public sealed class RedisDeploymentTests : SeveralNodes
{
    // The line of docs/self-hosting.md.
    private const string Rights =
        "resetchannels &connectify* &Connectify.Protocol.ApplicationEvents:* -@all +ping +publish +subscribe +unsubscribe +psubscribe +punsubscribe +client +info +echo +hello";

    private readonly List<TestServer> _nodes = [];
    private readonly List<RedisServer> _servers = [];
    private readonly string _folder = Directory.CreateTempSubdirectory("connectify-test-").FullName;

    protected override TestServer Home => _nodes[0];

    public override async Task DisposeAsync()
    {
        await base.DisposeAsync();
        foreach (var node in Enumerable.Reverse(_nodes)) await node.DisposeAsync();
        foreach (var server in _servers) await server.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task A_user_with_the_documented_rights_is_enough_and_what_is_refused_is_named()
    {
        var redis = await Server();
        await redis.Do(["ACL", "SETUSER", "app", "on", ">pw", .. Rights.Split(' ')]);
        await Node($"{redis.Setting},user=app,password=pw");
        await Node($"{redis.Setting},user=app,password=pw");
        await Ready([.. _nodes]);
        var (ann, bo, chat) = await Chat();
        var (anns, bos) = (await ann.Listen(chat), await At(_nodes[1], bo).Listen(chat));
        await HearsTyping(anns, bos);
        _nodes[0].Log.Warnings.Should().BeEmpty();

        await redis.Do("ACL", "SETUSER", "app", "resetchannels", "&connectify:nodes");
        await Until(
            async () =>
            {
                await anns.Send(new { type = Frames.Typing, is_typing = true });
                return _nodes[0].Log.Warnings.Any(line => line.Contains("NOPERM"));
            },
            "that Redis refuses is logged");
        _nodes[0].Log.Warnings.Should().NotContain(line => line.Contains("pw"));
    }

    [Fact]
    public async Task A_wrong_password_is_named_in_the_log()
    {
        var redis = await Server("--requirepass", "right");
        await Node($"{redis.Setting},password=wrong");
        await Until(() => Task.FromResult(Home.Log.Warnings.Any(line => line.Contains("NOAUTH") || line.Contains("WRONGPASS"))), "the refusal is logged");
        Home.Log.Warnings.Should().NotContain(line => line.Contains("=wrong"));
    }

    [Fact]
    public async Task By_tls_a_ca_of_its_own_is_trusted_and_two_prefixes_are_two_installations()
    {
        Certify();
        var tlsPort = FreePort.Take();
        await Server(
            "--tls-port", $"{tlsPort}", "--tls-auth-clients", "no", "--tls-ca-cert-file", InFolder("ca.pem"),
            "--tls-cert-file", InFolder("server.pem"), "--tls-key-file", InFolder("server.key"));
        foreach (var prefix in (string[])["one:", "one:", "two:"])
        {
            await Node($"--ConnectionStrings:Redis=127.0.0.1:{tlsPort},ssl=true", $"--Redis:CaCertificateFile={InFolder("ca.pem")}", $"--Redis:ChannelPrefix={prefix}");
        }

        await Ready([.. _nodes]);
        var (ann, bo, chat) = await Chat();
        var (anns, same, other) = (await ann.Listen(chat), await At(_nodes[1], bo).Listen(chat), await At(_nodes[2], bo).Listen(chat));
        await HearsTyping(anns, same);
        await other.HearsNo(Frames.Typing);
    }

    [Fact]
    public async Task A_node_at_a_demoted_master_notices_that_the_others_dont_hear_it()
    {
        var (one, other) = (await Server(), await Server());
        await other.Replicate(one);
        var setting = $"--ConnectionStrings:Redis={one.Address},{other.Address},configCheckSeconds=3600";
        await Node(setting);
        await Ready([.. _nodes]);

        // Nothing is cut: the first node still hears itself, at a server that has become a replica.
        await other.Do("REPLICAOF", "NO", "ONE");
        await one.Replicate(other);
        await Node(setting);
        var (ann, bo, chat) = await Chat();
        var bos = await At(_nodes[1], bo).Listen(chat);
        await bos.Hears(await ann.Says(chat, "hi"));

        await Until(() => Task.FromResult(Home.Log.Warnings.Any(line => line.Contains("doesn't hear this one"))), "the first node notices");
        await Ready([.. _nodes]);
        await HearsTyping(await ann.Listen(chat), bos);
    }

    [Fact]
    public async Task With_sentinel_the_nodes_follow_the_promoted_master()
    {
        var (one, other) = (await Server(), await Server());
        await other.Replicate(one);
        var file = InFolder("sentinel.conf");
        await File.WriteAllTextAsync(file, $"""
            sentinel monitor mymaster 127.0.0.1 {one.Port} 1
            sentinel down-after-milliseconds mymaster 500
            sentinel failover-timeout mymaster 5000
            """);
        var sentinel = RedisServer.Sentinel(file);
        _servers.Add(sentinel);
        await sentinel.Run();
        await Node($"{sentinel.Setting},serviceName=mymaster");
        await Node($"{sentinel.Setting},serviceName=mymaster");
        await Ready([.. _nodes]);
        var (ann, bo, chat) = await Chat();
        var (anns, bos) = (await ann.Listen(chat), await At(_nodes[1], bo).Listen(chat));
        await HearsTyping(anns, bos);

        await one.Kill();
        var said = Enumerable.Range(0, 20).Select(i => $"{i}").ToList();
        foreach (var text in said)
        {
            await ann.Says(chat, text);
            await Task.Delay(100);
        }

        (await HearsUntil(bos, said[^1])).Should().Equal(said);
        await Ready([.. _nodes]);
        await HearsTyping(anns, bos);
    }

    private static async Task HearsTyping(PlainSocket from, PlainSocket at)
    {
        await from.Send(new { type = Frames.Typing, is_typing = true });
        (await at.Hears(Frames.Typing)).Flag("is_typing").Should().BeTrue();
        await from.Send(new { type = Frames.Typing, is_typing = false });
        (await at.Hears(Frames.Typing)).Flag("is_typing").Should().BeFalse();
    }

    private async Task<(User Ann, User Bo, string Chat)> Chat()
    {
        var (ann, bo) = (await User("ann"), await User("bo"));
        return (ann, bo, await ann.StartsConversation(bo));
    }

    private async Task<RedisServer> Server(params string[] options)
    {
        var server = await RedisServer.Start(options);
        _servers.Add(server);
        return server;
    }

    private async Task Node(params string[] settings)
        => _nodes.Add(_nodes.Count == 0 ? await TestServer.Start(DatabaseEngine.Postgres, settings) : await Home.StartTwin(settings));

    private string InFolder(string name) => Path.Combine(_folder, name);

    // A CA, and a certificate for 127.0.0.1 that it has signed.
    private void Certify()
    {
        using RSA caKey = RSA.Create(), key = RSA.Create();
        var ca = new CertificateRequest("CN=test ca", caKey, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        ca.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        using var issuer = ca.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(2));
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(IPAddress.Loopback);
        var server = new CertificateRequest("CN=redis", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        server.CertificateExtensions.Add(names.Build());
        using var certificate = server.Create(issuer, DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1), [1, 2, 3, 4]);
        File.WriteAllText(InFolder("ca.pem"), issuer.ExportCertificatePem());
        File.WriteAllText(InFolder("server.pem"), certificate.ExportCertificatePem());
        File.WriteAllText(InFolder("server.key"), key.ExportPkcs8PrivateKeyPem());
    }
}
