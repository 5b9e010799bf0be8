using Connectify.Tests.Support;
using FluentAssertions;
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

        line.Cut();
        await Expect(anns.Banner).ToBeVisibleAsync();
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
    public async Task A_refused_message_says_why_and_can_be_tried_again()
    {
        User ann = await User("ann").Named("Ann", "Berger"), bo = await User("bo").Named("Bo", "Lindqvist");
        await ann.StartsConversation(bo);
        var block = await bo.Post("/api/messaging/blocks/", new { blocked_id = ann.Id, organization_id = await Organization() }).Created();
        var anns = await Opens(ann);
        await anns.Enters("Bo Lindqvist");

        await anns.Says("do you hear me?");
        await Expect(anns.Message("do you hear me?").GetByRole(Microsoft.Playwright.AriaRole.Alert))
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

        await anns.Page.EvaluateAsync(
            """
            () => {
              const held = JSON.parse(localStorage.getItem("connectify.session"));
              localStorage.setItem("connectify.session", JSON.stringify({ ...held, token: "a.bad.token" }));
            }
            """);
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

        await Expect(anns.Page.GetByRole(Microsoft.Playwright.AriaRole.Heading, new() { Name = "Sign in" })).ToBeVisibleAsync();
        await Expect(anns.Page.GetByText("Your account is deactivated")).ToBeVisibleAsync();
    }
}
