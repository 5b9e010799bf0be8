using Connectify.Migrations;
using Microsoft.Extensions.Options;
using Npgsql;

namespace Connectify.Server.Lifecycle;

/// <summary>Why a start failed, in one sentence for the operator; a stack trace only for what nobody foresaw.</summary>
internal static class StartupErrors
{
    /// <returns>null: not foreseen.</returns>
    public static string? Describe(Exception exception) => exception switch
    {
        OptionsValidationException e => $"The configuration is invalid: {string.Join(" ", e.Failures)}",
        StartupException or SchemaTooNewException or TimeoutException => exception.Message,
        PostgresException { SqlState: PostgresErrorCodes.InvalidCatalogName } e
            => $"ConnectionStrings:Postgres: {e.MessageText}: check the option Database, or create it with CREATE DATABASE … ENCODING 'UTF8'",
        PostgresException e when e.IsLoginRefused() => $"ConnectionStrings:Postgres: {e.MessageText}: check the options Username and Password",
        PostgresException e => $"PostgreSQL refused: {e.MessageText}",
        NpgsqlException e => $"PostgreSQL can't be reached: {e.Message}",
        // What the framework says of a content root that isn't there is its path, and nothing else.
        DirectoryNotFoundException e when Path.IsPathRooted(e.Message) => $"The server can't start: there is no folder {e.Message}",
        IOException e => $"The server can't start: {e.Message}",
        FormatException e => $"The configuration is invalid: {e.Message}",
        InvalidOperationException { InnerException: FormatException or ArgumentException or InvalidCastException } e
            => $"The configuration is invalid: {e.Message}",
        _ => null,
    };
}
