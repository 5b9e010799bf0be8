using System.Globalization;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace Connectify.Migrations.Steps;

/// <summary>Organizations, users, who belongs where, and their sessions.</summary>
[DbContext(typeof(SchemaContext))]
[Migration("20261121_01_accounts")]
internal sealed class Accounts : Migration
{
    protected override void Up(MigrationBuilder migration)
    {
        migration.CreateTable(
            "organizations",
            columns => new { id = columns.GeneratedId(), name = columns.Text(), created_at = columns.Moment() },
            constraints: table => table.PrimaryKey("pk_organizations", row => row.id));

        // The first row of a fresh table: organization 1, which the documents' examples register into.
        var now = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture);
        migration.Sql($"INSERT INTO organizations (name, created_at) VALUES ('Default', {now})");

        migration.CreateTable(
            "users",
            columns => new
            {
                id = columns.GeneratedId(),
                username = columns.Text(),
                username_key = columns.Text(),
                email = columns.Text(),
                email_key = columns.Text(),
                search_key = columns.Text(),
                password_hash = columns.Text(),
                first_name = columns.Text(),
                last_name = columns.Text(),
                bio = columns.Text(nullable: true),
                dob = columns.Text(nullable: true),
                profile_image = columns.Text(nullable: true),
                status = columns.Text(),
                is_superuser = columns.Column<bool>(nullable: false),
                created_at = columns.Moment(),
                updated_at = columns.Moment(),
            },
            constraints: table =>
            {
                table.PrimaryKey("pk_users", row => row.id);
                table.UniqueConstraint("uq_users_username", row => row.username_key);
                table.UniqueConstraint("uq_users_email", row => row.email_key);
                table.CheckConstraint("ck_users_status", "status IN ('pending', 'active', 'deactivated')");
            });

        migration.CreateTable(
            "organization_members",
            columns => new
            {
                organization_id = columns.Column<long>(nullable: false),
                user_id = columns.Column<long>(nullable: false),
                role = columns.Text(),
                joined_at = columns.Moment(),
            },
            constraints: table =>
            {
                table.PrimaryKey("pk_organization_members", row => new { row.organization_id, row.user_id });
                table.ForeignKey("fk_organization_members_organization", row => row.organization_id, "organizations", "id");
                table.ForeignKey("fk_organization_members_user", row => row.user_id, "users", "id");
                table.CheckConstraint("ck_organization_members_role", "role IN ('USER', 'STAFF', 'ADMIN')");
            });
        migration.CreateIndex("ix_organization_members_user", "organization_members", "user_id");
        CreateSessions(migration);
    }

    private static void CreateSessions(MigrationBuilder migration)
    {
        migration.CreateTable(
            "sessions",
            columns => new
            {
                id = columns.GeneratedId(),
                user_id = columns.Column<long>(nullable: false),
                created_at = columns.Moment(),
                expires_at = columns.Moment(),
                revoked_at = columns.Moment(nullable: true),
            },
            constraints: table =>
            {
                table.PrimaryKey("pk_sessions", row => row.id);
                table.ForeignKey("fk_sessions_user", row => row.user_id, "users", "id");
            });
        migration.CreateIndex("ix_sessions_user", "sessions", "user_id");

        // Every refresh token a session ever had: one that is used twice ends its session.
        migration.CreateTable(
            "refresh_tokens",
            columns => new
            {
                token_hash = columns.Text(),
                session_id = columns.Column<long>(nullable: false),
                used_at = columns.Moment(nullable: true),
            },
            constraints: table =>
            {
                table.PrimaryKey("pk_refresh_tokens", row => row.token_hash);
                table.ForeignKey("fk_refresh_tokens_session", row => row.session_id, "sessions", "id",
                    onDelete: ReferentialAction.Cascade);
            });
        migration.CreateIndex("ix_refresh_tokens_session", "refresh_tokens", "session_id");
    }
}
