using Connectify.Migrations;

namespace Connectify.Server.Storage;

/// <summary>Answers whether the database can be written and has this program's schema.</summary>
internal sealed class ReadinessCheck(Database database)
{
    private readonly long _latest = Schema.Latest.Version;

    /// <returns>null when all is well, else what is wrong, for the operator.</returns>
    public async Task<string?> FindProblem(CancellationToken cancellation)
    {
        if (database.Availability.Problem is { } problem) return problem;
        try
        {
            const string Newest = """SELECT max("Version") FROM "VersionInfo" """;
            var applied = await database.FirstOrDefault<long?>(Newest, null, cancellation);
            return applied == _latest ? null : "The schema of the database is not this program's.";
        }
        catch (Exception e) when (e.IsDatabaseUnavailable())
        {
            return e.Reason();
        }
    }
}
