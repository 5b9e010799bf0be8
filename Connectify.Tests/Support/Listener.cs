using System.Text.Json;
using Connectify.Protocol;
using FluentAssertions;

namespace Connectify.Tests.Support;

/// <summary>Someone who hears frames: what plain sockets and hub connections have in common for a test.</summary>
/// <param name="inbox">Where the frames arrive.</param>
/// <param name="asides">Names that are no frames of the stream.</param>
public abstract class Listener(Inbox inbox, params string[] asides) : IAsyncDisposable
{
    // They come by the clock, or because of others; a test that means them asks for them by name.
    private readonly string[] _unasked = [Frames.Heartbeat, Frames.Presence, .. asides];

    protected Inbox Inbox => inbox;

    /// <summary>The next unheard frame of this name; others stay unheard.</summary>
    public async Task<JsonElement> Hears(string type) => (await Inbox.Take(frame => frame.Type == type, type)).Body;

    /// <summary>The next unheard frame of this name for which <paramref name="matches"/> holds.</summary>
    public async Task<JsonElement> Hears(string type, Predicate<JsonElement> matches)
        => (await Inbox.Take(frame => frame.Type == type && matches(frame.Body), $"such a {type}")).Body;

    /// <summary>Hears that message, as a <c>message</c> frame.</summary>
    /// <param name="message">A message object as REST gave it.</param>
    public Task<JsonElement> Hears(JsonElement message)
        => Hears(Frames.Message, frame => MessageIn(frame).Id() == message.Id());

    /// <summary>The very next frame, which has to have this name: for tests of order.</summary>
    public async Task<JsonElement> HearsNext(string type)
    {
        var next = await HearsNext();
        next.Type.Should().Be(type, "that was expected next, and this came: {0}", next);
        return next.Body;
    }

    /// <summary>The very next frame, whatever it is.</summary>
    public Task<Frame> HearsNext() => Inbox.Take(frame => !_unasked.Contains(frame.Type), "anything");

    /// <summary>
    /// Silence, proven without sleeping: the server answers a ping in the order of the stream, so what was on
    /// its way is here when the pong is. Let someone who is to hear it hear it first.
    /// </summary>
    public async Task HearsNothing() => (await HearsUntilNow()).Should().BeEmpty("silence was expected");

    /// <summary>No frame of these names; frames of other names are dropped.</summary>
    public async Task HearsNo(params string[] types)
    {
        await Fence();
        Inbox.TakeAll().Where(frame => types.Contains(frame.Type)).Should().BeEmpty("silence was expected");
    }

    /// <summary>Everything unheard up to now, in order, without heartbeats and presence.</summary>
    public async Task<List<Frame>> HearsUntilNow()
    {
        await Fence();
        return [.. Inbox.TakeAll().Where(frame => !_unasked.Contains(frame.Type))];
    }

    public abstract ValueTask DisposeAsync();

    /// <summary>Returns when everything that the server had sent before is in the inbox.</summary>
    protected abstract Task Fence();

    private static JsonElement MessageIn(JsonElement frame) => frame.Has("message") ? frame.Part("message") : frame;
}
