using System.Data.Common;
using Npgsql;

namespace Connectify.Server.Storage;

/// <summary>Makes data sources from the operator's connection string: what is written there wins over the defaults here.</summary>
internal static class PostgresSource
{
    private const int SecondsPerCommand = 15;
    private const int MaxAutoPrepare = 200;

    /// <param name="connectionString">One that <see cref="PostgresConnectionString"/> has checked.</param>
    /// <param name="adjust">Changes options.</param>
    /// <param name="configure">Adds what is no option.</param>
    public static NpgsqlDataSource Build(
        string connectionString, Action<NpgsqlConnectionStringBuilder> adjust, Action<NpgsqlDataSourceBuilder> configure)
    {
        var options = new NpgsqlConnectionStringBuilder(connectionString);
        adjust(options);

        // Npgsql takes this one beside the options, not among them.
        var target = options.TargetSessionAttributes;
        options.TargetSessionAttributes = null;
        var builder = new NpgsqlDataSourceBuilder(options.ConnectionString);
        configure(builder);
        return target is null ? builder.Build() : builder.BuildMultiHost().WithTargetSession(PostgresConnectionString.Target(target));
    }

    /// <summary>Bounds every wait, and has statements prepared unless <paramref name="isPooled"/>.</summary>
    public static Action<NpgsqlConnectionStringBuilder> Bounded(string connectionString, TimeSpan timeout, bool isPooled) => options =>
    {
        var given = new DbConnectionStringBuilder { ConnectionString = connectionString };
        if (!given.ContainsKey("Timeout")) options.Timeout = (int)timeout.TotalSeconds + 1;
        if (!given.ContainsKey("Command Timeout")) options.CommandTimeout = SecondsPerCommand;
        if (!given.ContainsKey("Max Auto Prepare")) options.MaxAutoPrepare = isPooled ? 0 : MaxAutoPrepare;

        // Nothing here leaves anything behind in its session; undoing nothing costs seven statements each time.
        if (!given.ContainsKey("No Reset On Close")) options.NoResetOnClose = true;
    };
}
