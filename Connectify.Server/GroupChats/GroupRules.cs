using Connectify.Server.Blocks;

namespace Connectify.Server.GroupChats;

/// <summary>Rules for groups: their fields, and who may be invited.</summary>
internal static class GroupRules
{
    private const int MaxName = 200;
    private const int MaxDescription = 2_000;

    public static string Name(Fields fields) => fields.RequiredText("name", MaxName);

    public static string? Description(Fields fields) => fields.Text("description", MaxDescription);

    /// <returns>null when the caller may add all of <paramref name="invited"/>; else the first refusal.</returns>
    public static async Task<Rejection?> WhyNotInvite(
        Transaction transaction, long me, long organizationId, long[] invited, HashSet<long> belonging, CancellationToken cancellation)
    {
        if (invited.Where(id => !belonging.Contains(id)).Select(id => (long?)id).FirstOrDefault() is { } stranger)
        {
            return Rejection.BadRequest("user_not_in_organization", $"User with ID {stranger} doesn't belong to this organization");
        }

        var blockers = await BlockQueries.BlockersOf(transaction, me, organizationId, invited, cancellation);
        if (blockers.Count == 0) return null;
        var names = string.Join(", ", invited.Where(blockers.ContainsKey).Select(id => blockers[id]));
        return Rejection.BadRequest("blocked_by_users", $"You are blocked by: {names}");
    }
}
