using Microsoft.OpenApi;

namespace Connectify.Server.ApiDocs;

/// <summary>With which statuses an endpoint fails, besides those that follow from what it takes and from whom.</summary>
internal sealed record Failures(int[] Statuses);

/// <summary>A body, which the endpoint reads by hand. Not the framework's metadata: that would have routing refuse content types.</summary>
/// <param name="Type">Its fields.</param>
/// <param name="FileField">The field with the file or files, where it may be multipart/form-data; null: JSON only.</param>
/// <param name="AreMany">Whether the field may be repeated.</param>
internal sealed record AcceptedBody(Type Type, string? FileField, bool AreMany);

/// <summary>A query parameter that the endpoint reads by hand.</summary>
internal sealed record AcceptedQuery(string Name, JsonSchemaType Type, string Meaning);

/// <summary>The answer is a file.</summary>
internal sealed record ReturnedFile;

/// <summary>What the map of an endpoint says for <c>/openapi/v1.json</c>.</summary>
internal static class EndpointDocs
{
    /// <param name="endpoint">The endpoint.</param>
    /// <param name="summary">What it does, in a line.</param>
    /// <param name="fails">See <see cref="Failures"/>.</param>
    public static RouteHandlerBuilder Described(this RouteHandlerBuilder endpoint, string summary, params int[] fails)
        => endpoint.WithSummary(summary).WithMetadata(new Failures(fails));

    /// <summary>Its body is a <typeparamref name="TBody"/>, never bound to it: in JSON, and as a form where it takes files.</summary>
    /// <param name="endpoint">The endpoint.</param>
    /// <param name="file">The field with a file.</param>
    /// <param name="files">Or the field with several.</param>
    public static RouteHandlerBuilder AcceptsBody<TBody>(this RouteHandlerBuilder endpoint, string? file = null, string? files = null)
        => endpoint.WithMetadata(new AcceptedBody(typeof(TBody), file ?? files, files is not null));

    /// <summary>Its query may have these texts.</summary>
    public static RouteHandlerBuilder AcceptsQuery(this RouteHandlerBuilder endpoint, params (string Name, string Meaning)[] fields)
        => endpoint.WithMetadata([.. fields.Select(field => new AcceptedQuery(field.Name, JsonSchemaType.String, field.Meaning))]);

    /// <summary>Its list comes in pages.</summary>
    /// <param name="endpoint">The endpoint.</param>
    /// <param name="hasCursors">Whether <c>before</c> and <c>after</c> may take the place of <c>page</c>.</param>
    public static RouteHandlerBuilder AcceptsPage(this RouteHandlerBuilder endpoint, bool hasCursors)
    {
        endpoint.WithMetadata(
            new AcceptedQuery("page", JsonSchemaType.Integer, "From 1."),
            new AcceptedQuery("page_size", JsonSchemaType.Integer, "20 unless told; more than 100 counts as 100."));
        return !hasCursors ? endpoint : endpoint.WithMetadata(
            new AcceptedQuery("before", JsonSchemaType.Integer, "Instead of page: the nearest messages older than this id."),
            new AcceptedQuery("after", JsonSchemaType.Integer, "Instead of page: the nearest messages newer than this id."));
    }

    /// <summary>It answers with a file's bytes.</summary>
    public static RouteHandlerBuilder ReturnsFile(this RouteHandlerBuilder endpoint) => endpoint.WithMetadata(new ReturnedFile());

    /// <summary>Another spelling of the endpoint before it: works, and is not listed.</summary>
    public static void IsAlias(this RouteHandlerBuilder endpoint) => endpoint.ExcludeFromDescription();
}
