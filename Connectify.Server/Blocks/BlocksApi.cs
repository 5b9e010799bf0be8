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
        blocks.MapPost("/", Create).Described("Block a user in an organization");
        blocks.MapPost("/create/", Create).IsAlias();
        blocks.MapDelete("/{id:long}/", Delete).Described("Unblock", 403, 404);
        blocks.MapDelete("/{id:long}/delete/", Delete).IsAlias();
    }

    private static async Task<Ok<List<BlockView>>> List(Caller me, Database database, CancellationToken cancellation)
        => TypedResults.Ok(await BlockQueries.Of(database, me.UserId, cancellation));

    private static Task<Results<Created<BlockView>, Rejected>> Create(
        Caller me, Body<BlockBody> body, HttpRequest request, BlockUser block, CancellationToken cancellation)
        => body.Then(wanted => block.Run(me.UserId, wanted.BlockedId, wanted.OrganizationId, cancellation))
            .ToResult(created => TypedResults.Created(PublicUrls.Location(request, $"/api/messaging/blocks/{created.Id}/"), created));

    private static Task<Results<NoContent, Rejected>> Delete(Caller me, long id, UnblockUser unblock, CancellationToken cancellation)
        => unblock.Run(me.UserId, id, cancellation).ToResult();
}

/// <summary>A block to be.</summary>
/// <param name="BlockedId">The user to block.</param>
/// <param name="OrganizationId">The organization in which the block holds.</param>
[Example("""{"blocked_id": 3, "organization_id": 1}""")]
internal sealed record BlockBody(long BlockedId, long OrganizationId) : IBody<BlockBody>
{
    public static BlockBody Read(Fields fields) => new(fields.RequiredId("blocked_id"), fields.RequiredId("organization_id"));
}
