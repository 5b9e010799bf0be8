namespace Connectify.Server.Accounts;

/// <summary>What a profile is to become; a field that isn't in the body stays as it is.</summary>
internal sealed class ProfileEdit
{
    public string? Email { get; private init; }

    public string? FirstName { get; private init; }

    public string? LastName { get; private init; }

    public bool SetsBio { get; private init; }

    public string? Bio { get; private init; }

    public bool SetsDob { get; private init; }

    public string? Dob { get; private init; }

    public bool SetsProfileImage { get; private init; }

    public string? ProfileImage { get; private init; }

    public static Outcome<ProfileEdit> Read(Fields fields, DateOnly today)
    {
        var edit = new ProfileEdit
        {
            Email = fields.Has("email") ? AccountRules.Trimmed(fields.RequiredText("email", AccountRules.MaxRead)) : null,
            FirstName = Name(fields, "first_name"),
            LastName = Name(fields, "last_name"),
            SetsBio = fields.Has("bio"),
            Bio = fields.Text("bio", AccountRules.MaxBio),
            SetsDob = fields.Has("dob"),
            Dob = fields.Text("dob", AccountRules.MaxBio),
            SetsProfileImage = fields.Has("profile_image"),
            ProfileImage = fields.Text("profile_image", AccountRules.MaxUrl),
        };
        if (edit.Email is { } email && AccountRules.WhyNotEmail(email) is { } bad) fields.AddError("email", bad);
        if (edit.ProfileImage is { } url && !AccountRules.IsWebUrl(url)) fields.AddError("profile_image", "Must be an http or https URL");

        // The documented sentence, also for a dob that is no text at all.
        var isDobWrong = edit.SetsDob && !fields.IsNull("dob") && (edit.Dob is null || !AccountRules.IsDateOfBirth(edit.Dob, today));
        return isDobWrong ? InvalidDob(fields)
            : fields.Rejection is { } rejection ? rejection
            : edit;
    }

    private static string? Name(Fields fields, string name)
        => fields.Has(name) ? fields.Text(name, AccountRules.MaxName)?.Trim() ?? "" : null;

    private static Rejection InvalidDob(Fields fields)
    {
        const string Sentence = "Invalid date of birth";
        fields.AddError("dob", Sentence);
        return Rejection.BadRequest("invalid_date_of_birth", Sentence) with { Errors = fields.Rejection!.Errors };
    }
}
