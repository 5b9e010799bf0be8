using System.Data.Common;

namespace Connectify.Server.Messages.Sending;

/// <summary>What a draft gets from the database when it is stored.</summary>
internal sealed record StoredRow(long Id, long Seq, long AccessVersion, Timestamp At, UserView Sender)
{
    /// <summary>Reads username, first_name, last_name and profile_image, in this order.</summary>
    public static UserView ReadSender(DbDataReader row, int first) => new()
    {
        Username = row.GetString(first),
        FirstName = row.GetString(first + 1),
        LastName = row.GetString(first + 2),
        ProfileImage = row.IsDBNull(first + 3) ? null : row.GetString(first + 3),
    };
}
