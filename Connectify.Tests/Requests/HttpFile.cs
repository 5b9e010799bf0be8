using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Connectify.Tests.Support;

namespace Connectify.Tests.Requests;

/// <summary>Sends the requests of an .http file one after the other, as VS Code's REST Client does: so much of it as our file uses.</summary>
internal sealed partial class HttpFile(string path, Uri host)
{
    private static readonly string Now = DateTimeOffset.UtcNow.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);

    private readonly Dictionary<string, string> _variables = [];
    private readonly Dictionary<string, JsonElement> _answers = [];

    /// <summary>Sends all of it. Every request has to succeed.</summary>
    /// <returns>Each method and path.</returns>
    public async Task<List<string>> Run()
    {
        using var http = new HttpClient();
        var sent = new List<string>();
        foreach (var block in Separator().Split(await File.ReadAllTextAsync(path)))
        {
            var lines = block.Split('\n').Select(line => line.TrimEnd('\r')).ToList();
            lines.ForEach(Define);
            var name = lines.Select(line => Name().Match(line)).FirstOrDefault(match => match.Success)?.Groups[1].Value;
            var start = lines.FindIndex(line => RequestLine().IsMatch(line));
            if (start < 0) continue;
            using var request = Request(lines[start..]);
            sent.Add($"{request.Method} {request.RequestUri!.AbsolutePath}");
            using var response = await http.SendAsync(request);
            var text = await response.Content.ReadAsStringAsync();
            if (!response.IsSuccessStatusCode) throw new InvalidOperationException($"{sent[^1]} answered {(int)response.StatusCode}: {text}");
            if (name is not null) _answers[name] = JsonElement.Parse(text);
        }

        return sent;
    }

    private void Define(string line)
    {
        if (Variable().Match(line) is { Success: true } match) _variables[match.Groups[1].Value] = match.Groups[2].Value;
    }

    private HttpRequestMessage Request(List<string> lines)
    {
        var words = Filled(lines[0]).Split(' ', 2);
        var request = new HttpRequestMessage(new HttpMethod(words[0]), words[1]);
        var end = lines.FindIndex(string.IsNullOrWhiteSpace);
        var headers = lines[1..(end < 0 ? lines.Count : end)].Select(line => Filled(line).Split(": ", 2)).ToDictionary(pair => pair[0], pair => pair[1]);
        if (headers.Remove("Content-Type", out var type))
        {
            request.Content = new ByteArrayContent(Body(lines[(end + 1)..], type.StartsWith("multipart", StringComparison.Ordinal) ? "\r\n" : "\n"));
            request.Content.Headers.ContentType = MediaTypeHeaderValue.Parse(type);
        }

        foreach (var (name, value) in headers) request.Headers.Add(name, value);
        return request;
    }

    private byte[] Body(List<string> lines, string newLine)
    {
        using var body = new MemoryStream();
        foreach (var line in lines)
        {
            body.Write(line.StartsWith("< ", StringComparison.Ordinal)
                ? File.ReadAllBytes(Path.Combine(Path.GetDirectoryName(path)!, line[2..]))
                : Encoding.UTF8.GetBytes(Filled(line)));
            body.Write(Encoding.UTF8.GetBytes(newLine));
        }

        return body.ToArray();
    }

    private string Filled(string text) => Placeholder().Replace(text, match => Value(match.Groups[1].Value));

    private string Value(string name) => name switch
    {
        "host" => host.ToString().TrimEnd('/'),
        "$timestamp" => Now,
        "$guid" => Guid.NewGuid().ToString(),
        _ when Answer().Match(name) is { Success: true } match => Find(_answers[match.Groups[1].Value], match.Groups[2].Value),
        _ => Filled(_variables[name]),
    };

    private static string Find(JsonElement json, string path)
    {
        foreach (Match step in Step().Matches(path))
        {
            json = step.Groups[2].Success ? json[int.Parse(step.Groups[2].Value, CultureInfo.InvariantCulture)] : json.Part(step.Groups[1].Value);
        }

        return json.ToString();
    }

    [GeneratedRegex("^###.*$", RegexOptions.Multiline)]
    private static partial Regex Separator();

    [GeneratedRegex(@"^# @name (\w+)$")]
    private static partial Regex Name();

    [GeneratedRegex("^(GET|POST|PUT|PATCH|DELETE) ")]
    private static partial Regex RequestLine();

    [GeneratedRegex(@"^@(\w+) = (.+)$")]
    private static partial Regex Variable();

    [GeneratedRegex(@"\{\{([^{}]+)\}\}")]
    private static partial Regex Placeholder();

    [GeneratedRegex(@"^(\w+)\.response\.body\.\$(.+)$")]
    private static partial Regex Answer();

    [GeneratedRegex(@"\.(\w+)|\[(\d+)\]")]
    private static partial Regex Step();
}
