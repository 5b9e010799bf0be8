using Connectify.Benchmarks.World;

namespace Connectify.Benchmarks.Servers;

/// <summary>The comparison servers: <c>serve plain|probe|inline|long|bare PORT DATABASE</c>.</summary>
internal static class Serve
{
    // What Connectify's frames have more than the probe's: who sent it, reactions, receipts, …
    private const int MoreBytes = 400;

    /// <param name="name">Which one.</param>
    /// <param name="port">On loopback.</param>
    /// <param name="database">A connection string of PostgreSQL, or <c>sqlite:FILE</c>.</param>
    public static async Task Run(string name, int port, string database)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.SetMinimumLevel(LogLevel.Warning);
        builder.WebHost.UseUrls($"http://127.0.0.1:{port}");
        if (name is "inline" or "long") builder.WebHost.UseSockets(options => options.UnsafePreferInlineScheduling = true);
        await using IStore store = database.StartsWith("sqlite:", StringComparison.Ordinal)
            ? new SqliteStore(database["sqlite:".Length..])
            : new PostgresStore(database);
        builder.Services.AddSingleton(store);
        builder.Services.AddSignalR();

        await using var app = builder.Build();
        switch (name)
        {
            case "plain":
                PlainServer.Map(app, store);
                break;
            case "bare":
                BareServer.Map(app);
                break;
            default:
                ProbeServer.Map(app, store, new BatchedInserts(database), name == "long" ? MoreBytes : 0);
                break;
        }

        app.MapGet("/", () => "ready");
        await app.RunAsync();
    }

    /// <summary>The only authentication here: a signed token, and for a chat one look whether its user is in.</summary>
    public static async Task<long?> Admit(HttpContext context, IStore store, long chat)
        => Tokens.UserOf(context.Request.Query["token"]) is { } user && await store.IsMember(chat, user) ? user : null;
}
