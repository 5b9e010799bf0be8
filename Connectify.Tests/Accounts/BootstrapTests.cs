using Connectify.Migrations;
using Connectify.Server.Storage;
using Connectify.Tests.Support;
using FluentAssertions;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Xunit;
using ServerProgram = Connectify.Server.Program;

namespace Connectify.Tests.Accounts;

public abstract class BootstrapTests(DatabaseEngine engine) : IAsyncLifetime
{
    private readonly List<WebApplication> _nodes = [];
    private ServerData? _data;

    public async Task InitializeAsync() => _data = await ServerData.Create(engine);

    public async Task DisposeAsync()
    {
        foreach (var node in _nodes)
        {
            await node.StopAsync();
            await node.DisposeAsync();
        }

        await _data!.DisposeAsync();
    }

    [Fact]
    public async Task Several_nodes_that_start_at_once_make_one_superuser_and_one_organization()
    {
        var nodes = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Start(
            "--Bootstrap:SuperuserUsername=boss\u00a0", "--Bootstrap:SuperuserEmail= boss@example.com\t",
            "--Bootstrap:SuperuserPassword=a good password", "--Bootstrap:OrganizationName=Acme")));

        var database = nodes[0].Services.GetRequiredService<Database>();
        (await database.Query<string>("SELECT username FROM users WHERE is_superuser AND status = 'active'", null, default)).Should().Equal("boss");
        (await database.Query<string>("SELECT name FROM organizations", null, default)).Should().Equal("Acme");
        (await database.Query<string>("SELECT organization_id || ' ' || role FROM organization_members", null, default)).Should().Equal("1 ADMIN");
    }

    [Fact]
    public async Task A_later_start_changes_neither_the_name_nor_the_superuser()
    {
        await Start("--Bootstrap:OrganizationName=Acme");
        var second = await Start(
            "--Bootstrap:OrganizationName=Other", "--Bootstrap:SuperuserUsername=second",
            "--Bootstrap:SuperuserEmail=second@example.com", "--Bootstrap:SuperuserPassword=a good password");

        var database = second.Services.GetRequiredService<Database>();
        (await database.Query<string>("SELECT name FROM organizations", null, default)).Should().Equal("Acme");
        (await database.Query<string>("SELECT username FROM users", null, default)).Should().Equal("admin");
    }

    [Fact]
    public async Task Outside_Development_nobody_is_made_up_and_nobody_is_active_by_himself()
    {
        var node = await Start("--environment=Production", "--Auth:SigningKey=0123456789abcdef0123456789abcdef");
        var database = node.Services.GetRequiredService<Database>();
        (await database.Query<long>("SELECT id FROM users", null, default)).Should().BeEmpty();

        using var http = new HttpClient { BaseAddress = new Uri(node.Urls.Single()) };
        var body = """{"username":"ada","email":"ada@example.com","password":"securepassword","organization_id":1}""";
        using var reply = await http.PostAsync("/api/accounts/register/", new StringContent(body, null, "application/json"));
        (await reply.Content.ReadAsStringAsync()).Should().Contain("\"is_active\":false");
    }

    [Fact]
    public async Task Nodes_that_share_a_folder_agree_on_the_generated_key()
    {
        var nodes = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Start()));
        nodes.Select(node => Convert.ToHexString(node.Services.GetRequiredService<Connectify.Server.Authentication.SigningKey>().Bytes))
            .Distinct().Should().ContainSingle();
        var file = Path.Combine(_data!.Folder, "signing.key");
        if (!OperatingSystem.IsWindows()) File.GetUnixFileMode(file).Should().Be(UnixFileMode.UserRead | UnixFileMode.UserWrite);
        Directory.GetFiles(_data.Folder, "signing.key*").Should().ContainSingle();
    }

    private async Task<WebApplication> Start(params string[] settings)
    {
        var node = ServerProgram.Build([
            "--environment=Development", $"--contentRoot={RepositoryFolder.Of("Connectify.Server")}", "--Urls=http://127.0.0.1:0",
            $"--DataPath={_data!.Folder}", $"--ConnectionStrings:Postgres={_data.Postgres}", "--Logging:Console:LogLevel:Default=None", .. settings]);
        lock (_nodes) _nodes.Add(node);
        await node.StartAsync();
        return node;
    }

    public sealed class OnSqlite() : BootstrapTests(DatabaseEngine.Sqlite);

    public sealed class OnPostgres() : BootstrapTests(DatabaseEngine.Postgres);
}
