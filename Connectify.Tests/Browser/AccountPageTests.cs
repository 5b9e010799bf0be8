using Connectify.Tests.Support;
using FluentAssertions;
using Microsoft.Playwright;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace Connectify.Tests.Browser;

/// <summary>Coming in, being let in, and one's own account.</summary>
public sealed class AccountPageTests(SqliteServer on, Chromium chromium) : BrowserTests(on, chromium)
{
    [Fact]
    public async Task A_new_account_waits_until_an_admin_activates_it()
    {
        await using var server = await TestServer.Start(Server.Engine, "--Accounts:AutoActivate=false");
        using var root = await Support.User.LogIn(server, TestServer.SuperuserName);
        Screen roots = await Opens(root, server.Url), anns = await Opens(server.Url);

        await anns.Button("Create an account").ClickAsync();
        await anns.Field("First name").FillAsync("Ann");
        await anns.Field("Last name").FillAsync("Berger");
        await anns.Field("Username").FillAsync("ann");
        await anns.Field("E-mail").FillAsync("ann@example.com");
        await anns.Field("Password").FillAsync("short");
        await anns.Button("Create account").ClickAsync();
        await Expect(anns.Field("Password")).ToHaveAttributeAsync("aria-invalid", "true");
        await Expect(anns.Field("Password")).ToBeFocusedAsync();
        await anns.Field("Password").FillAsync(TestServer.Password);
        await anns.Button("Create account").ClickAsync();
        await Expect(anns.Page.GetByText("Your account is not active yet")).ToBeVisibleAsync();

        await roots.Button("You and settings").ClickAsync();
        await roots.Page.GetByRole(AriaRole.Menuitem, new() { Name = "Administration" }).ClickAsync();
        await roots.Button("Activate Ann Berger").ClickAsync();
        await Expect(roots.Button("Deactivate Ann Berger")).ToBeVisibleAsync();
        await anns.Button("Check again").ClickAsync();
        await Expect(anns.Chats).ToBeVisibleAsync();

        await roots.Field("Role of Ann Berger").SelectOptionAsync("ADMIN");
        await Expect(roots.Field("Role of Ann Berger")).ToHaveValueAsync("ADMIN");
        using var ann = await Support.User.LogIn(server, "ann");
        ann.Account.Text("role").Should().Be("ADMIN");
        await roots.Button("Deactivate Ann Berger").ClickAsync();
        await Expect(roots.Dialog.GetByRole(AriaRole.Button, new() { Name = "Cancel" })).ToBeFocusedAsync();
        await roots.Dialog.GetByRole(AriaRole.Button, new() { Name = "Deactivate" }).ClickAsync();
        await Expect(anns.Page.GetByText("Your account is deactivated")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task An_admin_is_offered_only_what_he_may_do()
    {
        User ann = await Admin("ann").Named("Ann", "Berger"), carla = await Admin("carla").Named("Carla", "Mendes");
        User bo = await User("bo").Named("Bo", "Lindqvist");
        var anns = await Opens(ann);
        await anns.Page.EvaluateAsync("() => { location.hash = '#/admin'; }");

        var accounts = anns.Page.GetByRole(AriaRole.List, new() { Name = "Accounts" }).GetByRole(AriaRole.Listitem);
        await Expect(accounts.Filter(new() { HasText = $"@{bo.Username} " }).GetByRole(AriaRole.Button, new() { Name = "Deactivate Bo Lindqvist" })).ToBeVisibleAsync();
        await Expect(accounts.Filter(new() { HasText = $"@{carla.Username} " })).ToBeVisibleAsync();
        await Expect(accounts.Filter(new() { HasText = $"@{carla.Username} " }).GetByRole(AriaRole.Button)).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task A_wrong_password_is_told_and_signing_out_ends_the_session()
    {
        var ann = await User("ann").Named("Ann", "Berger");
        var anns = await Opens();
        await anns.SignsIn(ann.Username, "a wrong password");
        await Expect(anns.Page.GetByRole(AriaRole.Alert)).ToHaveTextAsync("Invalid credentials");
        await anns.SignsIn($"{ann.Username}@example.com", TestServer.Password);
        await Expect(anns.Chats).ToBeVisibleAsync();

        await anns.Button("You and settings").ClickAsync();
        var told = await anns.Page.RunAndWaitForResponseAsync(
            () => anns.Page.GetByRole(AriaRole.Menuitem, new() { Name = "Sign out" }).ClickAsync(),
            response => response.Url.EndsWith("/logout/", StringComparison.Ordinal));

        told.Status.Should().Be(204);
        await Expect(anns.Button("Sign in")).ToBeVisibleAsync();
        await anns.Page.ReloadAsync();
        await Expect(anns.Button("Sign in")).ToBeVisibleAsync();
        (await anns.Page.EvaluateAsync<int>("() => localStorage.length + sessionStorage.length")).Should().Be(0);
    }

    [Fact]
    public async Task The_profile_and_the_password_are_changed()
    {
        User ann = await User("ann").Named("Ann", "Berger"), bo = await User("bo").Named("Bo", "Lindqvist");
        await bo.StartsConversation(ann);
        var anns = await Opens(ann);
        await anns.Page.EvaluateAsync("() => { location.hash = '#/profile'; }");

        await anns.Field("Last name").FillAsync("Cooper");
        await anns.Field("Date of birth").FillAsync("1990-02-03");
        await anns.Button("Save").ClickAsync();
        await Expect(anns.Page.GetByText("Saved")).ToBeVisibleAsync();
        await anns.Field("Current password").FillAsync("a wrong password");
        await anns.Field("New password").FillAsync("another good password");
        await anns.Button("Change password").ClickAsync();
        await Expect(anns.Page.GetByText("The current password is wrong")).ToBeVisibleAsync();
        await Expect(anns.Field("Current password")).ToBeFocusedAsync();
        await anns.Field("Current password").FillAsync(TestServer.Password);
        await anns.Button("Change password").ClickAsync();
        await Expect(anns.Page.GetByText("Password changed")).ToBeVisibleAsync();

        var changed = Keep(await Support.User.LogIn(Server, ann.Username, "another good password"));
        var profile = await changed.Get("/api/accounts/profile/").Ok();
        profile.Text("last_name").Should().Be("Cooper");
        profile.Text("dob").Should().Be("1990-02-03");
    }
}
