using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Connectify.Server.Hosting;
using Connectify.Server.Kernel;
using Connectify.Server.Realtime.Backplane;
using FluentAssertions;
using StackExchange.Redis;
using Xunit;

namespace Connectify.Tests.Hosting;

public sealed class RedisOptionsTests : IDisposable
{
    private const string Secret = "s3cret";

    private readonly string _folder = Directory.CreateTempSubdirectory("connectify-test-").FullName;

    [Theory]
    [InlineData("redis.example:6379")]
    [InlineData("redis_1,ssl=true,password=a=b")]
    [InlineData("10.0.0.1:6379,user=app,password=s3cret")]
    [InlineData("[::1]:6379, redis.example")]
    [InlineData("one:26379,two:26379,serviceName=mymaster")]
    [InlineData("!/run/redis.sock")]
    [InlineData("localhost,$client=,protocol=resp3,channelPrefix=one:")]
    public void The_librarys_form_is_taken(string text) => Of(text).EndPoints.Should().NotBeEmpty();

    [Theory]
    [InlineData("redis://app:s3cret@localhost:6379", "URL", "host:port")]
    [InlineData("rediss://:s3cret@localhost:6379/0", "URL", "ssl=true")]
    [InlineData(" unix:///s3cret.sock", "URL")]
    [InlineData(",", "host:port")]
    [InlineData("password=s3cret", "host:port")]
    [InlineData("serviceName=mymaster,password=s3cret", "serviceName", "sentinel1:26379")]
    [InlineData("localhost:port", "address 1", "65535")]
    [InlineData("localhost:6379,other:99999", "address 2", "65535")]
    [InlineData("localhost:0", "address 1")]
    [InlineData("localhost:-1,password=s3cret", "address 1")]
    [InlineData("10.0.0.1:6379:1", "address 1")]
    [InlineData("localhost:6379/0", "address 1")]
    [InlineData("two words:6379", "address 1")]
    [InlineData("localhost,ssl", "ssl=true")]
    [InlineData("localhost,nonsense=s3cret", "no option \"nonsense\"", "host:port")]
    [InlineData("localhost,username=s3cret", "no option \"username\"", "user=…")]
    [InlineData("localhost;password=s3cret", "option")]
    [InlineData("localhost password=s3cret", "option")]
    [InlineData("localhost,ssl=s3cret", "ssl")]
    [InlineData("localhost,connectTimeout=s3cret", "connectTimeout")]
    [InlineData("localhost,tunnel=s3cret", "tunnel")]
    [InlineData("localhost,password=my,s3cret=:", "comma")]
    [InlineData("localhost,password=my,:s3cret", "comma")]
    [InlineData("localhost,channelPrefix=s3cret*", "channelPrefix")]
    public void Any_other_is_refused_in_a_sentence_without_its_secrets(string text, params string[] named)
    {
        var sentence = Refused(() => Of(text));

        sentence.Should().StartWith("ConnectionStrings:Redis: ").And.ContainAll(named).And.NotContain(Secret).And.NotContain("\n").And.EndWith(".");
    }

    [Fact]
    public void A_ca_of_ones_own_needs_tls_and_a_file_that_is_one()
    {
        var file = Path.Combine(_folder, "ca.pem");
        var settings = new RedisSettings { CaCertificateFile = file };
        Refused(() => RedisOptions.Of("localhost", settings)).Should().Contain("Redis:CaCertificateFile").And.Contain("ssl=true");
        Refused(() => RedisOptions.Of("localhost,ssl=true", settings)).Should().Contain("Redis:CaCertificateFile").And.Contain(file);
        File.WriteAllText(file, "no certificate");
        Refused(() => RedisOptions.Of("localhost,ssl=true", settings)).Should().Contain("Redis:CaCertificateFile").And.Contain("PEM");

        using var key = RSA.Create();
        using var certificate = new CertificateRequest("CN=test", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)
            .CreateSelfSigned(DateTimeOffset.UtcNow, DateTimeOffset.UtcNow.AddDays(1));
        File.WriteAllText(file, certificate.ExportCertificatePem());

        RedisOptions.Of("localhost,ssl=true", settings).Ssl.Should().BeTrue();
    }

    [Fact]
    public void The_prefix_of_the_section_wins()
        => RedisOptions.Of("localhost,channelPrefix=one:", new RedisSettings { ChannelPrefix = "two:" }).ChannelPrefix.ToString().Should().Be("two:");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static ConfigurationOptions Of(string text) => RedisOptions.Of(text, new RedisSettings());

    private static string Refused(Action act) => act.Should().Throw<StartupException>().Which.Message;
}
