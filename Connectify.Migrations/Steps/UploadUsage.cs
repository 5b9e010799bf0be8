using Connectify.Migrations.Engines;
using FluentMigrator;

namespace Connectify.Migrations.Steps;

/// <summary>How many bytes of files each user has stored on one day.</summary>
[Migration(2026112908, "20261129_08_upload_usage")]
public sealed class UploadUsage : ForwardOnlyMigration
{
    /// <inheritdoc />
    public override void Up() => Create.Table("upload_usage")
        .Number("user_id").PrimaryKey("pk_upload_usage").ForeignKey("fk_upload_usage_user", "users", "id")

        // Days since 1970-01-01 in UTC.
        .Number("day")
        .Number("bytes")
        .Constraint("ck_upload_usage", "CHECK (bytes >= 0)");
}
