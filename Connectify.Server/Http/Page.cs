using System.Globalization;

namespace Connectify.Server.Http;

/// <summary>A page of a list, newest first, as the documents have it.</summary>
internal sealed record Page<T>(long Count, string? Next, string? Previous, IReadOnlyList<T> Results);

/// <summary>Which page is asked for: by number, or by a cursor whose cost does not grow with depth.</summary>
/// <param name="Number">From 1; 0 when a cursor is given.</param>
/// <param name="Size">1 to 100.</param>
/// <param name="Before">Only messages older than this id.</param>
/// <param name="After">Only messages newer than this id.</param>
internal sealed record PageRequest(int Number, int Size, long? Before, long? After)
{
    private const int DefaultSize = 20;
    private const int MaxSize = 100;

    public static Rejection InvalidPage { get; } = Rejection.NotFound("invalid_page", "Invalid page.");

    public static Rejection InvalidCursor { get; } = Rejection.BadRequest("invalid_cursor", "Invalid cursor");

    public long Offset => (long)(Number - 1) * Size;

    /// <summary>Reads <c>page</c>, <c>page_size</c>, <c>before</c> and <c>after</c>.</summary>
    public static Outcome<PageRequest> Read(IQueryCollection query)
    {
        var size = int.TryParse(query["page_size"], NumberStyles.None, CultureInfo.InvariantCulture, out var given) && given > 0
            ? Math.Min(given, MaxSize)
            : query["page_size"].ToString() is { Length: > 9 } digits && digits.All(char.IsAsciiDigit) ? MaxSize : DefaultSize;

        if (query.ContainsKey("before") || query.ContainsKey("after"))
        {
            var before = Cursor(query, "before");
            var after = Cursor(query, "after");
            return before is null == after is null
                ? InvalidCursor
                : new PageRequest(0, size, before, after);
        }

        if (!query.ContainsKey("page")) return new PageRequest(1, size, null, null);
        return int.TryParse(query["page"], NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number > 0
            ? new PageRequest(number, size, null, null)
            : InvalidPage;
    }

    /// <summary>The page that was asked for by number.</summary>
    /// <param name="request">The request whose URL the links repeat.</param>
    /// <param name="count">Of the whole list.</param>
    /// <param name="rows">Those of this page.</param>
    public Outcome<Page<T>> Numbered<T>(HttpRequest request, long count, IReadOnlyList<T> rows)
    {
        if (Number > 1 && Offset >= count) return InvalidPage;
        return new Page<T>(
            count,
            Offset + Size < count ? Url(request, "page", Number + 1) : null,
            Number > 1 ? Url(request, "page", Number - 1) : null,
            rows);
    }

    /// <summary>The absolute URL of the same list, searched the same, with <paramref name="parameter"/> as the position.</summary>
    public string Url(HttpRequest request, string parameter, long value)
    {
        var search = request.Query["search"].ToString();
        var kept = search.Length > 0 ? $"&search={Uri.EscapeDataString(search)}" : "";
        return $"{PublicUrls.Base(request)}{request.Path}?{parameter}={value}&page_size={Size}{kept}";
    }

    private static long? Cursor(IQueryCollection query, string name)
        => long.TryParse(query[name], NumberStyles.None, CultureInfo.InvariantCulture, out var id) && id > 0 ? id : null;
}
