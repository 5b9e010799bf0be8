using System.Text.Json.Nodes;

namespace Connectify.Server.ApiDocs;

/// <summary>A field of a frame.</summary>
/// <param name="Name">On the wire.</param>
/// <param name="Schema">In JSON Schema.</param>
internal sealed record FrameField(string Name, JsonObject Schema)
{
    /// <summary>Whether the frame may come without it.</summary>
    public bool IsOptional { get; private init; }

    public FrameField OrNot => this with { IsOptional = true };
}

/// <summary>Words for the schemas of frames.</summary>
internal static class SocketSchemas
{
    public static FrameField Id(string name) => new(name, Integer(1));

    public static FrameField Count(string name) => new(name, Integer(0));

    public static FrameField Text(string name) => new(name, Type("string"));

    public static FrameField TextOrNull(string name) => new(name, new JsonObject { ["type"] = new JsonArray("null", "string") });

    public static FrameField Flag(string name) => new(name, Type("boolean"));

    public static FrameField Moment(string name) => new(name, new JsonObject { ["type"] = "string", ["format"] = "date-time" });

    public static FrameField Ids(string name)
        => new(name, new JsonObject { ["type"] = "array", ["items"] = Integer(1), ["minItems"] = 1, ["maxItems"] = Protocol.FrameReader.MaxListLength });

    /// <summary>One of the schemas that the REST API has, too.</summary>
    public static FrameField A(string schema, string name) => new(name, Reference("schemas", schema));

    public static JsonObject Reference(string kind, string name) => new() { ["$ref"] = $"#/components/{kind}/{name}" };

    /// <summary>An object with these fields. Others may come with later versions and are to be ignored.</summary>
    /// <param name="type">The frame's name; null: it is no frame.</param>
    /// <param name="naming">How it names its chat.</param>
    /// <param name="fields">What else it has.</param>
    public static JsonObject Object(string? type, ChatNaming naming, params IEnumerable<FrameField> fields)
    {
        FrameField[] all =
        [
            .. type is null ? [] : new[] { new FrameField("type", new JsonObject { ["const"] = type }) },
            .. naming == ChatNaming.No ? [] : new[] { Id("conversation_id").OrNot, Id("group_chat_id").OrNot },
            .. fields,
        ];
        var schema = new JsonObject
        {
            ["type"] = "object",
            ["required"] = new JsonArray([.. all.Where(field => !field.IsOptional).Select(field => (JsonNode)field.Name)]),
            ["properties"] = new JsonObject(all.Select(field => KeyValuePair.Create(field.Name, (JsonNode?)field.Schema))),
        };
        if (naming == ChatNaming.Always) schema["oneOf"] = new JsonArray(Needs("conversation_id"), Needs("group_chat_id"));
        if (naming == ChatNaming.Maybe) schema["not"] = Needs("conversation_id", "group_chat_id");
        return schema;
    }

    private static JsonObject Needs(params string[] names) => new() { ["required"] = new JsonArray([.. names.Select(name => (JsonNode)name)]) };

    private static JsonObject Integer(int minimum) => new() { ["type"] = "integer", ["format"] = "int64", ["minimum"] = minimum };

    private static JsonObject Type(string type) => new() { ["type"] = type };
}

/// <summary>Whether a frame says which chat it is about.</summary>
internal enum ChatNaming
{
    /// <summary>It is about none.</summary>
    No,

    /// <summary>On the socket for all chats it does; on one of a single chat it need not.</summary>
    Maybe,

    /// <summary>By exactly one of conversation_id and group_chat_id.</summary>
    Always,
}
