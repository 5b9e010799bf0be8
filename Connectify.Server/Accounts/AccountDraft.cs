namespace Connectify.Server.Accounts;

/// <summary>An account to be, valid in itself.</summary>
internal sealed record AccountDraft(string Username, string Email, string Password, string FirstName, string LastName)
{
    public string UsernameKey => AccountRules.Key(Username);

    public string EmailKey => AccountRules.Key(Email);

    public string SearchKey => AccountRules.SearchKey(Username, FirstName, LastName, Email);

    /// <summary>Reads the fields of a registration; what is wrong with them is noted there.</summary>
    public static AccountDraft Read(Fields fields)
    {
        var username = AccountRules.Normal(AccountRules.Trimmed(fields.RequiredText("username", AccountRules.MaxRead)));
        var email = AccountRules.Trimmed(fields.RequiredText("email", AccountRules.MaxRead));
        var password = fields.RequiredText("password", AccountRules.MaxPassword);
        if (AccountRules.WhyNotUsername(username) is { } badName) fields.AddError("username", badName);
        if (AccountRules.WhyNotEmail(email) is { } badEmail) fields.AddError("email", badEmail);
        if (AccountRules.WhyNotPassword(password, username, email) is { } badPassword) fields.AddError("password", badPassword);
        return new AccountDraft(
            username, email, password,
            fields.Text("first_name", AccountRules.MaxName)?.Trim() ?? "",
            fields.Text("last_name", AccountRules.MaxName)?.Trim() ?? "");
    }
}
