using System.Text.Json;
using Connectify.Tests.Support;

namespace Connectify.Tests.Browser;

/// <summary>A few people of one organization in the middle of their week, to look at.</summary>
internal static class Scene
{
    public static async Task<User> Named(this Task<User> registering, string firstName, string lastName)
    {
        var user = await registering;
        await user.Put("/api/accounts/profile/", new { first_name = firstName, last_name = lastName }).Ok();
        return user;
    }

    /// <summary>A group with history, replies, reactions and a picture, and some chats beside it.</summary>
    /// <returns>The group's path.</returns>
    public static async Task<string> Play(User ann, User bo, User carla, User dmitri)
    {
        var trip = await Group(ann, "Lisbon offsite", "Three days, one plan. Tickets are in the shared folder.", bo, carla, dmitri);
        await carla.Says(trip, "Morning! The hotel confirmed all four rooms, breakfast included.");
        var plan = await bo.Says(trip, "Great. I moved our planning session to Tuesday, so that we have the Monday afternoon for the city.");
        await ann.Post($"/api/messaging/messages/{plan.Id()}/react/", new { emoji = "🎉" }).Created();
        await carla.Post($"/api/messaging/messages/{plan.Id()}/react/", new { emoji = "🎉" }).Created();
        await dmitri.Post($"/api/messaging/messages/{plan.Id()}/react/", new { emoji = "👍" }).Created();
        await ann.Reply(trip, plan, "Perfect, Tuesday works for me. Who brings the projector?");
        await Picture(dmitri, trip, "This is the view from the roof, by the way");
        var map = await carla.Says(trip, "The route I'd walk: https://www.openstreetmap.org/relation/5400890");
        await ann.Post($"/api/messaging/messages/{map.Id()}/react/", new { emoji = "❤️" }).Created();
        await ann.Says(trip, "Looks wonderful. I'll book the table for eight.");
        await Read(bo, trip);
        await Read(carla, trip);

        var design = await Group(bo, "Design review", "", ann, carla);
        await bo.Says(design, "New icons are in the branch, have a look when you find a minute.");
        var withCarla = await carla.StartsConversation(ann);
        await ann.Says(withCarla, "Did you get the invoice?");
        await carla.Says(withCarla, "Yes, paid this morning 👍");
        await Read(ann, withCarla);
        var withDmitri = await ann.StartsConversation(dmitri);
        await ann.Says(withDmitri, "Thanks for the photos!");
        var withBo = await bo.StartsConversation(ann);
        await bo.Says(withBo, "Lunch at one?");
        await bo.Says(withBo, "I found a place with a garden");
        return trip;
    }

    /// <summary>A picture of 640 × 420: a sky over hills.</summary>
    public static byte[] View() => Bitmap.Png(640, 420, (x, y) =>
    {
        var hill = 250 + (40 * Math.Sin(x / 70.0)) + (18 * Math.Sin(x / 23.0));
        var sun = Math.Sqrt(((x - 470) * (x - 470)) + ((y - 120) * (y - 120)));
        if (y > hill + 60) return (38, 84, 92);
        if (y > hill) return (62, 120, 110);
        return sun < 46 ? (255, 236, 190) : ((byte)(250 - (y / 4)), (byte)(170 + (y / 6)), (byte)(130 + (y / 3)));
    });

    private static async Task<string> Group(User by, string name, string description, params User[] members)
    {
        var group = await by.Post("/api/messaging/group-chats/", new
        {
            name,
            description,
            organization_id = by.Account.Number("organization_id"),
            member_ids = members.Select(member => member.Id).ToArray(),
        }).Created();
        return $"group-chats/{group.Id()}/";
    }

    private static Task Reply(this User user, string chat, JsonElement to, string content)
        => user.Post($"/api/messaging/{chat}send_message/", new { content, reply_to = to.Id() }).Created();

    private static Task Picture(User user, string chat, string content)
        => user.Send(HttpMethod.Post, $"/api/messaging/{chat}send_message/",
            new Form().With("content", content).WithFile("attachments", "roof.png", "image/png", View())).Created();

    private static async Task Read(User user, string chat)
    {
        var page = await user.Get($"/api/messaging/{chat}messages/").Ok();
        await user.Post($"/api/messaging/{chat}read/", new { message_ids = page.Items("results").ConvertAll(message => message.Id()) }).Ok();
    }
}
