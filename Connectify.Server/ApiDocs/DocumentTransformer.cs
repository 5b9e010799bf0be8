using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace Connectify.Server.ApiDocs;

/// <summary>What the description of the REST API says as a whole.</summary>
internal static class DocumentTransformer
{
    public const string Bearer = "bearer";

    public static Task Transform(OpenApiDocument document, OpenApiDocumentTransformerContext context, CancellationToken cancellation)
    {
        document.Info = new OpenApiInfo
        {
            Title = "Connectify",
            Version = "1",
            Description = """
                One-to-one conversations and group chats inside organizations, over REST. The sockets are described by
                [/asyncapi.json](/asyncapi.json).

                Every path works with and without its trailing slash, and these are spelled in other ways, too:
                `…/create/` for a POST to conversations, group chats and blocks; `…/send-message/`, `…/add-members/`,
                `…/remove-member/`, `…/change-role/`; `DELETE …/{id}/delete/` for messages and blocks.

                Every answer that is not 2xx is an `Error`: `detail` is for people, `code` for programs, `errors` has the
                sentences for each field at fault. Times are UTC, ids positive 64-bit integers.
                """,
        };
        document.Components ??= new OpenApiComponents();
        document.Components.SecuritySchemes = new Dictionary<string, IOpenApiSecurityScheme>
        {
            [Bearer] = new OpenApiSecurityScheme
            {
                Type = SecuritySchemeType.Http,
                Scheme = "bearer",
                BearerFormat = "JWT",
                Description = "The `token` of a registration or login. It lasts an hour; `POST /api/accounts/token/refresh/` gives the next.",
            },
        };

        // With the trailing slash, as the API documents write it.
        var paths = new OpenApiPaths();
        foreach (var (path, item) in document.Paths) paths.Add(path.StartsWith("/api/", StringComparison.Ordinal) ? $"{path}/" : path, item);
        document.Paths = paths;
        return Task.CompletedTask;
    }
}
