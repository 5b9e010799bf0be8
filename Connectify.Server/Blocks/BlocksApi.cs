using Connectify.Server.ApiDocs;
using Connectify.Server.Authentication;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Connectify.Server.Blocks;

/// <summary>Blocks over REST.</summary>
internal static class BlocksApi
{
    public static void MapBlocks(this WebApplication app)
    {
        var blocks = app.MapGroup("/api/messaging/blocks").RequireActiveCaller().WithTags("Blocks");
        blocks.MapGet("/", List).Described("List my blocks");
        blocks.MapPost("/", Create).AcceptsBody<BlockBody>().Described("Block a user in an organization");
        blocks.MapPost("/create/", Create).IsAlias();
        blocks.MapDelete("/{id:long}/", Delete).Described("Unblock", 403, 404);
        blocks.MapDelete("/{id:long}/delete/", Delete).IsAlias();
    }

    private static async Task<Ok<List<BlockView>>> List(Caller me, Database database, CancellationToken cancellation)
        => TypedResults.Ok(await BlockQueries.Of(database, me.UserId, cancellation));

    private static async Task<Results<Created<BlockView>, Rejected>> Create(
        Caller me, HttpRequest request, BlockUser block, CancellationToken cancellation)
    {
        if ((await Fields.ReadJson(request)).IsRejected(out var rejection, out var fields)) return new Rejected(rejection);
        var (blockedId, organizationId) = (fields.RequiredId("blocked_id"), fields.RequiredId("organization_id"));
        if (fields.Rejection is { } invalid) return new Rejected(invalid);
        var outcome = await block.Run(me.UserId, blockedId, organizationId, cancellation);
        return outcome.IsRejected(out rejection, out var created)
            ? new Rejected(rejection)
            : TypedResults.Created(PublicUrls.Location(request, $"/api/messaging/blocks/{created.Id}/"), created);
    }

    private static async Task<Results<NoContent, Rejected>> Delete(
        Caller me, long id, UnblockUser unblock, CancellationToken cancellation)
        => await unblock.Run(me.UserId, id, cancellation) is { } rejection ? new Rejected(rejection) : TypedResults.NoContent();
}

/// <summary>A block to be.</summary>
/// <param name="BlockedId">The user to block.</param>
/// <param name="OrganizationId">The organization in which the block holds.</param>
[Example("""{"blocked_id": 3, "organization_id": 1}""")]
internal sealed record BlockBody(long BlockedId, long OrganizationId);
