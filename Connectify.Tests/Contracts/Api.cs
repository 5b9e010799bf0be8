namespace Connectify.Tests.Contracts;

/// <summary>An endpoint, a body that it takes, and what it answers to whom.</summary>
/// <param name="Method">The HTTP method; <c>*</c> for any.</param>
/// <param name="Pattern">Its route, as it is mapped.</param>
/// <param name="Owner">To who made the chat, the message and the block.</param>
/// <param name="Member">To another member of the chat.</param>
/// <param name="Outsider">To an outsider of the same organization.</param>
/// <param name="Stranger">To a user of another organization.</param>
internal sealed record Endpoint(string Method, string Pattern, int Owner, int Member, int Outsider, int Stranger)
{
    /// <summary>To nobody in particular, and to a deactivated account.</summary>
    public int Anonymous { get; init; } = 401;

    /// <summary>To a member of the chat whose account is not active.</summary>
    public int Pending { get; init; } = 403;

    /// <summary>A body with every field that it knows.</summary>
    public Func<Roles, object>? Body { get; init; }

    /// <summary>Whether it takes files as well.</summary>
    public bool TakesForms { get; init; }

    public string Key => $"{Method} {Pattern.TrimEnd('/')}";

    /// <summary>Whether a user of another organization must not learn that the chat, message or block is there.</summary>
    public bool HidesFromStrangers => Stranger == 404;

    public static Endpoint Public(string method, string pattern, int status) => new(method, pattern, status, status, status, status) { Anonymous = status, Pending = status };
}

/// <summary>Every endpoint there is. One that is not in here fails a test.</summary>
internal static class Api
{
    public static IReadOnlyList<Endpoint> Endpoints { get; } = [.. Accounts(), .. Organizations(), .. Chats(), .. Groups(), .. Messages(), .. Blocks(), .. Others()];

    private static IEnumerable<Endpoint> Accounts()
    {
        yield return Endpoint.Public("POST", "/api/accounts/register/", 201) with { Body = cast => cast.Newcomer() };
        yield return Endpoint.Public("POST", "/api/accounts/login/", 401) with { Body = _ => new { username = "nobody", email = "nobody@example.com", password = "a wrong password" } };
        yield return Endpoint.Public("POST", "/api/accounts/token/refresh/", 401) with { Body = _ => new { refresh_token = "unknown" } };
        yield return Endpoint.Public("POST", "/api/accounts/logout/", 204) with { Body = _ => new { refresh_token = "unknown" } };
        yield return new("POST", "/api/accounts/password/", 400, 400, 400, 400) { Body = _ => new { current_password = "a wrong password", new_password = "a better password" } };
        yield return new("GET", "/api/accounts/sessions/", 200, 200, 200, 200);
        yield return new("DELETE", "/api/accounts/sessions/", 204, 204, 204, 204);
        yield return new("DELETE", "/api/accounts/sessions/{id:long}/", 404, 404, 404, 404);
        yield return new("GET", "/api/accounts/profile/", 200, 200, 200, 200) { Pending = 200 };
        foreach (var method in new[] { "PUT", "PATCH" })
        {
            yield return new(method, "/api/accounts/profile/", 200, 200, 200, 200)
            {
                Pending = 200,
                Body = _ => new { first_name = "Updated", last_name = "Name", bio = "Short bio", dob = "1990-01-01", profile_image = "http://example.com/image.jpg", email = Roles.UniqueEmail() },
            };
        }

        foreach (var verb in new[] { "activate", "deactivate", "reactivate" })
        {
            yield return new("POST", $"/api/accounts/{verb}/", 403, 403, 403, 403) { Body = cast => new { user_id = cast.Spare.Id } };
        }
    }

    private static IEnumerable<Endpoint> Organizations()
    {
        const string Users = "/api/accounts/organizations/{organizationId:long}/users/";
        yield return new("GET", "/api/accounts/organizations/", 200, 200, 200, 200);
        yield return new("POST", "/api/accounts/organizations/", 403, 403, 403, 403) { Body = _ => new { name = "Mine" } };
        yield return new("GET", Users, 200, 200, 200, 404);
        yield return new("POST", Users, 403, 403, 403, 404)
        {
            Body = _ => new { username = "newcomer", email = Roles.UniqueEmail(), password = "a long password", first_name = "New", last_name = "User", user_id = (long?)null },
        };
        yield return new("GET", Users + "{userId:long}/", 200, 200, 200, 404);
        yield return new("DELETE", Users + "{userId:long}/", 403, 403, 403, 404);
        yield return new("PUT", Users + "{userId:long}/role/", 403, 403, 403, 403) { Body = _ => new { role = "STAFF" } };
    }

    private static IEnumerable<Endpoint> Chats()
    {
        const string Conversations = "/api/messaging/conversations/";
        yield return new("GET", Conversations, 200, 200, 200, 200);
        foreach (var spelling in new[] { "", "create/" })
        {
            yield return new("POST", Conversations + spelling, 201, 201, 201, 400)
            {
                Body = cast => new { participant_id = cast.Spare.Id, organization_id = cast.OrganizationId, initial_message = "Hello, let's chat!" },
            };
        }

        yield return new("GET", Conversations + "{id:long}/", 200, 200, 403, 404);
        yield return new("DELETE", Conversations + "{id:long}/", 204, 204, 403, 404);
        foreach (var chat in new[] { Conversations, "/api/messaging/group-chats/" })
        {
            yield return new("GET", chat + "{chatId:long}/messages/", 200, 200, 403, 404);
            yield return new("POST", chat + "{chatId:long}/read/", 200, 200, 403, 404) { Body = cast => new { message_ids = new[] { cast.MessageIn(chat) } } };
            foreach (var spelling in new[] { "send_message/", "send-message/" })
            {
                yield return new("POST", chat + "{chatId:long}/" + spelling, 201, 201, 403, 404)
                {
                    TakesForms = true,
                    Body = _ => new { content = "Hello", reply_to = (long?)null, client_message_id = (string?)null, attachments = (string?)null, attachment_types = (string?)null },
                };
            }
        }
    }

    private static IEnumerable<Endpoint> Groups()
    {
        const string Groups = "/api/messaging/group-chats/";
        yield return new("GET", Groups, 200, 200, 200, 200);
        foreach (var spelling in new[] { "", "create/" })
        {
            yield return new("POST", Groups + spelling, 201, 201, 201, 400)
            {
                TakesForms = true,
                Body = cast => new
                {
                    name = "Project Team",
                    description = "Group chat for our project team",
                    organization_id = cast.OrganizationId,
                    member_ids = new[] { cast.Spare.Id },
                    initial_message = "Welcome to the project team chat!",
                    avatar = (string?)null,
                },
            };
        }

        yield return new("GET", Groups + "{id:long}/", 200, 200, 403, 404);
        yield return new("PATCH", Groups + "{id:long}/", 200, 403, 403, 404) { TakesForms = true, Body = _ => new { name = "Renamed", description = "Newly", avatar = (string?)null } };
        yield return new("DELETE", Groups + "{id:long}/", 204, 403, 403, 404);
        foreach (var dash in new[] { "_", "-" })
        {
            yield return new("POST", Groups + $"{{id:long}}/add{dash}members/", 200, 403, 403, 404) { Body = cast => new { member_ids = new[] { cast.Spare.Id } } };
            yield return new("POST", Groups + $"{{id:long}}/remove{dash}member/", 200, 403, 403, 404) { Body = cast => new { member_id = cast.Pending.Id } };
            yield return new("POST", Groups + $"{{id:long}}/change{dash}role/", 200, 403, 403, 404) { Body = cast => new { member_id = cast.Pending.Id, role = "admin" } };
        }
    }

    private static IEnumerable<Endpoint> Messages()
    {
        const string Message = "/api/messaging/messages/{id:long}/";
        yield return new("GET", Message, 200, 200, 403, 404);
        yield return new("DELETE", Message, 204, 403, 403, 404);
        yield return new("DELETE", Message + "delete/", 204, 403, 403, 404);
        yield return new("PUT", Message + "edit/", 200, 403, 403, 404) { Body = _ => new { content = "Updated message content" } };
        yield return new("PATCH", Message + "edit/", 200, 403, 403, 404) { Body = _ => new { content = "Updated message content" } };
        yield return new("POST", Message + "react/", 201, 201, 403, 404) { Body = _ => new { emoji = "üëç" } };
        yield return new("DELETE", Message + "unreact/", 204, 204, 403, 404);
    }

    private static IEnumerable<Endpoint> Blocks()
    {
        const string Blocks = "/api/messaging/blocks/";
        yield return new("GET", Blocks, 200, 200, 200, 200);
        foreach (var spelling in new[] { "", "create/" })
        {
            yield return new("POST", Blocks + spelling, 201, 201, 201, 400) { Body = cast => new { blocked_id = cast.Spare.Id, organization_id = cast.OrganizationId } };
        }

        yield return new("DELETE", Blocks + "{id:long}/", 204, 403, 403, 404);
        yield return new("DELETE", Blocks + "{id:long}/delete/", 204, 403, 403, 404);
    }

    private static IEnumerable<Endpoint> Others()
    {
        foreach (var method in new[] { "GET", "HEAD" })
        {
            yield return Endpoint.Public(method, "/healthz", 200);
            yield return Endpoint.Public(method, "/readyz", 200);

            // Files are shown by a signed URL alone, whoever asks.
            yield return Endpoint.Public(method, "/api/messaging/attachments/{id:long}/", 403);
            yield return Endpoint.Public(method, "/api/messaging/group-chats/{id:long}/avatar/", 403);
        }

        foreach (var page in new[] { "/openapi/v1.json", "/asyncapi.json", "/docs", "/docs/docs.css", "/docs/docs.js", "/docs/elements.js", "/docs/schema.js" })
        {
            yield return Endpoint.Public("GET", page, 200);
        }

        // Not an upgrade. Who may open a socket is told by its close code: see SocketRoleTests.
        yield return Endpoint.Public("GET", "/ws/messaging/", 426);
        yield return Endpoint.Public("GET", "/ws/messaging/conversations/{id}/", 426);
        yield return Endpoint.Public("GET", "/ws/messaging/group-chats/{id}/", 426);
        yield return new("*", "/hubs/chat/negotiate", 200, 200, 200, 200);
        yield return new("*", "/hubs/chat", 400, 400, 400, 400);
    }
}
