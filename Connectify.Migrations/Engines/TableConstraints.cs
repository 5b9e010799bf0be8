using FluentMigrator.Builders.Create.Table;
using FluentMigrator.Expressions;

namespace Connectify.Migrations.Engines;

/// <summary>
/// Table constraints that FluentMigrator 8 has no word for, at least on SQLite: CHECK, UNIQUE and foreign keys of several
/// columns. They stand in CREATE TABLE, in SQL that both engines take. Until then a feature of a column carries them.
/// </summary>
internal static class TableConstraints
{
    public const string Feature = "ConnectifyTableConstraints";

    /// <param name="table">Columns first: the constraint is attached to the last one.</param>
    /// <param name="name">Such as <c>ck_blocks_others</c>.</param>
    /// <param name="definition">Such as <c>CHECK (blocker_id &lt;&gt; blocked_id)</c>.</param>
    public static ICreateTableColumnOptionOrWithColumnSyntax Constraint(
        this ICreateTableColumnOptionOrWithColumnSyntax table, string name, string definition)
    {
        var features = ((CreateTableExpressionBuilder)table).CurrentColumn.AdditionalFeatures;
        var earlier = features.TryGetValue(Feature, out var value) ? (string)value : "";
        features[Feature] = $"{earlier}, CONSTRAINT {name} {definition}";
        return table;
    }

    /// <param name="statement">CREATE TABLE as FluentMigrator writes it.</param>
    /// <param name="table">What it was written from.</param>
    public static string With(string statement, CreateTableExpression table)
    {
        var constraints = table.Columns.Select(column => column.AdditionalFeatures.TryGetValue(Feature, out var value) ? (string)value : "");
        return statement.Insert(statement.LastIndexOf(')'), string.Concat(constraints));
    }
}
