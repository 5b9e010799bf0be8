using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;

namespace Connectify.Server.Accounts;

/// <summary>What account fields may hold. Each rule gives the sentence that says why not, or null.</summary>
internal static class AccountRules
{
    public const int MaxName = 150;
    public const int MaxEmail = 254;

    /// <summary>What is read of a user name or an e-mail address; what is left of it when it is trimmed has a limit of its own.</summary>
    public const int MaxRead = 1_000;

    public const int MinPassword = 8;
    public const int MaxPassword = 128;
    public const int MaxBio = 2_000;
    public const int MaxUrl = 2_048;

    private static readonly HashSet<string> CommonPasswords = ReadCommonPasswords();

    /// <summary>
    /// Without what people paste along with a name or an address: white space of any kind (U+00A0 too), and characters that
    /// nobody sees, such as U+200B and U+FEFF, at either end.
    /// </summary>
    [return: NotNullIfNotNull(nameof(text))]
    public static string? Trimmed(string? text)
    {
        if (text is null) return null;
        var (start, end) = (0, text.Length);
        while (start < end && IsBlank(text[start])) start++;
        while (end > start && IsBlank(text[end - 1])) end--;
        return text[start..end];
    }

    /// <summary>The one spelling of a user name: "Ａｄａ" in full-width letters is "Ada".</summary>
    public static string Normal(string text) => text.Normalize(NormalizationForm.FormKC);

    /// <summary>What two names or addresses are compared by.</summary>
    public static string Key(string text) => Normal(Normal(text).ToLowerInvariant());

    /// <summary>What a search for people looks through.</summary>
    public static string SearchKey(string username, string firstName, string lastName, string email)
        => Key(string.Join(' ', new[] { username, firstName, lastName, email }.Where(part => part.Length > 0)));

    public static string? WhyNotUsername(string username)
    {
        if (username.Length is 0 or > MaxName) return $"Must have 1 to {MaxName} characters";
        return IsMadeOf(username, "@.+-_") ? null : "May hold only letters, digits and @ . + - _";
    }

    public static string? WhyNotEmail(string email)
    {
        var at = email.LastIndexOf('@');
        var sane = email.Length <= MaxEmail && at > 0 && IsLocalPart(email[..at]) && IsDomain(email[(at + 1)..]);
        return sane ? null : "Enter a valid e-mail address";
    }

    public static string? WhyNotPassword(string password, string username, string email)
    {
        if (password.Length is < MinPassword or > MaxPassword) return $"Must have {MinPassword} to {MaxPassword} characters";
        var key = Key(password);
        if (key == Key(username) || key == Key(email)) return "Must not be the username or the e-mail address";
        return CommonPasswords.Contains(key) ? "This password is too common" : null;
    }

    /// <summary>Whether <paramref name="text"/> is a day of the calendar as YYYY-MM-DD that somebody alive may be born on.</summary>
    public static bool IsDateOfBirth(string text, DateOnly today)
        => DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var date)
            && date.Year >= 1900 && date <= today;

    /// <summary>Whether <paramref name="text"/> is an absolute http(s) URL, written as a URL is.</summary>
    public static bool IsWebUrl(string text)
        => text.Length <= MaxUrl
            && text.All(c => !char.IsWhiteSpace(c) && !char.IsControl(c) && !"\"<>\\^`{|}".Contains(c, StringComparison.Ordinal))
            && Uri.TryCreate(text, UriKind.Absolute, out var url)
            && (url.Scheme is "http" or "https") && url.Host.Length > 0;

    private static bool IsBlank(char c)
        => char.IsWhiteSpace(c) || CharUnicodeInfo.GetUnicodeCategory(c) is UnicodeCategory.Format or UnicodeCategory.Control;

    private static bool IsLocalPart(string local)
        => local.Length <= 64 && local[0] != '.' && local[^1] != '.' && !local.Contains("..", StringComparison.Ordinal)
            && IsMadeOf(local, "!#$%&'*+-/=?^_`{|}~.");

    private static bool IsDomain(string domain)
    {
        var labels = domain.Split('.');
        return (labels.Length > 1 || domain == "localhost") && labels.All(label => label.Length is > 0 and <= 63
            && label[0] != '-' && label[^1] != '-' && IsMadeOf(label, "-"));
    }

    // Letters and digits of any script, and these signs.
    private static bool IsMadeOf(string text, string signs)
        => text.EnumerateRunes().All(rune => Rune.IsLetterOrDigit(rune)
            || (rune.IsAscii && signs.Contains((char)rune.Value, StringComparison.Ordinal)));

    private static HashSet<string> ReadCommonPasswords()
    {
        using var reader = new StreamReader(typeof(AccountRules).Assembly.GetManifestResourceStream("CommonPasswords.txt")!);
        var all = reader.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        return [.. all.Where(password => password.Length >= MinPassword).Select(Key)];
    }
}
