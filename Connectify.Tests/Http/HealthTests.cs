using Connectify.Tests.Support;
using Xunit;

namespace Connectify.Tests.Http;

public abstract class HealthTests(ServerFixture on) : ServerTests(on)
{
    [Fact]
    public async Task It_lives() => await Nobody.Get("/healthz").Ok();

    [Fact]
    public async Task It_is_ready() => await Nobody.Get("/readyz").Ok();

    [Theory]
    [InlineData("/nowhere")]
    [InlineData("/api/nowhere/")]
    [InlineData("/ws/nowhere/")]
    public async Task An_unknown_path_is_404_in_json(string path) => await Nobody.Get(path).Fails(404, "Not found", "not_found");

    [Fact]
    public async Task A_wrong_method_is_405_in_json()
        => await Nobody.Post("/healthz").Fails(405, code: "method_not_allowed");

    public sealed class OnSqlite(SqliteServer on) : HealthTests(on), IClassFixture<SqliteServer>;

    public sealed class OnPostgres(PostgresServer on) : HealthTests(on), IClassFixture<PostgresServer>;
}
