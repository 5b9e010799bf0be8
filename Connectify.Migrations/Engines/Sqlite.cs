using System.Data.Common;
using FluentMigrator.Expressions;
using FluentMigrator.Infrastructure.Extensions;
using FluentMigrator.Postgres;
using FluentMigrator.Runner;
using FluentMigrator.Runner.Generators;
using FluentMigrator.Runner.Generators.SQLite;
using FluentMigrator.Runner.Initialization;
using FluentMigrator.Runner.Processors;
using FluentMigrator.Runner.Processors.SQLite;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Connectify.Migrations.Engines;

/// <summary>FluentMigrator on SQLite, as far as it has to differ from the package's.</summary>
internal static class Sqlite
{
    public static IMigrationRunnerBuilder AddSqliteIn(this IMigrationRunnerBuilder runner, DbTransaction transaction)
    {
        var quoter = new SQLiteQuoter(false);
        runner.AddSQLite().Services
            .AddScoped<SQLiteGenerator>(services => ActivatorUtilities.CreateInstance<Generator>(services, quoter))
            .AddScoped<SQLiteProcessor>(services => ActivatorUtilities.CreateInstance<Processor>(services, transaction, quoter));
        return runner;
    }

    private sealed class Generator(SQLiteQuoter quoter, ISQLiteTypeMap types, IOptions<GeneratorOptions> options)
        : SQLiteGenerator(quoter, types, options)
    {
        // How PostgreSQL generates ids is a feature of its own; SQLite's AUTOINCREMENT does the same.
        public override bool IsAdditionalFeatureSupported(string feature)
            => feature == TableConstraints.Feature || feature == PostgresExtensions.IdentityGeneration
                || feature == PostgresExtensions.IdentityModificationType || base.IsAdditionalFeatureSupported(feature);

        public override string Generate(CreateTableExpression expression) => TableConstraints.With(base.Generate(expression), expression);

        // The package drops the filter in silence: a partial unique index would hold for all rows.
        public override string Generate(CreateIndexExpression expression)
            => expression.Index.GetAdditionalFeature<string>(PostgresExtensions.IndexFilter) is { } filter
                ? $"{base.Generate(expression).TrimEnd(';')} WHERE {filter};"
                : base.Generate(expression);
    }

    /// <summary>Works in a transaction that it neither begins nor ends, on a connection that it leaves open.</summary>
    private sealed class Processor : SQLiteProcessor
    {
        public Processor(
            DbTransaction transaction, SQLiteDbFactory factory, SQLiteGenerator generator, ILogger<SQLiteProcessor> log,
            IOptionsSnapshot<ProcessorOptions> options, IConnectionStringAccessor connectionString, IServiceProvider services, SQLiteQuoter quoter)
            : base(factory, generator, log, options, connectionString, services, quoter)
            => (Connection, Transaction) = (transaction.Connection, transaction);

        public override void CommitTransaction()
        {
        }

        public override void RollbackTransaction()
        {
        }

        protected override void Dispose(bool isDisposing)
        {
            // The base closes the connection that it has.
            Connection = null!;
            base.Dispose(isDisposing);
        }
    }
}
