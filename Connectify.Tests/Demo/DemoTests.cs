using System.Text.Json;
using Connectify.Migrations;
using Connectify.Server.Demo;
using Connectify.Server.Storage;
using Connectify.Tests.Support;
using FluentAssertions;
using Microsoft.Extensions.DependencyInjection;
using Xunit;
using ServerProgram = Connectify.Server.Program;

namespace Connectify.Tests.Demo;

public abstract class DemoTests(DatabaseEngine engine) : IAsyncLifetime
{
    private ServerData? _data;

    public async Task InitializeAsync() => _data = await ServerData.Create(engine);

    public async Task DisposeAsync() => await _data!.DisposeAsync();

    [Fact]
    public async Task Everybody_can_sign_in_and_finds_chats_with_a_history()
    {
        await using var server = await TestServer.Start(engine, "--demo");
        foreach (var person in DemoScript.People)
        {
            using var user = await User.LogIn(server, person.Username, DemoPeople.Password);
            user.Account.Text("role").Should().Be(person.Role);
            (await Chats(user)).Should().NotBeEmpty();
        }

        using var ada = await User.LogIn(server, "ada", DemoPeople.Password);
        var chats = await Chats(ada);
        chats.Sum(chat => chat.Number("unread_count")).Should().BePositive("there is something to open");
        chats.Should().Contain(chat => chat.Number("unread_count") == 0);
        foreach (var chat in chats) await HasAHistoryInOrder(ada, chat);
        server.Log.Errors.Should().BeEmpty();
    }

    [Fact]
    public async Task There_are_replies_reactions_edits_reads_and_pictures_that_can_be_seen()
    {
        await using var server = await TestServer.Start(engine, "--demo");
        using var ada = await User.LogIn(server, "ada", DemoPeople.Password);
        var chats = await Chats(ada);
        var messages = new List<JsonElement>();
        foreach (var chat in chats) messages.AddRange(await Messages(ada, chat));

        messages.Should().Contain(message => !message.IsNull("reply_to"));
        messages.Should().Contain(message => message.Items("reactions").Count > 0);
        messages.Should().Contain(message => message.Flag("is_edited"));
        messages.Should().Contain(message => message.Number("read_count") > 1);
        var pictures = messages.SelectMany(message => message.Items("attachments")).ToList();
        pictures.Select(picture => picture.Text("content_type")).Should().Contain(["image/png", "image/jpeg", "image/webp"]);
        pictures.Should().OnlyContain(picture => picture.Text("type") == "image");

        using var http = new HttpClient();
        var avatar = chats.Single(chat => chat.Has("avatar") && !chat.IsNull("avatar")).Text("avatar");
        foreach (var url in pictures.Select(picture => picture.Text("url")).Append(avatar))
        {
            (await http.GetByteArrayAsync(new Uri(url))).Length.Should().BeGreaterThan(1_000);
        }
    }

    [Fact]
    public async Task It_comes_on_top_of_a_first_start_and_starts_again()
    {
        await Run();
        await Run("--demo");
        var messages = await CountMessages();
        await Run("--demo");

        (await CountMessages()).Should().Be(messages).And.BePositive();
    }

    [Fact]
    public async Task It_refuses_a_database_with_other_users()
    {
        await using (var server = await TestServer.On(_data!)) (await User.Register(server, "newcomer", 1)).Dispose();
        using var printed = new StringWriter();
        var (error, exitCode) = (Console.Error, 0);
        Console.SetError(printed);
        try
        {
            exitCode = await ServerProgram.Main(Arguments("--demo"));
        }
        finally
        {
            Console.SetError(error);
        }

        exitCode.Should().Be(1);
        printed.ToString().Should().StartWith("--demo needs an empty database").And.NotContain("   at ")
            .And.Contain(engine == DatabaseEngine.Sqlite ? "--DataPath=" : "ConnectionStrings:Postgres");
    }

    [Fact]
    public async Task It_has_a_folder_of_its_own_unless_one_is_named()
    {
        await using var unnamed = ServerProgram.Build(["--demo", "--environment=Development", $"--contentRoot={RepositoryFolder.Of("Connectify.Server")}"]);
        await using var named = ServerProgram.Build(Arguments("--demo"));

        unnamed.Configuration["DataPath"].Should().Be("./data-demo");
        named.Configuration["DataPath"].Should().Be(_data!.Folder);
    }

    private string[] Arguments(params string[] more)
        =>
        [
            "--environment=Development", $"--contentRoot={RepositoryFolder.Of("Connectify.Server")}", "--Urls=http://127.0.0.1:0",
            $"--DataPath={_data!.Folder}", $"--ConnectionStrings:Postgres={_data.Postgres}", "--Logging:Console:LogLevel:Default=None", .. more,
        ];

    private async Task<long> CountMessages()
    {
        await using var app = ServerProgram.Build(Arguments());
        return await app.Services.GetRequiredService<Database>().FirstOrDefault<long>("SELECT count(*) FROM messages", null, default);
    }

    private async Task Run(params string[] more)
    {
        await using var app = ServerProgram.Build(Arguments(more));
        await app.StartAsync();
        await app.StopAsync();
    }

    private static async Task<List<JsonElement>> Chats(User user)
    {
        var conversations = await user.Get("/api/messaging/conversations/").Ok();
        var groups = await user.Get("/api/messaging/group-chats/").Ok();
        return [.. conversations.EnumerateArray(), .. groups.EnumerateArray()];
    }

    private static async Task<List<JsonElement>> Messages(User user, JsonElement chat)
    {
        var kind = chat.Has("participants") ? "conversations" : "group-chats";
        return (await user.Get($"/api/messaging/{kind}/{chat.Id()}/messages/?page_size=100").Ok()).Items("results");
    }

    private static async Task HasAHistoryInOrder(User user, JsonElement chat)
    {
        var messages = await Messages(user, chat);
        messages.Count.Should().BeGreaterThan(3);
        messages.Select(message => message.Id()).Should().BeInDescendingOrder();
        messages.Select(message => message.Text("created_at")).Should().BeInDescendingOrder(StringComparer.Ordinal);
        DateTimeOffset.Parse(messages[^1].Text("created_at"), null).Should().BeBefore(DateTimeOffset.UtcNow.AddHours(-1));
        DateTimeOffset.Parse(messages[0].Text("created_at"), null).Should().BeBefore(DateTimeOffset.UtcNow);
        chat.Number("seq").Should().BeGreaterThanOrEqualTo(messages.Count);
    }

    [Collection(nameof(DemoTests))]
    public sealed class OnSqlite() : DemoTests(DatabaseEngine.Sqlite);

    [Collection(nameof(DemoTests))]
    public sealed class OnPostgres() : DemoTests(DatabaseEngine.Postgres);
}
