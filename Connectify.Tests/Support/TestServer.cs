using Connectify.Migrations;
using Connectify.Server.Lifecycle;
using Connectify.Server.Storage;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using ServerProgram = Connectify.Server.Program;

namespace Connectify.Tests.Support;

/// <summary>The real program on a real port, in this process, on a database of its own.</summary>
public sealed class TestServer : IAsyncDisposable
{
    public const string SuperuserName = "root";
    public const string Password = "correct horse battery staple";

    private readonly WebApplication _app;
    private readonly ServerData _data;
    private readonly bool _ownsData;

    private TestServer(WebApplication app, ServerData data, bool ownsData)
    {
        (_app, _data, _ownsData) = (app, data, ownsData);
        app.Services.GetRequiredService<ILoggerFactory>().AddProvider(Log);
    }

    public DatabaseEngine Engine => _data.Engine;

    public ServerLog Log { get; } = new();

    /// <summary>Such as <c>http://127.0.0.1:40123</c>.</summary>
    public Uri Url => new(_app.Urls.Single());

    /// <summary>For tests that look behind the API.</summary>
    public IServiceProvider Services => _app.Services;

    internal Database Database => _app.Services.GetRequiredService<Database>();

    /// <param name="engine">The database to run on, a fresh one.</param>
    /// <param name="settings">As on the command line: <c>--Messaging:ResumeLimit=5</c>.</param>
    public static async Task<TestServer> Start(DatabaseEngine engine, params string[] settings)
        => await Start(await ServerData.Create(engine), ownsData: true, settings);

    /// <summary>One on data that is there already, and stays.</summary>
    internal static Task<TestServer> On(ServerData data) => Start(data, ownsData: false, []);

    /// <summary>Another node on the same database and data folder. Dispose it before this one.</summary>
    public Task<TestServer> StartTwin(params string[] settings) => Start(_data, ownsData: false, settings);

    /// <summary>The same scheme, host and port for WebSockets, with <paramref name="pathAndQuery"/>.</summary>
    public Uri SocketUrl(string pathAndQuery) => new($"ws://{Url.Authority}{pathAndQuery}");

    public async ValueTask DisposeAsync()
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        await _app.StopAsync(patience.Token);
        await _app.DisposeAsync();
        if (_ownsData) await _data.DisposeAsync();
    }

    private static async Task<TestServer> Start(ServerData data, bool ownsData, string[] settings)
    {
        var app = ServerProgram.Build([.. Defaults(data), .. settings]);
        var server = new TestServer(app, data, ownsData);
        try
        {
            await app.StartAsync();
            await server.Prepared();
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    // A database that doesn't answer at once is asked again after the start.
    private async Task Prepared()
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        var preparation = Services.GetRequiredService<StartupInitializer>();
        while (!preparation.IsDone) await Task.Delay(20, patience.Token);
    }

    private static string[] Defaults(ServerData data)
        =>
        [
            "--environment=Development",
            $"--contentRoot={RepositoryFolder.Of("Connectify.Server")}",
            "--Urls=http://127.0.0.1:0",
            $"--DataPath={data.Folder}",
            $"--ConnectionStrings:Postgres={data.Postgres}",

            // A machine that stalls is no outage; tests of outages say otherwise.
            "--Database:PatienceSeconds=10",
            // However full the disk of the machine is; tests of a full disk say otherwise.
            "--Attachments:MinFreeBytes=0",
            $"--Bootstrap:SuperuserUsername={SuperuserName}",
            "--Bootstrap:SuperuserEmail=root@example.com",
            $"--Bootstrap:SuperuserPassword={Password}",
            "--Logging:LogLevel:Default=Warning",
            "--Logging:Console:LogLevel:Default=None",
        ];
}
