using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.EntityFrameworkCore.Infrastructure;

namespace Connectify.Migrations;

/// <summary>
/// A context without entities: only the migrations engine of Entity Framework is used, so that one
/// definition of the schema serves both engines.
/// </summary>
internal sealed class SchemaContext(DatabaseTarget target) : DbContext
{
    protected override void OnConfiguring(DbContextOptionsBuilder options)
    {
        if (target.Engine == DatabaseEngine.Postgres)
        {
            options.UseNpgsql(target.ConnectionString, OwnAssembly);
        }
        else
        {
            options.UseSqlite(target.ConnectionString, OwnAssembly);
        }

        // There is no model to compare with: the migrations are the schema.
        options.ConfigureWarnings(warnings => warnings.Ignore(RelationalEventId.PendingModelChangesWarning));
    }

    private static void OwnAssembly<TBuilder, TExtension>(RelationalDbContextOptionsBuilder<TBuilder, TExtension> options)
        where TBuilder : RelationalDbContextOptionsBuilder<TBuilder, TExtension>
        where TExtension : RelationalOptionsExtension, new()
        => options.MigrationsAssembly(typeof(SchemaContext).Assembly.GetName().Name);
}
