using System.Collections.Concurrent;
using System.Text.Json;
using Connectify.Tests.Support;

namespace Connectify.Tests.Scenarios;

/// <summary>A person with an account, devices, and messages whose arrival he waits for.</summary>
internal sealed class Member(JsonElement account, Rest rest)
{
    private const int PageSize = 100;
    private const int MostRemembered = 20;

    private readonly ConcurrentBag<Task> _owed = [];

    public long Id { get; } = account.Id();

    public string Name { get; } = account.Text("username");

    public string Token { get; } = account.Text("token");

    public List<Chat> Chats { get; } = [];

    public List<Recorder> Devices { get; } = [];

    /// <summary>Sends without an answer yet, by the first word of their content.</summary>
    public ConcurrentDictionary<string, TaskCompletionSource<Answer>> Awaited { get; } = new();

    /// <summary>Some of his own messages, to be changed.</summary>
    public ConcurrentQueue<Sending> Recent { get; } = new();

    public Task<Answer> Ask(HttpMethod method, string path, object? body = null) => rest.Ask(method, path, Token, body);

    public void Remember(Sending own)
    {
        Recent.Enqueue(own);
        if (Recent.Count > MostRemembered) Recent.TryDequeue(out _);
    }

    /// <summary>His own message has come.</summary>
    public void Hears(JsonElement message)
    {
        if (message.Number("sender_id") == Id) Settle(FirstWord(message.Text("content")), new Answer(Known.Done, message));
    }

    public void HearsError(JsonElement error)
    {
        if (!error.Has("client_message_id") || error.IsNull("client_message_id")) return;
        var isFailure = error.Text("code") is "database_unavailable" or "internal_error" or "shutting_down" or "rate_limited";
        Settle(error.Text("client_message_id"), new Answer(isFailure ? Known.Nothing : Known.Refused, error));
    }

    /// <summary>What a hub said no with: sentences only, and those of failures are known.</summary>
    public void HearsRefusal(string content, string sentence)
    {
        var isRefusal = sentence.Contains("You are not", StringComparison.Ordinal) || sentence.Contains("needs content", StringComparison.Ordinal);
        Settle(FirstWord(content), new Answer(isRefusal ? Known.Refused : Known.Nothing, default));
    }

    /// <summary>Has the run wait for something at its end.</summary>
    public void Owed(Func<Task> work) => _owed.Add(work());

    public Task AllOwed() => Task.WhenAll(_owed);

    /// <summary>Reads the newest messages of a chat over REST, back to the last one that is known; tries until it succeeds.</summary>
    /// <returns>Messages, each with the number of its last change.</returns>
    public async Task<IReadOnlyDictionary<long, long>> Fetch(Chat chat, long known)
    {
        while (true)
        {
            var seqs = new Dictionary<long, long>();
            var page = $"/api/messaging/{chat.Path}messages/?page_size={PageSize}";
            while (true)
            {
                var answer = await Ask(HttpMethod.Get, page);

                // Removed meanwhile: there is nothing for him to read until he is back.
                if (answer.Known == Known.Nothing || answer.Known == Known.Refused) break;
                var messages = answer.Body.Items("results");
                foreach (var message in messages) seqs[message.Id()] = message.Number("seq");
                if (messages.Count < PageSize || messages[^1].Id() <= known) return seqs;
                page = $"/api/messaging/{chat.Path}messages/?page_size={PageSize}&before={messages[^1].Id()}";
            }

            await Task.Delay(200);
        }
    }

    public static string FirstWord(string content) => content.Split(' ', 2)[0];

    private void Settle(string word, Answer answer)
    {
        if (Awaited.TryGetValue(word, out var awaited)) awaited.TrySetResult(answer);
    }
}
