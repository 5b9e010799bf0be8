using Connectify.Tests.Support;
using FluentAssertions;
using Microsoft.Playwright;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace Connectify.Tests.Browser;

/// <summary>A browser whose line to the server breaks.</summary>
public sealed class OutageTests(SqliteServer on, Chromium chromium) : BrowserTests(on, chromium)
{
    [Fact]
    public async Task What_was_sent_and_missed_while_the_line_was_cut_is_there_once_when_it_is_back()
    {
        await using var line = new CuttableLine(Server.Url);
        User ann = await User("ann").Named("Ann", "Berger"), bo = await User("bo").Named("Bo", "Lindqvist");
        var chat = await ann.StartsConversation(bo);
        await bo.Says(chat, "to be deleted");
        var changing = await bo.Says(chat, "to be edited");
        var anns = await Opens(ann, line.Url);
        await anns.Enters("Bo Lindqvist");
        await anns.Sees("to be edited");
        var presence = anns.Page.Locator(".chat-head p");
        await Expect(presence).ToHaveTextAsync("offline");

        line.Cut();
        await Expect(anns.Banner).ToBeVisibleAsync();
        await Expect(presence).ToBeEmptyAsync();
        await anns.Says("written while away");
        await anns.Says("and another");
        await anns.SeesState("and another", "Sending");
        await bo.Says(chat, "missed one");
        await bo.Put($"/api/messaging/messages/{changing.Id()}/edit/", new { content = "edited meanwhile" }).Ok();
        var page = await bo.Get($"/api/messaging/{chat}messages/").Ok();
        var first = page.Items("results").Find(message => message.Text("content") == "to be deleted");
        await bo.Delete($"/api/messaging/messages/{first.Id()}/").NoContent();

        line.Restore();
        await anns.Sees("missed one");
        await Expect(anns.Banner).ToBeHiddenAsync();
        await Expect(presence).ToHaveTextAsync("offline");
        await anns.Sees("edited meanwhile");
        await anns.SeesNo("to be deleted");
        await anns.SeesState("written while away", "Sent");
        await anns.SeesState("and another", "Sent");

        var stored = (await bo.Get($"/api/messaging/{chat}messages/").Ok()).Items("results").ConvertAll(message => message.Text("content"));
        stored.Should().Equal("and another", "written while away", "missed one", "edited meanwhile");
        (await anns.Page.Locator(".text").AllInnerTextsAsync()).Should().Equal(stored.AsEnumerable().Reverse());
    }

    [Fact]
    public async Task Members_names_and_reads_that_were_missed_are_caught_up_with()
    {
        await using var line = new CuttableLine(Server.Url);
        User ann = await User("ann").Named("Ann", "Berger"), bo = await User("bo").Named("Bo", "Lindqvist");
        var carla = await User("carla").Named("Carla", "Mendes");
        var group = await ann.StartsGroup(bo);
        var sent = await ann.Says(group, "who reads this?");
        var anns = await Opens(ann, line.Url);
        await anns.Enters("Project Team");
        await anns.SeesState("who reads this?", "Sent");

        line.Cut();
        await Expect(anns.Banner).ToBeVisibleAsync();
        await bo.Post($"/api/messaging/{group}read/", new { message_id = sent.Id() }).Ok();
        await ann.Post($"/api/messaging/{group}add_members/", new { member_ids = new[] { carla.Id } }).Ok();
        await ann.Patch($"/api/messaging/{group}", new { name = "Another name" }).Ok();
        var other = await carla.StartsConversation(ann);
        await carla.Says(other, "a new chat meanwhile");
        line.Restore();

        await anns.SeesState("who reads this?", "Read by 1");
        await Expect(anns.Button("About the group Another name")).ToContainTextAsync("3 members");
        await Expect(anns.Chat("Carla Mendes").Locator(".badge")).ToHaveTextAsync("1");
    }

    [Fact]
    public async Task What_is_new_before_what_was_missed_is_in_its_place()
    {
        await using var line = new CuttableLine(Server.Url);
        User ann = await User("ann").Named("Ann", "Berger"), bo = await User("bo").Named("Bo", "Lindqvist");
        var chat = await ann.StartsConversation(bo);
        await bo.Says(chat, "before");
        var isBack = new TaskCompletionSource();
        var hasNews = new TaskCompletionSource();
        var anns = await Opens(ann, line.Url);
        await anns.Page.RouteWebSocketAsync("**/ws/messaging/*", page =>
        {
            var server = page.ConnectToServer();
            server.OnMessage(frame =>
            {
                if (frame.Text!.Contains("\"type\":\"message\"", StringComparison.Ordinal)) hasNews.TrySetResult();
                page.Send(frame.Text);
            });
            page.OnMessage(async frame =>
            {
                // As on a slow line: what is asked for gets there when something new is on its way back already.
                isBack.TrySetResult();
                await hasNews.Task.WaitAsync(TimeSpan.FromSeconds(60));
                server.Send(frame.Text!);
            });
        });
        await anns.Enters("Bo Lindqvist");
        await anns.Sees("before");

        line.Cut();
        await Expect(anns.Banner).ToBeVisibleAsync();
        await bo.Says(chat, "missed");
        line.Restore();
        await isBack.Task.WaitAsync(TimeSpan.FromSeconds(60));
        await bo.Says(chat, "and a new one");

        await Expect(anns.Page.Locator(".text")).ToHaveTextAsync(["before", "missed", "and a new one"]);
    }

    [Fact]
    public async Task More_than_is_replayed_is_fetched_anew()
    {
        await using var forgetful = await TestServer.Start(Server.Engine, "--Messaging:ResumeLimit=5");
        await using var line = new CuttableLine(forgetful.Url);
        User ann = Keep(await Support.User.Register(forgetful, "ann", 1)), bo = Keep(await Support.User.Register(forgetful, "bo", 1));
        var carla = Keep(await Support.User.Register(forgetful, "carla", 1));
        var chat = await ann.StartsConversation(bo);
        var other = await ann.StartsConversation(carla);
        var changing = await bo.Says(chat, "to be edited");
        var anns = await Opens(ann, line.Url);
        await anns.Enters("bo Tester");
        await anns.Sees("to be edited");

        line.Cut();
        await Expect(anns.Banner).ToBeVisibleAsync();
        await bo.Put($"/api/messaging/messages/{changing.Id()}/edit/", new { content = "edited meanwhile" }).Ok();
        for (var i = 1; i <= 8; i++)
        {
            await bo.Says(chat, $"missed {i}.");
            await carla.Says(other, $"also missed {i}.");
        }

        line.Restore();
        await anns.Sees("missed 8.");
        await Expect(anns.Page.Locator(".text")).ToHaveTextAsync(["edited meanwhile", .. Enumerable.Range(1, 8).Select(i => $"missed {i}.")]);
        await Expect(anns.Chat("carla Tester")).ToContainTextAsync("also missed 8.");
        await Expect(anns.Chat("carla Tester").Locator(".badge")).ToHaveTextAsync("8");
        await bo.Says(chat, "and it goes on");
        await anns.Sees("and it goes on");
    }

    [Fact]
    public async Task A_message_whose_answer_is_lost_or_whose_page_is_reloaded_is_there_once()
    {
        User ann = await User("ann").Named("Ann", "Berger"), bo = await User("bo").Named("Bo", "Lindqvist");
        var chat = await ann.StartsConversation(bo);
        var anns = await Opens(ann);
        await anns.Enters("Bo Lindqvist");

        var answers = 0;
        await anns.Page.RouteAsync("**/send_message/", async route =>
        {
            if (answers++ == 0) await route.FetchAsync();
            await route.AbortAsync();
        });
        await anns.Says("stored, but nobody said so");
        await anns.SeesState("stored, but nobody said so", "Sent");
        await anns.Says("never got there");
        await anns.SeesState("never got there", "Sending");
        await anns.Page.UnrouteAsync("**/send_message/");
        await anns.Page.ReloadAsync();
        await anns.SeesState("never got there", "Sent");

        (await bo.Get($"/api/messaging/{chat}messages/").Ok()).Items("results").ConvertAll(message => message.Text("content"))
            .Should().Equal("never got there", "stored, but nobody said so");
    }

    [Fact]
    public async Task Tabs_of_one_session_renew_its_token_once()
    {
        User ann = await User("ann").Named("Ann", "Berger"), bo = await User("bo").Named("Bo", "Lindqvist");
        await ann.StartsConversation(bo);
        var anns = await Opens(ann);
        var tabs = new List<IPage> { anns.Page };
        for (var i = 0; i < 2; i++) tabs.Add(await anns.Page.Context.NewPageAsync());
        await SpoilToken(anns.Page);
        var renewals = 0;
        foreach (var tab in tabs)
        {
            tab.Request += (_, request) =>
            {
                if (request.Url.EndsWith("/token/refresh/", StringComparison.Ordinal)) Interlocked.Increment(ref renewals);
            };
        }

        await Task.WhenAll(tabs.Select(tab => tab.GotoAsync(Server.Url.ToString())));

        foreach (var tab in tabs) await Expect(tab.GetByRole(AriaRole.Link).Filter(new() { HasText = "Bo Lindqvist" })).ToBeVisibleAsync();
        renewals.Should().Be(1);
    }

    [Fact]
    public async Task A_refused_message_says_why_and_can_be_tried_again()
    {
        User ann = await User("ann").Named("Ann", "Berger"), bo = await User("bo").Named("Bo", "Lindqvist");
        await ann.StartsConversation(bo);
        var block = await bo.Post("/api/messaging/blocks/", new { blocked_id = ann.Id, organization_id = await Organization() }).Created();
        var anns = await Opens(ann);
        await anns.Enters("Bo Lindqvist");

        await anns.Says("do you hear me?");
        await Expect(anns.Message("do you hear me?").GetByRole(AriaRole.Alert))
            .ToContainTextAsync("Not sent: You have been blocked by this user");
        await anns.SeesState("do you hear me?", "Failed");
        await bo.Delete($"/api/messaging/blocks/{block.Id()}/").NoContent();
        await anns.Button("Try again").ClickAsync();

        await anns.SeesState("do you hear me?", "Sent");
    }

    [Fact]
    public async Task A_token_that_is_no_longer_good_is_renewed_without_a_word()
    {
        User ann = await User("ann").Named("Ann", "Berger"), bo = await User("bo").Named("Bo", "Lindqvist");
        var chat = await ann.StartsConversation(bo);
        await bo.Says(chat, "before");
        var anns = await Opens(ann);

        await SpoilToken(anns.Page);
        await anns.Page.ReloadAsync();
        await anns.Enters("Bo Lindqvist");
        await bo.Says(chat, "after");

        await anns.Sees("after");
    }

    [Fact]
    public async Task A_deactivated_account_is_shown_out()
    {
        User ann = await User("ann"), admin = await Admin("admin");
        var anns = await Opens(ann);

        await admin.Post("/api/accounts/deactivate/", new { user_id = ann.Id }).Ok();

        await Expect(anns.Page.GetByRole(AriaRole.Heading, new() { Name = "Sign in" })).ToBeVisibleAsync();
        await Expect(anns.Page.GetByText("Your account is deactivated")).ToBeVisibleAsync();
    }

    private static Task SpoilToken(IPage page) => page.EvaluateAsync(
        """
        () => {
          const held = JSON.parse(localStorage.getItem("connectify.session"));
          localStorage.setItem("connectify.session", JSON.stringify({ ...held, token: "a.bad.token" }));
        }
        """);
}
