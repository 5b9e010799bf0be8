using System.Text.Json;
using Connectify.Protocol;
using Connectify.Tests.Support;
using FluentAssertions;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace Connectify.Tests.Browser;

/// <summary>What counts as read, and where reading begins.</summary>
public sealed class ReadingTests(SqliteServer on, Chromium chromium) : BrowserTests(on, chromium)
{
    private static readonly string Visible = """
        () => {
          const log = document.querySelector(".log").getBoundingClientRect();
          return [...document.querySelectorAll(".is-theirs .bubble")].filter((bubble) => {
            const { top, bottom, height } = bubble.getBoundingClientRect();
            return Math.min(bottom, log.bottom) - Math.max(top, log.top) >= height / 2;
          }).length;
        }
        """;

    [Fact]
    public async Task A_window_without_the_focus_reads_nothing()
    {
        var (ann, bo, chat) = await Conversation();
        Screen anns = await Opens(ann), bos = await Opens(bo);
        await anns.Enters("Bo Lindqvist");
        await bos.Enters("Ann Berger");
        await bos.Says("you look");
        await bos.SeesState("you look", "Read");

        await Focus(anns, false);
        await bos.Says("you don't look");
        await bos.Says("and still not");
        await anns.Sees("and still not");
        await Expect(anns.Chat("Bo Lindqvist").Locator(".badge")).ToHaveTextAsync("2");
        await Expect(anns.Page.Locator(".is-first-unread .text")).ToHaveTextAsync("you don't look");
        (await Unread(ann, chat)).Should().Be(2);
        await bos.SeesState("and still not", "Sent");

        await Focus(anns, true);
        await bos.SeesState("you don't look", "Read");
        await bos.SeesState("and still not", "Read");
    }

    [Fact]
    public async Task A_chat_that_is_opened_without_the_focus_stays_unread()
    {
        var (ann, bo, chat) = await Conversation();
        await bo.Says(chat, "one");
        Screen anns = await Opens(ann), bos = await Opens(bo);
        await bos.Enters("Ann Berger");
        await Focus(anns, false);
        await anns.Enters("Bo Lindqvist");
        await anns.Sees("one");

        // The frame of a later message comes after whatever the page had to say of the first one.
        await bos.Says("two");
        await anns.Sees("two");
        await Expect(anns.Chat("Bo Lindqvist").Locator(".badge")).ToHaveTextAsync("2");
        (await Unread(ann, chat)).Should().Be(2);
    }

    [Fact]
    public async Task Only_what_was_on_the_screen_is_read()
    {
        var (ann, bo, chat) = await Conversation();
        for (var i = 1; i <= 60; i++) await bo.Says(chat, $"message {i}.");
        var anns = await Opens(ann);
        await anns.Enters("Bo Lindqvist");
        await Expect(anns.Page.GetByText("New messages")).ToBeInViewportAsync();
        await Expect(anns.Message("message 1.")).ToBeInViewportAsync();

        var seen = await anns.Page.EvaluateAsync<int>(Visible);
        seen.Should().BeInRange(5, 40);
        await Expect(anns.Page).ToHaveTitleAsync($"({60 - seen}) Connectify");
        (await Unread(ann, chat)).Should().Be(60 - seen);

        await anns.Button("Go to the newest message").ClickAsync();
        await Expect(anns.Message("message 60.")).ToBeInViewportAsync(new() { Ratio = 1 });
        var last = (await bo.Get($"/api/messaging/{chat}messages/?page_size=1").Ok()).Items("results")[0].Id();
        await Until(async () => (await bo.Get($"/api/messaging/messages/{last}/").Ok()).Number("read_count") == 1);
        (await Unread(ann, chat)).Should().BeInRange(1, 59 - seen, "what lies between was on no screen");
        await Expect(anns.Page).Not.ToHaveTitleAsync("Connectify");
    }

    [Fact]
    public async Task A_message_higher_than_the_screen_is_read_at_its_end()
    {
        var (ann, bo, chat) = await Conversation();
        await bo.Says(chat, string.Join('\n', Enumerable.Range(1, 150).Select(i => $"line {i}")));
        var anns = await Opens(ann);
        await anns.Enters("Bo Lindqvist");
        await Expect(anns.Page.GetByText("New messages")).ToBeInViewportAsync();
        await Expect(anns.Page).ToHaveTitleAsync("(1) Connectify");

        await anns.Page.Locator(".log").EvaluateAsync("log => { log.scrollTop = log.scrollHeight; }");

        await Expect(anns.Page).ToHaveTitleAsync("Connectify");
        (await Unread(ann, chat)).Should().Be(0);
    }

    [Fact]
    public async Task The_unread_line_is_at_the_first_unread_message_of_very_many()
    {
        var (ann, bo, chat) = await Conversation();
        var bos = await bo.Listen(chat);
        var anns = await ann.Listen(chat);
        var read = await Say(bos, "read", 30);
        await anns.Send(new { type = Frames.ReadMessages, message_ids = read });
        await Say(bos, "unread", 600);
        await Say(anns, "mine", 40);
        await Say(bos, "later", 600);
        var newest = await Say(bos, "newest", 130);
        // Read elsewhere before the others: messages are read one by one.
        await anns.Send(new { type = Frames.ReadMessages, message_ids = newest.TakeLast(120) });
        await anns.HearsUntilNow();

        var screen = await Opens(ann);
        await screen.Enters("Bo Lindqvist");

        await Expect(screen.Page.GetByText("New messages")).ToBeInViewportAsync();
        await Expect(screen.Page.Locator(".is-first-unread .text")).ToHaveTextAsync("unread 1.");
        await Expect(screen.Message("read 30.")).ToBeVisibleAsync();
        (await screen.Messages.CountAsync()).Should().BeLessThan(200, "the page needs only what is around it");
        await Until(async () => await Unread(ann, chat) is > 1100 and < 1210);
    }

    [Fact]
    public async Task The_unread_line_of_a_new_member_is_where_it_joined()
    {
        User ann = await User("ann").Named("Ann", "Berger"), bo = await User("bo").Named("Bo", "Lindqvist");
        var group = await bo.StartsGroup();
        await Say(await bo.Listen(group), "before", 150);
        await bo.Post($"/api/messaging/{group}add_members/", new { member_ids = new[] { ann.Id } }).Ok();
        for (var i = 1; i <= 25; i++) await bo.Says(group, $"after {i}.");

        var anns = await Opens(ann);
        await anns.Enters("Project Team");

        await Expect(anns.Page.Locator(".is-first-unread .text")).ToHaveTextAsync("after 1.");
        await Expect(anns.Page.GetByText("New messages")).ToBeInViewportAsync();
    }

    [Fact]
    public async Task A_chat_that_is_opened_again_begins_at_what_came_meanwhile()
    {
        var (ann, bo, chat) = await Conversation();
        var carla = await User("carla").Named("Carla", "Mendes");
        await carla.StartsConversation(ann);
        for (var i = 1; i <= 6; i++) await bo.Says(chat, $"first {i}.");
        var anns = await Opens(ann);
        await anns.Enters("Bo Lindqvist");
        await Expect(anns.Page).ToHaveTitleAsync("Connectify");
        await anns.Enters("Carla Mendes");
        for (var i = 1; i <= 45; i++) await bo.Says(chat, $"then {i}.");
        await Expect(anns.Chat("Bo Lindqvist").Locator(".badge")).ToHaveTextAsync("45");

        await anns.Enters("Bo Lindqvist");

        await Expect(anns.Page.Locator(".is-first-unread .text")).ToHaveTextAsync("then 1.");
        await Expect(anns.Page.GetByText("New messages")).ToBeInViewportAsync();
    }

    /// <summary>Sends many messages in a row.</summary>
    /// <returns>Their ids.</returns>
    internal static async Task<List<long>> Say(PlainSocket socket, string text, int count)
    {
        for (var i = 1; i <= count; i++) await socket.Send(new { type = Frames.Message, content = $"{text} {i}." });
        var last = await socket.Hears(Frames.Message, frame => Content(frame) == $"{text} {count}.");
        var before = (await socket.HearsUntilNow()).Where(frame => frame.Type == Frames.Message && Content(frame.Body).StartsWith($"{text} ", StringComparison.Ordinal));
        return [.. before.Select(frame => frame.Body.Part("message").Id()), last.Part("message").Id()];
    }

    private static string Content(JsonElement frame) => frame.Part("message").Text("content");

    private static Task Focus(Screen screen, bool hasIt) => screen.Page.EvaluateAsync(
        "hasIt => { document.hasFocus = () => hasIt; dispatchEvent(new Event(hasIt ? 'focus' : 'blur')); }", hasIt);

    private static async Task<long> Unread(User user, string chat)
        => (await user.Get($"/api/messaging/{chat}").Ok()).Number("unread_count");

    private static async Task Until(Func<Task<bool>> holds)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while (!await holds()) await Task.Delay(20, limit.Token);
    }

    private async Task<(User Ann, User Bo, string Chat)> Conversation()
    {
        User ann = await User("ann").Named("Ann", "Berger"), bo = await User("bo").Named("Bo", "Lindqvist");
        return (ann, bo, await ann.StartsConversation(bo));
    }
}
