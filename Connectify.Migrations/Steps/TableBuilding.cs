using Microsoft.EntityFrameworkCore.Migrations.Operations;
using Microsoft.EntityFrameworkCore.Migrations.Operations.Builders;
using Npgsql.EntityFrameworkCore.PostgreSQL.Metadata;

namespace Connectify.Migrations.Steps;

/// <summary>Columns that the two engines spell differently, spelled once.</summary>
internal static class TableBuilding
{
    /// <summary>A 64-bit id that the database hands out and never hands out again.</summary>
    public static OperationBuilder<AddColumnOperation> GeneratedId(this ColumnsBuilder columns)
        => columns.Column<long>(nullable: false)
            .Annotation("Npgsql:ValueGenerationStrategy", NpgsqlValueGenerationStrategy.IdentityByDefaultColumn)
            .Annotation("Sqlite:Autoincrement", true);

    /// <summary>A moment: milliseconds since 1970-01-01T00:00:00Z, the same number on both engines.</summary>
    public static OperationBuilder<AddColumnOperation> Moment(this ColumnsBuilder columns, bool nullable = false)
        => columns.Column<long>(nullable: nullable);

    public static OperationBuilder<AddColumnOperation> Text(this ColumnsBuilder columns, bool nullable = false)
        => columns.Column<string>(nullable: nullable);
}
