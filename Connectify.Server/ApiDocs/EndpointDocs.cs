using Microsoft.OpenApi;

namespace Connectify.Server.ApiDocs;

/// <summary>The statuses with which an endpoint fails, besides those that follow from its body and policy.</summary>
internal sealed record Failures(int[] Statuses);

/// <summary>A query parameter that the endpoint reads by hand.</summary>
internal sealed record AcceptedQuery(string Name, JsonSchemaType Type, string Meaning);

/// <summary>The answer is a file.</summary>
internal sealed record ReturnedFile;

/// <summary>Describes an endpoint beside its route, for <c>/openapi/v1.json</c>.</summary>
internal static class EndpointDocs
{
    /// <param name="endpoint">The endpoint.</param>
    /// <param name="summary">What it does, in a line.</param>
    /// <param name="fails">See <see cref="Failures"/>.</param>
    public static RouteHandlerBuilder Described(this RouteHandlerBuilder endpoint, string summary, params int[] fails)
        => endpoint.WithSummary(summary).WithMetadata(new Failures(fails));

    /// <summary>Its body has the fields of <typeparamref name="TBody"/>: as JSON, and as a form if it has files. Documentation only, no binding.</summary>
    /// <param name="endpoint">The endpoint.</param>
    /// <param name="file">The field with a file.</param>
    /// <param name="files">Or the field with several.</param>
    public static RouteHandlerBuilder AcceptsBody<TBody>(this RouteHandlerBuilder endpoint, string? file = null, string? files = null)
        => endpoint.WithMetadata(new AcceptedBody(typeof(TBody), file ?? files, files is not null));

    /// <summary>Its query may have these text parameters.</summary>
    public static RouteHandlerBuilder AcceptsQuery(this RouteHandlerBuilder endpoint, params (string Name, string Meaning)[] fields)
        => endpoint.WithMetadata([.. fields.Select(field => new AcceptedQuery(field.Name, JsonSchemaType.String, field.Meaning))]);

    /// <summary>Its list is paged.</summary>
    /// <param name="endpoint">The endpoint.</param>
    /// <param name="hasCursors">Whether <c>before</c> and <c>after</c> may take the place of <c>page</c>.</param>
    public static RouteHandlerBuilder AcceptsPage(this RouteHandlerBuilder endpoint, bool hasCursors)
    {
        endpoint.WithMetadata(
            new AcceptedQuery("page", JsonSchemaType.Integer, "From 1."),
            new AcceptedQuery("page_size", JsonSchemaType.Integer, "Default 20, at most 100."));
        return !hasCursors ? endpoint : endpoint.WithMetadata(
            new AcceptedQuery("before", JsonSchemaType.Integer, "Instead of page: the nearest messages older than this id."),
            new AcceptedQuery("after", JsonSchemaType.Integer, "Instead of page: the nearest messages newer than this id."));
    }

    /// <summary>It answers with a file.</summary>
    public static RouteHandlerBuilder ReturnsFile(this RouteHandlerBuilder endpoint) => endpoint.WithMetadata(new ReturnedFile());

    /// <summary>An alternative path: works, but is not listed.</summary>
    public static void IsAlias(this RouteHandlerBuilder endpoint) => endpoint.ExcludeFromDescription();
}
