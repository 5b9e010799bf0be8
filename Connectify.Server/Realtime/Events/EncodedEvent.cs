using System.Collections.Concurrent;
using Connectify.Protocol;
using Microsoft.AspNetCore.SignalR;
using Microsoft.AspNetCore.SignalR.Protocol;

namespace Connectify.Server.Realtime.Events;

/// <summary>An event as SignalR sends it: encoded once per protocol, for all receivers.</summary>
internal sealed class EncodedEvent
{
    private readonly string _name;
    private readonly ReadOnlyMemory<byte> _json;
    private readonly SerializedHubMessage? _forAll;
    private readonly ConcurrentDictionary<string, SerializedHubMessage>? _byBase;

    public EncodedEvent(string name, ReadOnlyMemory<byte> json)
    {
        (_name, _json) = (name, json);
        if (PublicUrls.NeedsBase(json.Span)) _byBase = [];
        else _forAll = Encode(json);
    }

    /// <summary>Whether it carries URLs of this server, which begin as the client's own do.</summary>
    public bool NeedsBase => _forAll is null;

    /// <summary>The message for a client that reached the server at <paramref name="baseUrl"/>.</summary>
    public SerializedHubMessage For(string baseUrl)
        => _forAll ?? _byBase!.GetOrAdd(baseUrl, static (url, self) => self.Encode(PublicUrls.WithBase(self._json.Span, url)), this);

    private SerializedHubMessage Encode(ReadOnlyMemory<byte> json) => new(new InvocationMessage(_name, [new RawJson(json)]));
}
