using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using Connectify.Server.Diagnostics;

namespace Connectify.Tests.Messages;

/// <summary>Overhears what one piece of work asks PostgreSQL, its requests to the server included.</summary>
internal sealed class Statements : IDisposable
{
    private readonly ConcurrentDictionary<string, bool> _all = new();
    private readonly ActivityListener _listener;
    private readonly ActivitySource _source = new("Connectify.Tests.Statements");
    private ActivityTraceId _trace;

    public Statements()
    {
        _listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name is "Npgsql" or "Microsoft.AspNetCore" or Tracing.Name or "Connectify.Tests.Statements",
            Sample = (ref _) => ActivitySamplingResult.AllData,
            ActivityStopped = activity =>
            {
                if (activity.Source.Name == "Npgsql" && activity.TraceId == _trace && activity.GetTagItem("db.query.text") is string text) _all[text] = true;
            },
        };
        ActivitySource.AddActivityListener(_listener);
    }

    public IEnumerable<string> All => _all.Keys;

    // HttpClient sends the current activity along, and the server goes on with its trace.
    public async Task Of(Func<Task> work)
    {
        using var activity = _source.StartActivity("work");
        _trace = activity!.TraceId;
        await work();
    }

    public void Dispose()
    {
        _listener.Dispose();
        _source.Dispose();
    }
}

/// <summary>One statement, its parameters numbered.</summary>
internal sealed partial record Prepared(string Text, IReadOnlyList<string> Parameters)
{
    // What PostgresMessageWriter numbers by itself.
    private static readonly string[] Many
        = ["chatids", "kinds", "userids", "texts", "ids", "texts", "ids", "texts", "texts", "window"];

    private static readonly string[] One
        = ["chatid", "kind", "userid", "content", "replyto", "clientmessageid", "dualkey", "dualvia", "othervia", "window"];

    /// <summary>The statements of a command, which may hold several.</summary>
    public static IEnumerable<Prepared> Split(string command)
    {
        foreach (var statement in command.Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            if (statement.Contains("$1", StringComparison.Ordinal))
            {
                var isForMany = statement.Contains("ANY($1)", StringComparison.Ordinal) || statement.Contains("unnest($1", StringComparison.Ordinal);
                var isHold = statement.StartsWith("SELECT id FROM chats", StringComparison.Ordinal);
                yield return new Prepared(statement, [.. (isForMany ? Many : One).Take(isHold ? 1 : int.MaxValue)]);
                continue;
            }

            var names = new List<string>();
            var text = Parameter().Replace(statement, match =>
            {
                if (!names.Contains(match.Value)) names.Add(match.Value);
                return $"${names.IndexOf(match.Value) + 1}";
            });
            yield return new Prepared(text, names);
        }
    }

    public string Execution(string name, long me, long chatId, long messageId)
        => Parameters.Count == 0 ? $"EXECUTE {name}" : $"EXECUTE {name}({string.Join(", ", Parameters.Select(parameter => Value(parameter, me, chatId, messageId)))})";

    private static string Value(string parameter, long me, long chatId, long messageId) => parameter.TrimStart('@').ToLower(CultureInfo.InvariantCulture) switch
    {
        "me" or "userid" or "senderid" => $"{me}",
        "userids" => $"'{{{me}}}'",
        "chatid" => $"{chatId}",
        "chatids" => $"'{{{chatId}}}'",
        "messageid" or "id" or "before" or "after" or "replyto" or "oldest" or "newest" => $"{messageId}",
        "ids" or "messageids" => $"'{{{messageId},{messageId + 1}}}'",
        "kind" => "'conversation'",
        "kinds" => "'{conversation}'",
        "texts" => "'{x}'",
        "content" or "clientmessageid" or "otherid" or "dualvia" or "otherv" or "othervia" or "emoji" => "'x'",
        "isedited" => "true",
        "size" or "count" or "limit" or "most" or "offset" or "since" or "now" or "at" or "window" or "seq" or "dualkey" or "lastid" or "firstid" => "20",
        var unknown => throw new KeyNotFoundException($"No value for {unknown}"),
    };

    [GeneratedRegex(@"@\w+")]
    private static partial Regex Parameter();
}
