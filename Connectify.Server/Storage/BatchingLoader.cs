namespace Connectify.Server.Storage;

/// <summary>
/// Asks once for what many ask at the same time. The first question goes at once; what comes while it is
/// under way goes together after it. So every answer was read after its question was asked.
/// </summary>
/// <param name="ask">Answers several questions; what it leaves out has no answer.</param>
internal sealed class BatchingLoader<TQuestion, TAnswer>(Func<IReadOnlyCollection<TQuestion>, Task<Dictionary<TQuestion, TAnswer>>> ask)
    where TQuestion : notnull
    where TAnswer : class
{
    private readonly Lock _gate = new();
    private Dictionary<TQuestion, TaskCompletionSource<TAnswer?>> _waiting = [];
    private bool _isAsking;

    /// <returns>null: there is no answer.</returns>
    public Task<TAnswer?> LoadAsync(TQuestion question)
    {
        TaskCompletionSource<TAnswer?>? answer;
        lock (_gate)
        {
            if (!_waiting.TryGetValue(question, out answer))
            {
                _waiting[question] = answer = new(TaskCreationOptions.RunContinuationsAsynchronously);
            }

            if (_isAsking) return answer.Task;
            _isAsking = true;
        }

        _ = LoadAll();
        return answer.Task;
    }

    private async Task LoadAll()
    {
        while (Next() is { Count: > 0 } asked)
        {
            try
            {
                var answers = await ask(asked.Keys);
                foreach (var (question, answer) in asked) answer.TrySetResult(answers.GetValueOrDefault(question));
            }
            catch (Exception e)
            {
                foreach (var answer in asked.Values) answer.TrySetException(e);
            }
        }
    }

    private Dictionary<TQuestion, TaskCompletionSource<TAnswer?>> Next()
    {
        lock (_gate)
        {
            var asked = _waiting;
            _waiting = [];
            _isAsking = asked.Count > 0;
            return asked;
        }
    }
}
