using System.Globalization;
using Connectify.Server.Attachments;
using Connectify.Server.Authentication;
using Connectify.Server.Conversations;
using Connectify.Server.GroupChats;
using Connectify.Server.Messages;
using Connectify.Server.Messages.Reads;
using Connectify.Server.Messages.Sending;

namespace Connectify.Server.Demo;

/// <summary>Has the people of the demo talk, by the use cases that clients reach: then it is as if it had happened.</summary>
internal sealed class DemoChats(
    DemoFiles files, CreateConversation createConversation, CreateGroupChat createGroupChat,
    SendMessage sendMessage, EditMessage editMessage, ReactToMessage react, MarkRead markRead)
{
    /// <returns>When each message was said in the script, by id.</returns>
    public async Task<Dictionary<long, double>> Play(DemoChat script, Dictionary<string, Caller> people, CancellationToken cancellation)
    {
        var members = script.Members.Select(name => people[name]).ToArray();
        var chat = script.Name is null ? await Converse(members, cancellation) : await Group(script, members, cancellation);
        var said = new List<long>();
        foreach (var line in script.Lines)
        {
            long? answered = line.Answers > 0 ? said[^line.Answers] : null;
            said.Add(await Say(chat, line, answered, people, cancellation));
        }

        foreach (var member in members)
        {
            var read = said.SkipLast(script.Unread.GetValueOrDefault(member.Username)).ToArray();
            Done(await markRead.Run(member, chat, read, asBatch: true, cancellation));
        }

        return said.Zip(script.Lines).ToDictionary(pair => pair.First, pair => pair.Second.HoursAgo);
    }

    private async Task<ChatRef> Converse(Caller[] members, CancellationToken cancellation)
    {
        var draft = new ConversationBody(members[1].UserId, DemoPeople.OrganizationId);
        return new ChatRef(ChatKind.Conversation, Done(await createConversation.Run(members[0].UserId, draft, cancellation)).Id);
    }

    private async Task<ChatRef> Group(DemoChat script, Caller[] members, CancellationToken cancellation)
    {
        KeyValuePair<string, string>[] texts =
        [
            new("organization_id", Text(DemoPeople.OrganizationId)),
            new("name", script.Name!),
            new("description", script.Description),
            .. members.Select(member => KeyValuePair.Create("member_ids", Text(member.UserId))),
        ];
        await using var upload = await files.Upload(Avatars.Field, script.Avatar, texts, cancellation);
        return new ChatRef(ChatKind.Group, Done(await createGroupChat.Run(members[0].UserId, upload, cancellation)).Id);
    }

    private async Task<long> Say(
        ChatRef chat, DemoLine line, long? answered, Dictionary<string, Caller> people, CancellationToken cancellation)
    {
        await using var upload = await files.Upload(NewAttachment.Field, line.Picture, [], cancellation);
        var draft = new Draft
        {
            Chat = chat,
            Via = SentVia.Hub,
            Content = line.FirstText ?? line.Text,
            ReplyTo = answered,
            Files = NewAttachment.From(upload).Value,
        };
        await upload.Store(cancellation);
        var id = Done(await sendMessage.Run(people[line.By], draft, cancellation)).Message.Id;
        upload.Keep();

        if (line.FirstText is not null) Done(await editMessage.Run(people[line.By], id, line.Text, cancellation));
        foreach (var words in line.Reactions.Select(reaction => reaction.Split(' ')))
        {
            foreach (var name in words[1..]) Done(await react.Add(people[name], id, words[0], cancellation));
        }

        return id;
    }

    private static string Text(long id) => id.ToString(CultureInfo.InvariantCulture);

    // The script is ours: a refusal is a bug.
    private static T Done<T>(Outcome<T> outcome) => outcome.Value;
}
