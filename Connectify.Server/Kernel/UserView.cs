namespace Connectify.Server.Kernel;

/// <summary>A user as shown to others in chats and messages.</summary>
internal record UserView
{
    public long Id { get; init; }

    public string Username { get; init; } = "";

    public string FirstName { get; init; } = "";

    public string LastName { get; init; } = "";

    public string? ProfileImage { get; init; }

    public bool IsOnline { get; set; }
}
