using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using Connectify.Protocol;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.SignalR;
using Microsoft.AspNetCore.SignalR.Protocol;
using Microsoft.Extensions.Options;

namespace Connectify.Server.Realtime.Hub;

/// <summary>
/// SignalR's JSON protocol in snake_case, whose arguments are read as frames. Of note: writing a reply to <c>Join</c> or
/// <c>JoinMany</c> calls <see cref="IJoinReply.Written"/>. That is the one place where a reply is known to be ahead of
/// whatever is sent next, so what was missed comes after it.
/// </summary>
internal sealed class HubJsonProtocol : IHubProtocol
{
    private readonly JsonHubProtocol _json;

    public HubJsonProtocol()
    {
        var options = new JsonHubProtocolOptions();
        Json.Configure(options.PayloadSerializerOptions);
        options.PayloadSerializerOptions.Converters.Add(new ClientFrameConverter<SendFrame>());
        options.PayloadSerializerOptions.Converters.Add(new ClientFrameConverter<TypingFrame>());
        options.PayloadSerializerOptions.Converters.Add(new ClientFrameConverter<ReadFrame>());
        options.PayloadSerializerOptions.Converters.Add(new ClientFrameConverter<JoinFrame>());
        options.PayloadSerializerOptions.Converters.Add(new ClientFrameConverter<LeaveFrame>());
        options.PayloadSerializerOptions.Converters.Add(new ClientFrameConverter<ResumeFrame>());
        options.PayloadSerializerOptions.Converters.Add(new ClientFrameConverter<JoinManyFrame>());
        _json = new JsonHubProtocol(Options.Create(options));
    }

    public string Name => _json.Name;

    public int Version => _json.Version;

    public TransferFormat TransferFormat => _json.TransferFormat;

    public bool IsVersionSupported(int version) => _json.IsVersionSupported(version);

    public bool TryParseMessage(ref ReadOnlySequence<byte> input, IInvocationBinder binder, [NotNullWhen(true)] out HubMessage? message)
    {
        if (!_json.TryParseMessage(ref input, binder, out message)) return false;
        if (message is InvocationMessage { InvocationId: null, Arguments: [JoinFrame or JoinManyFrame] } unanswered)
        {
            message = new InvocationMessage(unanswered.Target, [Unanswered(unanswered.Arguments[0])]);
        }

        return true;
    }

    public ReadOnlyMemory<byte> GetMessageBytes(HubMessage message) => _json.GetMessageBytes(message);

    public void WriteMessage(HubMessage message, IBufferWriter<byte> output)
    {
        _json.WriteMessage(message, output);

        if (message is not CompletionMessage { Result: IJoinReply reply }) return;

        // On a WebSocket, what is released now goes to the queue at once; elsewhere it waits its turn behind the reply: SignalR
        // holds the connection's write lock here.
        (output as SocketOutput)?.Flush();
        reply.Written();
    }

    private static object? Unanswered(object? frame) => frame switch
    {
        JoinFrame join => join with { IsAnswered = false },
        JoinManyFrame many => many with { IsAnswered = false },
        _ => frame,
    };
}
