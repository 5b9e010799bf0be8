using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http.Features;

namespace Connectify.Benchmarks.Servers;

/// <summary>
/// The floor: what storing and fan-out cost on .NET with everything else left out. Messages are stored in
/// batches, encoded once, and a member gets what has gathered in one write to Kestrel's upgraded stream.
/// </summary>
internal static class ProbeServer
{
    public static void Map(WebApplication app, IStore store, BatchedInserts inserts, int moreBytes)
    {
        var chats = new ConcurrentDictionary<long, ProbeChat>();
        _ = Task.Run(() => inserts.Run(batch =>
        {
            foreach (var chat in batch.GroupBy(message => message.Chat)) chats[chat.Key].FanOut([.. chat]);
        }));
        app.Map("/ws/{chat:long}", async (HttpContext context, long chat) =>
        {
            if (await Serve.Admit(context, store, chat) is not { } user)
            {
                context.Response.StatusCode = 401;
                return;
            }

            await using var stream = await Upgrade(context);
            var (member, group) = (new ProbeMember(stream), chats.GetOrAdd(chat, _ => new ProbeChat(moreBytes)));
            group.Add(member);
            member.Send(ProbeFrames.Text("""{"type":"hello"}"""u8));
            try
            {
                await ProbeFrames.Read(stream, content => inserts.Add(new Pending(chat, user, content, DateTimeOffset.UtcNow.ToUnixTimeMilliseconds())));
            }
            catch (IOException)
            {
                // Gone.
            }

            group.Remove(member);
        });
    }

    private static async Task<Stream> Upgrade(HttpContext context)
    {
        var key = context.Request.Headers.SecWebSocketKey + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
#pragma warning disable CA5350 // RFC 6455 asks for SHA-1.
        context.Response.Headers.SecWebSocketAccept = Convert.ToBase64String(SHA1.HashData(Encoding.ASCII.GetBytes(key)));
#pragma warning restore CA5350
        context.Response.Headers.Upgrade = "websocket";
        context.Response.Headers.Connection = "Upgrade";
        return await context.Features.Get<IHttpUpgradeFeature>()!.UpgradeAsync();
    }
}

internal sealed class ProbeChat(int moreBytes)
{
    private readonly string _more = new('x', moreBytes);
    private readonly Lock _gate = new();
    private ProbeMember[] _members = [];

    public void Add(ProbeMember member)
    {
        lock (_gate) _members = [.. _members, member];
    }

    public void Remove(ProbeMember member)
    {
        lock (_gate) _members = Array.FindAll(_members, other => other != member);
    }

    /// <summary>The frames of a batch are one run of bytes, shared by all members.</summary>
    public void FanOut(Pending[] messages)
    {
        var bytes = ProbeFrames.Messages(messages, _more);
        foreach (var member in _members) member.Send(bytes);
    }
}

/// <summary>One socket: what waits for it is written together.</summary>
internal sealed class ProbeMember(Stream stream) : IThreadPoolWorkItem
{
    private readonly Lock _gate = new();
    private List<byte[]> _waiting = [];
    private List<byte[]> _writing = [];
    private bool _busy;

    public void Send(byte[] frames)
    {
        lock (_gate)
        {
            _waiting.Add(frames);
            if (_busy) return;
            _busy = true;
        }

        ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
    }

    void IThreadPoolWorkItem.Execute() => _ = Drain();

    private async Task Drain()
    {
        try
        {
            while (Take() is { Count: > 0 } runs)
            {
                await stream.WriteAsync(runs.Count == 1 ? runs[0] : Joined(runs));
                runs.Clear();
            }
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException or InvalidOperationException)
        {
            // Gone; it stays busy, so that nothing more is written.
        }
    }

    private List<byte[]> Take()
    {
        lock (_gate)
        {
            if (_waiting.Count == 0) _busy = false;
            (_waiting, _writing) = (_writing, _waiting);
            return _writing;
        }
    }

    private static byte[] Joined(List<byte[]> runs)
    {
        var all = GC.AllocateUninitializedArray<byte>(runs.Sum(run => run.Length));
        var at = 0;
        foreach (var run in runs)
        {
            run.CopyTo(all, at);
            at += run.Length;
        }

        return all;
    }
}
