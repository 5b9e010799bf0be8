using System.Buffers;
using System.Text;
using System.Text.Json;
using Connectify.Protocol;
using Connectify.Tests.Support;
using FluentAssertions;
using Microsoft.AspNetCore.SignalR.Protocol;

namespace Connectify.Tests.Protocol;

/// <summary>Both directions of the plain protocol, as SignalR drives them.</summary>
internal static class Wire
{
    public static readonly FrameProtocol Nested = new(isFlat: false);

    public static byte[] Record(params byte[][] messages)
    {
        var records = new ArrayBufferWriter<byte>();
        foreach (var message in messages) FrameProtocol.WriteRecord(records, message);
        return records.WrittenSpan.ToArray();
    }

    public static HubMessage Read(string text) => Read(Encoding.UTF8.GetBytes(text));

    /// <summary>Reads one message, which has to be taken whole.</summary>
    public static HubMessage Read(byte[] message)
    {
        var input = new ReadOnlySequence<byte>(Record(message));
        Nested.TryParseMessage(ref input, null!, out var read).Should().BeTrue();
        input.IsEmpty.Should().BeTrue("one message is one record");
        return read!;
    }

    /// <summary>The <c>error</c> frame that a message which can't be taken is answered with.</summary>
    public static JsonElement ErrorFor(HubMessage read)
    {
        var failure = read.Should().BeOfType<InvocationBindingFailureMessage>().Subject;

        // SignalR answers with a completion of the same id and a sentence of its own.
        return Payload(Nested.GetMessageBytes(CompletionMessage.WithError(failure.InvocationId!, "Failed to invoke")));
    }

    /// <summary>What a text frame carries.</summary>
    public static JsonElement Payload(ReadOnlyMemory<byte> frame)
    {
        frame.Span[0].Should().Be(FrameWriter.TextFrame);
        return JsonElement.Parse(FrameWriter.PayloadOf(frame).Span);
    }

    /// <summary>Whatever was read, as text that two readings can be compared by.</summary>
    public static string Describe(HubMessage read) => read switch
    {
        InvocationMessage call => $"{call.Target} {JsonReading.Json(call.Arguments.Single()!)}",
        InvocationBindingFailureMessage => ErrorFor(read).GetRawText(),
        _ => read.GetType().Name,
    };
}
