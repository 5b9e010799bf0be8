using FluentMigrator;
using FluentMigrator.Builders.Create;
using FluentMigrator.Builders.Create.Table;
using FluentMigrator.Postgres;
using Column = FluentMigrator.Builders.Create.Table.ICreateTableColumnOptionOrWithColumnSyntax;

namespace Connectify.Migrations.Steps;

/// <summary>The kinds of columns and indexes there are. A column is NOT NULL unless it says <c>Nullable()</c>.</summary>
internal static class TableBuilding
{
    /// <summary>The primary key <c>id</c>: a 64-bit number that the database generates and never generates again.</summary>
    public static Column Id(this ICreateTableWithColumnSyntax table, string primaryKey)
        => table.WithColumn("id").AsInt64().PrimaryKey(primaryKey).Identity(PostgresGenerationType.ByDefault);

    /// <summary>A 64-bit integer.</summary>
    public static Column Number(this ICreateTableWithColumnSyntax table, string name) => table.WithColumn(name).AsInt64();

    /// <summary>A point in time: milliseconds since 1970-01-01T00:00:00Z, the same number on both engines.</summary>
    public static Column Moment(this ICreateTableWithColumnSyntax table, string name) => table.WithColumn(name).AsInt64();

    public static Column Text(this ICreateTableWithColumnSyntax table, string name) => table.WithColumn(name).AsString();

    public static Column Flag(this ICreateTableWithColumnSyntax table, string name) => table.WithColumn(name).AsBoolean();

    /// <param name="create">The migration's <c>Create</c>.</param>
    /// <param name="name">The index.</param>
    /// <param name="table">Its table.</param>
    /// <param name="columns">In the order of the index, each ascending.</param>
    /// <param name="unique">Whether no two rows may be alike in all of the columns.</param>
    /// <param name="filter">A partial index: only rows for which this SQL condition holds are in it.</param>
    public static void Index(
        this ICreateExpressionRoot create, string name, string table, string[] columns, bool unique = false, string? filter = null)
    {
        var index = create.Index(name).OnTable(table);
        foreach (var column in columns) index.OnColumn(column).Ascending();
        if (unique) index.WithOptions().Unique();
        if (filter is not null) index.WithOptions().Filter(filter);
    }
}
