using Connectify.Protocol;
using Microsoft.AspNetCore.SignalR;
using Microsoft.AspNetCore.SignalR.Protocol;

namespace Connectify.Server.Realtime;

/// <summary>An event as SignalR sends it: encoded once per protocol, whoever and how many receive it.</summary>
internal sealed class Encoded
{
    private readonly string _name;
    private readonly ReadOnlyMemory<byte> _json;
    private readonly SerializedHubMessage? _forAll;
    private Dictionary<string, SerializedHubMessage>? _byBase;

    public Encoded(string name, ReadOnlyMemory<byte> json)
    {
        (_name, _json) = (name, json);
        if (!PublicUrls.NeedsBase(json.Span)) _forAll = Encode(json);
    }

    /// <summary>The message for a client that reached the server at <paramref name="baseUrl"/>. Not for several threads at once.</summary>
    public SerializedHubMessage For(string baseUrl)
    {
        if (_forAll is not null) return _forAll;
        _byBase ??= [];
        if (!_byBase.TryGetValue(baseUrl, out var message))
        {
            _byBase[baseUrl] = message = Encode(PublicUrls.Address(_json.Span, baseUrl));
        }

        return message;
    }

    private SerializedHubMessage Encode(ReadOnlyMemory<byte> json) => new(new InvocationMessage(_name, [new RawJson(json)]));
}
