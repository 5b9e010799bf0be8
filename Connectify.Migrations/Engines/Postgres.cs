using System.Data.Common;
using FluentMigrator.Expressions;
using FluentMigrator.Runner;
using FluentMigrator.Runner.Conventions;
using FluentMigrator.Runner.Generators;
using FluentMigrator.Runner.Generators.Postgres;
using FluentMigrator.Runner.Initialization;
using FluentMigrator.Runner.Processors;
using FluentMigrator.Runner.Processors.Postgres;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Connectify.Migrations.Engines;

/// <summary>FluentMigrator on PostgreSQL, as far as it has to differ from the package's.</summary>
internal static class Postgres
{
    public static IMigrationRunnerBuilder AddPostgresIn(this IMigrationRunnerBuilder runner, DbTransaction transaction)
    {
        runner.AddPostgres().Services
            .AddScoped<Postgres15_0Generator>(services => ActivatorUtilities.CreateInstance<Generator>(services))
            .AddScoped<Postgres15_0Processor>(services => ActivatorUtilities.CreateInstance<Processor>(services, transaction))

            // The package names the schema in each statement, and "public" where it was told none.
            .AddSingleton<IConventionSet>(new DefaultConventionSet(CurrentSchema(transaction), workingDirectory: null));
        return runner;
    }

    private static string? CurrentSchema(DbTransaction transaction)
    {
        using var command = transaction.Connection!.CreateCommand();
        command.CommandText = "SELECT current_schema()";
        return command.ExecuteScalar() as string;
    }

    private sealed class Generator(PostgresQuoter quoter, IOptions<GeneratorOptions> options, IPostgresTypeMap types)
        : Postgres15_0Generator(quoter, options, types)
    {
        public override string Generate(CreateTableExpression expression) => TableConstraints.With(base.Generate(expression), expression);
    }

    /// <summary>Works in a transaction that it neither begins nor ends, on a connection that it leaves open.</summary>
    private sealed class Processor : Postgres15_0Processor
    {
        public Processor(
            DbTransaction transaction, PostgresDbFactory factory, Postgres15_0Generator generator, ILogger<Postgres15_0Processor> log,
            IOptionsSnapshot<ProcessorOptions> options, IConnectionStringAccessor connectionString, PostgresOptions postgres)
            : base(factory, generator, log, options, connectionString, postgres)
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
