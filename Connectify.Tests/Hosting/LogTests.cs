using System.Text;
using Connectify.Migrations;
using Connectify.Protocol;
using Connectify.Tests.Support;
using FluentAssertions;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Xunit;

namespace Connectify.Tests.Hosting;

/// <summary>What is said in confidence is in no line of the log, however much is logged.</summary>
public sealed class LogTests
{
    private const string Content = "kumquat";

    [Theory]
    [InlineData(DatabaseEngine.Sqlite)]
    [InlineData(DatabaseEngine.Postgres)]
    public async Task No_token_no_content_and_no_password_is_logged_at_any_level(DatabaseEngine engine)
    {
        using var log = new CapturedLog();
        var secrets = new List<string> { Content, TestServer.Password, "token=", "signature=" };
        await using (var server = await TestServer.Start(
            engine, "--Logging:LogLevel:Default=Trace", "--Logging:LogLevel:Microsoft.AspNetCore=Trace"))
        {
            server.Services.GetRequiredService<ILoggerFactory>().AddProvider(log);
            using User ann = await User.Register(server, "ann", 1), bo = await User.Register(server, "bo", 1);
            var chat = await ann.StartsConversation(bo);
            await ChatsOverEverything(ann, bo, chat);
            await Fails(ann, chat);
            foreach (var user in new[] { ann, bo })
            {
                secrets.AddRange([user.Token!, user.Token!.Split('.')[^1], user.RefreshToken]);
                await user.HangUp();
            }
        }

        log.Lines.Should().Contain(line => line.Contains("Microsoft.AspNetCore", StringComparison.Ordinal), "all is turned up");
        log.Lines.Where(line => secrets.Any(secret => line.Contains(secret, StringComparison.Ordinal))).Should().BeEmpty();
    }

    [Fact]
    public async Task An_outage_of_the_database_is_not_logged_anew_for_every_request()
    {
        using var log = new CapturedLog();
        await using var server = await TestServer.Start(DatabaseEngine.Sqlite);
        server.Services.GetRequiredService<ILoggerFactory>().AddProvider(log);
        using var ann = await User.Register(server, "ann", 1);

        server.Database.Availability.MarkDown();
        foreach (var _ in Enumerable.Range(0, 3)) await ann.Get("/api/messaging/conversations/").Fails(503, "The database is away, please try again");
        server.Database.Availability.MarkUp();

        log.Lines.Should().NotContain(line => line.Contains("met no database", StringComparison.Ordinal));
    }

    private static async Task ChatsOverEverything(User ann, User bo, string chat)
    {
        var anns = await ann.Listen(chat);
        var bos = await bo.Listen("");
        var hub = await bo.JoinHub();
        await hub.Invoke("Join", new { conversation_id = ChatSteps.ChatId(chat) });
        await anns.Send(new { type = Frames.Message, content = Content });
        await bos.Hears(Frames.Message);
        await hub.Invoke("SendMessage", new { conversation_id = ChatSteps.ChatId(chat), content = Content });
        using var file = new Form().With("content", Content).WithFile("attachments", $"{Content}.txt", "text/plain", "text"u8.ToArray());
        var sent = await ann.Send(HttpMethod.Post, $"/api/messaging/{chat}send_message/", file).Created();
        await ann.Put($"/api/messaging/messages/{sent.Id()}/edit/", new { content = $"{Content}!" }).Ok();
        await ann.Get(new Uri(sent.Items("attachments")[0].Text("url")).PathAndQuery);
    }

    private static async Task Fails(User ann, string chat)
    {
        await ann.Post("/api/accounts/login/", new { username = ann.Username, password = $"{TestServer.Password}?" }).Fails(401, "Invalid credentials");
        await ann.Post("/api/accounts/token/refresh/", new { refresh_token = $"{ann.RefreshToken}x" });
        using var garbled = new StringContent($$"""{"content":"{{Content}}""", Encoding.UTF8, "application/json");
        await ann.Send(HttpMethod.Post, $"/api/messaging/{chat}send_message/", garbled);
        var garbling = await ann.Listen(chat);
        await garbling.Send(new { type = Content });
        await garbling.Hears(Frames.Error);
        await ann.Knock("conversations/999999/");
        await ann.Knock(chat, "token=no.token.at-all");
    }
}
