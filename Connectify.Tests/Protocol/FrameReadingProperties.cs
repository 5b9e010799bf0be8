using System.Buffers;
using System.Text;
using Connectify.Protocol;
using Connectify.Tests.Support;
using FluentAssertions;
using FsCheck;
using FsCheck.Fluent;
using Microsoft.AspNetCore.SignalR.Protocol;
using Xunit;

namespace Connectify.Tests.Protocol;

/// <summary>What holds for every frame that anybody may send.</summary>
public class FrameReadingProperties
{
    private static readonly string[] Codes = ["malformed_json", "invalid_frame", "unknown_type"];

    [Fact]
    public void Nothing_throws_and_everything_is_a_call_or_an_error()
        => Check.One(Config.QuickThrowOnFailure.WithMaxTest(3000), Prop.ForAll(AnyFrame.Bytes, message =>
        {
            var read = Wire.Read(message);
            if (read is InvocationBindingFailureMessage)
            {
                Codes.Should().Contain(Wire.ErrorFor(read).Text("code"));
                Wire.ErrorFor(read).Text("detail").Should().NotBeEmpty();
            }
            else
            {
                (read is InvocationMessage or PingMessage).Should().BeTrue();
            }
        }));

    [Fact]
    public void A_call_holds_nothing_that_its_frame_may_not()
        => Check.One(Config.QuickThrowOnFailure.WithMaxTest(3000), Prop.ForAll(Arb.From(AnyFrame.Frame), text =>
        {
            if (Wire.Read(text) is not InvocationMessage { Arguments: [ClientFrame frame] }) return;
            frame.Problem.Should().BeNull();
            if (frame is ChatFrame { Chat: { } chat }) ((chat.ConversationId ?? chat.GroupChatId) > 0).Should().BeTrue();
            if (frame is ReadFrame read) read.MessageIds.Should().NotBeEmpty().And.OnlyContain(id => id > 0).And.OnlyHaveUniqueItems();
            if (frame is SendFrame send) (send.ReplyTo is null or > 0).Should().BeTrue();
        }));

    [Fact]
    public void As_the_argument_of_a_hub_method_nothing_throws_either()
        => Check.One(Config.QuickThrowOnFailure.WithMaxTest(3000), Prop.ForAll(AnyFrame.Bytes, text =>
        {
            System.Text.Json.JsonElement json;
            try
            {
                json = System.Text.Json.JsonElement.Parse(text);
            }
            catch (System.Text.Json.JsonException)
            {
                return;
            }

            FrameReader.Read<SendFrame>(json);
            FrameReader.Read<TypingFrame>(json);
            FrameReader.Read<ReadFrame>(json);
            FrameReader.Read<JoinFrame>(json);
            FrameReader.Read<LeaveFrame>(json);
            FrameReader.Read<ResumeFrame>(json);
        }));

    [Fact]
    public void Records_split_anywhere_are_read_the_same()
        => Check.One(Config.QuickThrowOnFailure.WithMaxTest(500), Prop.ForAll(AnyFrame.Messages, Arb.From(Gen.ArrayOf(Gen.Choose(1, 40))), (messages, cuts) =>
        {
            var records = Wire.Record(messages);
            var expected = messages.Select(message => Wire.Describe(Wire.Read(message)));
            ReadPiecewise(records, cuts).Should().Equal(expected);
        }));

    [Fact]
    public void A_record_that_is_not_all_there_is_left_alone()
    {
        var record = Wire.Record(Encoding.UTF8.GetBytes("""{"type":"ping"}"""));
        for (var length = 0; length < record.Length; length++)
        {
            var input = new ReadOnlySequence<byte>(record, 0, length);
            Wire.Nested.TryParseMessage(ref input, null!, out _).Should().BeFalse();
            input.Length.Should().Be(length);
        }
    }

    // As a pipe hands it over: piece after piece, what was not taken again with the next, in several segments.
    private static List<string> ReadPiecewise(byte[] records, int[] cuts)
    {
        var read = new List<string>();
        var (taken, there, turn) = (0, 0, 0);
        var pieces = new List<int>();
        while (there < records.Length)
        {
            var piece = Math.Min(cuts.Length == 0 ? records.Length : cuts[turn++ % cuts.Length], records.Length - there);
            pieces.Add(piece);
            there += piece;
            var input = Segments(records, pieces).Slice(taken);
            var before = input.Length;
            while (Wire.Nested.TryParseMessage(ref input, null!, out var message)) read.Add(Wire.Describe(message));
            taken += (int)(before - input.Length);
        }

        return read;
    }

    private static ReadOnlySequence<byte> Segments(byte[] all, List<int> lengths)
    {
        var first = new Segment(all.AsMemory(0, lengths[0]), null);
        var (last, at) = (first, lengths[0]);
        foreach (var length in lengths.Skip(1))
        {
            last = new Segment(all.AsMemory(at, length), last);
            at += length;
        }

        return new ReadOnlySequence<byte>(first, 0, last, last.Memory.Length);
    }

    private sealed class Segment : ReadOnlySequenceSegment<byte>
    {
        public Segment(ReadOnlyMemory<byte> memory, Segment? previous)
        {
            Memory = memory;
            if (previous is null) return;
            RunningIndex = previous.RunningIndex + previous.Memory.Length;
            previous.Next = this;
        }
    }
}
