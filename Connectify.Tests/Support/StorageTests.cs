using Connectify.Migrations;
using Connectify.Server.Storage;
using Xunit;

namespace Connectify.Tests.Support;

/// <summary>Base of tests that ask the storage itself: a database of its own for each test, empty at first.</summary>
public abstract class StorageTests(DatabaseEngine engine) : IAsyncLifetime
{
    private ServerData? _data;
    private Database? _database;

    /// <summary>A machine that stalls is no outage.</summary>
    protected static TimeSpan Timeout { get; } = TimeSpan.FromSeconds(30);

    protected DatabaseEngine Engine => engine;

    private protected DatabaseTarget Target => _data!.Target;

    /// <summary>The database with the schema, after <see cref="Open"/>.</summary>
    private protected Database Database => _database ?? throw new InvalidOperationException("Open the database first.");

    public virtual async Task InitializeAsync() => _data = await ServerData.Create(engine);

    public virtual async Task DisposeAsync()
    {
        if (_database is not null) await _database.DisposeAsync();
        if (_data is not null) await _data.DisposeAsync();
    }

    /// <summary>Applies the schema and connects.</summary>
    protected async Task Open() => _database = await Migrated(Target);

    private static async Task<Database> Migrated(DatabaseTarget target)
    {
        await Schema.Apply(target);
        return new Database(target, NullMeterFactory.Metrics, Timeout);
    }
}
