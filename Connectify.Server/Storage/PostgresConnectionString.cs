using System.Data.Common;
using Npgsql;

namespace Connectify.Server.Storage;

/// <summary>Checks <c>ConnectionStrings:Postgres</c>. No sentence repeats a value: it may be part of a password.</summary>
internal static class PostgresConnectionString
{
    private const string Key = "ConnectionStrings:Postgres";
    private const string RightForm = "Host=db.example.com;Port=5432;Database=connectify;Username=…;Password=…";
    private const string TargetOption = "Target Session Attributes";

    /// <returns>The connection string, which with several hosts asks for the one that can be written.</returns>
    /// <exception cref="StartupException">It can't be used; the sentence names the option.</exception>
    public static string Check(string connectionString)
    {
        if (WhyNotOptions(connectionString) is { } reason) throw new StartupException($"{Key} {reason}. The right form is {RightForm}");
        var options = new NpgsqlConnectionStringBuilder(connectionString);
        if (WhyNotHosts(options) is { } wrong) throw new StartupException($"{Key} {wrong}.");
        if (options.Host!.Contains(',')) options.TargetSessionAttributes ??= "read-write";
        try
        {
            // Options that contradict each other are found here.
            PostgresSource.Build(options.ConnectionString, _ => { }, _ => { }).Dispose();
            return options.ConnectionString;
        }
        catch (Exception e) when (e is ArgumentException or InvalidOperationException or NotSupportedException)
        {
            throw new StartupException($"{Key} can't be used: {e.Message}", e);
        }
    }

    /// <summary>The two kinds of host that can be written.</summary>
    public static TargetSessionAttributes Target(string text)
        => text.Equals("primary", StringComparison.OrdinalIgnoreCase) ? TargetSessionAttributes.Primary : TargetSessionAttributes.ReadWrite;

    private static string? WhyNotOptions(string connectionString)
    {
        if (connectionString.TrimStart().StartsWith("postgres", StringComparison.OrdinalIgnoreCase) && connectionString.Contains("://", StringComparison.Ordinal))
        {
            return "is a URI; it has to be a list of options";
        }

        try
        {
            var given = new DbConnectionStringBuilder { ConnectionString = connectionString };
            return given.Keys.Cast<string>().Select(option => WhyNot(option, given[option])).FirstOrDefault(reason => reason is not null);
        }
        catch (ArgumentException)
        {
            return "is no list of options (a value with ; or = needs quotes)";
        }
    }

    private static string? WhyNot(string option, object value)
    {
        var options = new NpgsqlConnectionStringBuilder();
        try
        {
            options[option] = value;
            return null;
        }
        catch (Exception e) when (e is ArgumentException or FormatException or InvalidCastException or OverflowException)
        {
            return IsKnown(option) ? $"has a value for the option \"{option}\" that can't be read" : $"has the option \"{option}\", which doesn't exist";
        }
    }

    private static bool IsKnown(string option)
    {
        try
        {
            return new NpgsqlConnectionStringBuilder().ContainsKey(option);
        }
        catch (ArgumentException)
        {
            return false;
        }
    }

    private static string? WhyNotHosts(NpgsqlConnectionStringBuilder options)
    {
        if (string.IsNullOrWhiteSpace(options.Host)) return $"names no Host. The right form is {RightForm}";
        if (options.TargetSessionAttributes is not { } target) return null;
        if (!options.Host.Contains(',')) return $"has {TargetOption} with one Host: leave it out, or name several, as in Host=db1,db2;{TargetOption}=primary";
        return target.ToUpperInvariant() is "PRIMARY" or "READ-WRITE"
            ? null
            : $"has a value for {TargetOption} that can't be used: the server writes, so it has to be primary or read-write";
    }
}
