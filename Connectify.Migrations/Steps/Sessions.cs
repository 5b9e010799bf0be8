using FluentMigrator;

namespace Connectify.Migrations.Steps;

/// <summary>
/// Where a login came from and when it was last used, which refresh token a refresh token replaced, and an end to the
/// sessions of deactivated accounts.
/// </summary>
/// <remarks>Every column may be null: nodes of the version before go on inserting rows without them until they are restarted.</remarks>
[Migration(2026112907, "20261129_07_sessions")]
public sealed class Sessions : ForwardOnlyMigration
{
    /// <inheritdoc />
    public override void Up()
    {
        // network is what limits count by: an IPv4 address, or the /64 of an IPv6 address.
        foreach (var column in new[] { "user_agent", "ip", "network" }) Create.Column(column).OnTable("sessions").AsString().Nullable();
        Create.Column("last_used_at").OnTable("sessions").AsInt64().Nullable();
        Create.Column("predecessor_hash").OnTable("refresh_tokens").AsString().Nullable();

        // Deactivation ends sessions for good since this version; before, they came back with the account.
        var now = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds();
        Execute.Sql($"""
            UPDATE sessions SET revoked_at = {now}
            WHERE revoked_at IS NULL AND user_id IN (SELECT id FROM users WHERE status = 'deactivated')
            """);
    }
}
