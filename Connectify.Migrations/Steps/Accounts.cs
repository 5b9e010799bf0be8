using System.Data;
using Connectify.Migrations.Engines;
using FluentMigrator;

namespace Connectify.Migrations.Steps;

/// <summary>Organizations, users, their memberships and sessions.</summary>
[Migration(2026112101, "20261121_01_accounts")]
public sealed class Accounts : ForwardOnlyMigration
{
    /// <inheritdoc />
    public override void Up()
    {
        Create.Table("organizations").Id("pk_organizations").Text("name").Moment("created_at");

        // The first row of a fresh table: organization 1, which the documents' examples register into.
        Insert.IntoTable("organizations").Row(new { name = "Default", created_at = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds() });

        Create.Table("users")
            .Id("pk_users")
            .Text("username")
            .Text("username_key")
            .Text("email")
            .Text("email_key")
            .Text("search_key")
            .Text("password_hash")
            .Text("first_name")
            .Text("last_name")
            .Text("bio").Nullable()
            .Text("dob").Nullable()
            .Text("profile_image").Nullable()
            .Text("status")
            .Flag("is_superuser")
            .Moment("created_at")
            .Moment("updated_at")
            .Constraint("uq_users_username", "UNIQUE (username_key)")
            .Constraint("uq_users_email", "UNIQUE (email_key)")
            .Constraint("ck_users_status", "CHECK (status IN ('pending', 'active', 'deactivated'))");

        Create.Table("organization_members")
            .Number("organization_id").PrimaryKey("pk_organization_members")
                .ForeignKey("fk_organization_members_organization", "organizations", "id")
            .Number("user_id").PrimaryKey("pk_organization_members").ForeignKey("fk_organization_members_user", "users", "id")
            .Text("role")
            .Moment("joined_at")
            .Constraint("ck_organization_members_role", "CHECK (role IN ('USER', 'STAFF', 'ADMIN'))");
        Create.Index("ix_organization_members_user", "organization_members", ["user_id"]);

        CreateSessions();
    }

    private void CreateSessions()
    {
        Create.Table("sessions")
            .Id("pk_sessions")
            .Number("user_id").ForeignKey("fk_sessions_user", "users", "id")
            .Moment("created_at")
            .Moment("expires_at")
            .Moment("revoked_at").Nullable();
        Create.Index("ix_sessions_user", "sessions", ["user_id"]);

        // Every refresh token a session ever had: one that is used twice ends its session.
        Create.Table("refresh_tokens")
            .Text("token_hash").PrimaryKey("pk_refresh_tokens")
            .Number("session_id").ForeignKey("fk_refresh_tokens_session", "sessions", "id").OnDelete(Rule.Cascade)
            .Moment("used_at").Nullable();
        Create.Index("ix_refresh_tokens_session", "refresh_tokens", ["session_id"]);
    }
}
