using FsCheck;
using FsCheck.Fluent;
using Xunit;

namespace Connectify.Tests.Realtime;

/// <summary>Whatever is lost, repeated, late or at once: who follows a chat hears every change once and in order.</summary>
public class ChatFeedTests
{
    private static readonly Gen<int[]> Choices = Gen.Sized(size => Gen.ArrayOf(Gen.Choose(0, 1_000_000), 5 + (size * 2)));

    [Fact]
    public void Every_change_once_and_in_order_whatever_happens()
        => Check.One(Config.QuickThrowOnFailure.WithMaxTest(5000), Prop.ForAll(Arb.From(Choices, Shorter), choices =>
        {
            var world = new FeedModel();
            foreach (var choice in choices) world.Do(choice);
            world.Settle();
        }));

    // A failing run without one of its steps, halves first: what remains tells the story.
    private static IEnumerable<int[]> Shorter(int[] choices)
    {
        for (var length = choices.Length / 2; length > 0; length /= 2)
        {
            for (var at = 0; at + length <= choices.Length; at += length) yield return [.. choices[..at], .. choices[(at + length)..]];
        }
    }
}
