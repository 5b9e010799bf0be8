using System.Text.Json;
using Connectify.Tests.Support;

namespace Connectify.Tests.ApiDocs;

/// <summary>Judges documents, and values by the schemas in them, with validators from npm.</summary>
internal sealed class SchemaJudge : IAsyncDisposable
{
    private readonly NodeProcess _node;

    private SchemaJudge(NodeProcess node, JsonElement document) => (_node, Document) = (node, document);

    public JsonElement Document { get; }

    /// <param name="document">OpenAPI or AsyncAPI. What its schemas don't mention counts as wrong.</param>
    public static async Task<SchemaJudge> Of(JsonElement document)
    {
        var node = await NodeProcess.Start(new Inbox(), "schemas");
        await node.Do("load", new { document });
        return new SchemaJudge(node, document);
    }

    /// <param name="kind"><c>openapi</c> or <c>asyncapi</c>.</param>
    /// <returns>What is wrong with the document by the specification.</returns>
    public async Task<string[]> WhatIsWrongWithTheDocument(string kind) => Texts(await _node.Do(kind, new { document = Document }));

    /// <param name="value">A value.</param>
    /// <param name="path">Where its schema is: the names that lead there.</param>
    public async Task<string[]> WhatIsWrongWith(JsonElement value, params string[] path)
    {
        var pointer = string.Concat(path.Select(name => "/" + name.Replace("~", "~0", StringComparison.Ordinal).Replace("/", "~1", StringComparison.Ordinal)));
        return Texts(await _node.Do("judge", new { pointer = EscapedForUrl(pointer), value }));
    }

    public ValueTask DisposeAsync() => _node.DisposeAsync();

    private static string EscapedForUrl(string pointer)
        => pointer.Replace("{", "%7B", StringComparison.Ordinal).Replace("}", "%7D", StringComparison.Ordinal);

    private static string[] Texts(JsonElement list) => [.. list.EnumerateArray().Select(text => text.GetString()!)];
}
