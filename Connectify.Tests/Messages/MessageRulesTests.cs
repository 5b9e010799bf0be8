using System.Text;
using Connectify.Server.Hosting;
using Connectify.Server.Messages;
using FluentAssertions;
using FsCheck;
using FsCheck.Fluent;
using Xunit;

namespace Connectify.Tests.Messages;

public sealed class MessageRulesTests
{
    private static readonly MessagingSettings Short = new() { MaxContentLength = 10 };

    [Fact]
    public void Content_is_at_least_a_character_or_a_file_at_most_its_length_and_never_nul()
        => Prop.ForAll(ArbMap.Default.ArbFor<string>(), ArbMap.Default.ArbFor<bool>(), (text, hasFiles) =>
        {
            var content = text ?? "";
            var fits = !content.Contains('\0') && content.Length <= 10 && (hasFiles || content.Any(unit => !char.IsWhiteSpace(unit)));
            return MessageRules.WhyNotContent(content, hasFiles, Short) is null == fits;
        }).QuickCheckThrowOnFailure();

    [Theory]
    [InlineData("0123456789", true)]
    [InlineData("0123456789a", false)]
    [InlineData("👍👍👍👍👍", true)]
    [InlineData("👍👍👍👍👍a", false)]
    [InlineData("\u200b", true)]
    [InlineData("\u3000", false)]
    [InlineData("a\0", false)]
    public void Content(string content, bool fits) => (MessageRules.WhyNotContent(content, hasFiles: false, Short) is null).Should().Be(fits);

    [Fact]
    public void An_emoji_is_32_characters_without_space_or_control()
        => Prop.ForAll(ArbMap.Default.ArbFor<string>(), text =>
        {
            var emoji = text ?? "";
            var characters = emoji.EnumerateRunes().ToList();
            var fits = characters.Count is > 0 and <= 32 && characters.TrueForAll(rune => !Rune.IsWhiteSpace(rune) && !Rune.IsControl(rune));
            return MessageRules.WhyNotEmoji(emoji) is null == fits;
        }).QuickCheckThrowOnFailure();

    [Theory]
    [InlineData("üëç")]
    [InlineData("👩‍👩‍👧‍👦")]
    [InlineData("12345678901234567890123456789012")]
    [InlineData("🎉🎉🎉🎉🎉🎉🎉🎉🎉🎉🎉🎉🎉🎉🎉🎉🎉🎉🎉🎉🎉🎉🎉🎉🎉🎉🎉🎉🎉🎉🎉🎉")]
    public void Emoji(string emoji) => MessageRules.WhyNotEmoji(emoji).Should().BeNull();

    [Theory]
    [InlineData(null, true)]
    [InlineData("", false)]
    [InlineData("x", true)]
    [InlineData(" ", true)]
    [InlineData("x\0", false)]
    public void A_clients_id(string? id, bool fits) => (MessageRules.WhyNotClientMessageId(id) is null).Should().Be(fits);

    [Fact]
    public void A_clients_id_of_64_and_65()
    {
        MessageRules.WhyNotClientMessageId(new string('x', 64)).Should().BeNull();
        MessageRules.WhyNotClientMessageId(new string('x', 65)).Should().NotBeNull();
    }
}
