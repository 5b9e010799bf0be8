using Connectify.Tests.Support;
using Microsoft.Playwright;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace Connectify.Tests.Browser;

/// <summary>Groups, and people one would rather not hear of.</summary>
public sealed class GroupTests(SqliteServer on, Chromium chromium) : BrowserTests(on, chromium)
{
    [Fact]
    public async Task A_group_is_made_with_a_picture_changed_and_left()
    {
        User ann = await User("ann").Named("Ann", "Berger"), bo = await User("bo").Named("Bo", "Lindqvist");
        await User("carla").Named("Carla", "Mendes");
        Screen anns = await Opens(ann), bos = await Opens(bo);

        await anns.Button("New chat").ClickAsync();
        await anns.Page.GetByRole(AriaRole.Menuitem, new() { Name = "New group" }).ClickAsync();
        await Expect(anns.Field("Name")).ToBeFocusedAsync();
        await anns.Field("Picture of the group").SetInputFilesAsync(new FilePayload { Name = "face.png", MimeType = "image/png", Buffer = Scene.View() });
        await anns.Field("Name").FillAsync("Lisbon");
        await anns.Field("Add Bo Lindqvist").CheckAsync();
        await anns.Button("Create group").ClickAsync();

        await Expect(bos.Chat("Lisbon").Locator("img")).ToHaveJSPropertyAsync("naturalWidth", 640);
        await bos.Enters("Lisbon");
        await anns.Says("Who is in?");
        await bos.Sees("Who is in?");
        await Expect(bos.Message("Who is in?").Locator(".sender")).ToHaveTextAsync("Ann Berger");
        await anns.SeesState("Who is in?", "Read by 1");

        await anns.Button("About the group Lisbon").ClickAsync();
        await anns.Button("Add members").ClickAsync();
        await anns.Field("Add Carla Mendes").CheckAsync();
        await anns.Page.GetByRole(AriaRole.Form, new() { Name = "Add members" }).GetByRole(AriaRole.Button, new() { Name = "Add", Exact = true }).ClickAsync();
        await Expect(bos.Page.GetByText("3 members")).ToBeVisibleAsync();
        await Choose(anns, "Options for Bo Lindqvist", "Make admin");
        await Expect(Member(anns, "Bo Lindqvist").GetByText("Admin")).ToBeVisibleAsync();
        await Choose(anns, "Options for Carla Mendes", "Remove from group");
        await anns.Page.GetByRole(AriaRole.Button, new() { Name = "Remove", Exact = true }).ClickAsync();
        await Expect(Member(anns, "Carla Mendes")).ToHaveCountAsync(0);
        await anns.Button("Edit group").ClickAsync();
        await anns.Field("Name").FillAsync("Porto");
        await anns.Button("Save").ClickAsync();
        await Expect(bos.Button("About the group Porto")).ToBeVisibleAsync();
        await Expect(anns.Dialog).ToHaveCountAsync(1);
        await anns.Button("Close").ClickAsync();

        await Choose(bos, "Chat options", "Leave group");
        await bos.Button("Leave").ClickAsync();
        await Expect(bos.Chats).ToContainTextAsync("No chats yet");
        await Expect(anns.Button("About the group Porto")).ToContainTextAsync("1 member");
    }

    [Fact]
    public async Task Somebody_removed_from_the_group_he_looks_at_is_back_at_his_list()
    {
        User ann = await User("ann").Named("Ann", "Berger"), bo = await User("bo").Named("Bo", "Lindqvist");
        var group = await ann.StartsGroup(bo);
        var bos = await Opens(bo);
        await bos.Enters("Project Team");

        await ann.Post($"/api/messaging/{group}remove_member/", new { member_id = bo.Id }).Ok();

        await Expect(bos.Chats).ToContainTextAsync("No chats yet");
        await Expect(bos.Page.GetByText("Choose a chat")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task Somebody_is_blocked_and_unblocked()
    {
        User ann = await User("ann").Named("Ann", "Berger"), bo = await User("bo").Named("Bo", "Lindqvist");
        await ann.StartsConversation(bo);
        Screen anns = await Opens(ann), bos = await Opens(bo);
        await anns.Enters("Bo Lindqvist");

        await Choose(anns, "Chat options", "Block Bo Lindqvist");
        await anns.Button("Block").ClickAsync();
        await Expect(anns.Page.GetByText("You have blocked Bo Lindqvist.")).ToBeVisibleAsync();
        await Expect(anns.Composer).ToHaveCountAsync(0);
        await anns.Button("Unblock").ClickAsync();
        await anns.Says("Sorry!");

        await bos.Enters("Ann Berger");
        await bos.Sees("Sorry!");
    }

    private static ILocator Member(Screen screen, string name)
        => screen.Page.GetByRole(AriaRole.List, new() { Name = "Members", Exact = true }).GetByRole(AriaRole.Listitem).Filter(new() { HasText = name });

    private static async Task Choose(Screen screen, string menu, string item)
    {
        await screen.Button(menu).ClickAsync();
        await screen.Page.GetByRole(AriaRole.Menuitem, new() { Name = item, Exact = true }).ClickAsync();
    }
}
