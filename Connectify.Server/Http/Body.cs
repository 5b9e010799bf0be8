using System.Reflection;
using Microsoft.AspNetCore.Http.Metadata;

namespace Connectify.Server.Http;

/// <summary>The type of a JSON body: its properties are the fields in <c>/openapi/v1.json</c>.</summary>
internal interface IBody<TSelf>
    where TSelf : IBody<TSelf>
{
    /// <summary>Reads the fields; what is wrong with them is noted there.</summary>
    static abstract TSelf Read(Fields fields);
}

/// <summary>
/// The JSON body of a request, as a parameter of its endpoint, which thereby documents it. It is not read before the
/// endpoint asks for it, so that an endpoint can check the caller's permission first.
/// </summary>
internal sealed class Body<T>(HttpRequest request) : IEndpointParameterMetadataProvider
    where T : IBody<T>
{
    /// <summary>Makes it a parameter.</summary>
    public static ValueTask<Body<T>> BindAsync(HttpContext context) => ValueTask.FromResult(new Body<T>(context.Request));

    public static void PopulateMetadata(ParameterInfo parameter, EndpointBuilder builder) => builder.Metadata.Add(new AcceptedBody(typeof(T)));

    /// <returns>Or 400 <c>malformed_json</c>, <c>invalid</c>; 413 <c>too_large</c>; 415 <c>unsupported_media_type</c>.</returns>
    public async Task<Outcome<T>> Read()
    {
        if ((await Fields.ReadJson(request)).IsRejected(out var rejection, out var fields)) return rejection;
        var body = T.Read(fields);
        return fields.Rejection is { } invalid ? invalid : body;
    }

    /// <summary>Does something with a good body.</summary>
    public async Task<Outcome<TResult>> Then<TResult>(Func<T, Task<Outcome<TResult>>> run)
        => (await Read()).IsRejected(out var rejection, out var body) ? rejection : await run(body);
}

/// <summary>A body that the endpoint reads itself. The framework's own metadata would make routing refuse content types.</summary>
/// <param name="Type">The type whose properties are the fields.</param>
/// <param name="FileField">The file field, if multipart/form-data is accepted; null: JSON only.</param>
/// <param name="AreMany">Whether the field may be repeated.</param>
internal sealed record AcceptedBody(Type Type, string? FileField = null, bool AreMany = false);
