using Microsoft.AspNetCore.Http.HttpResults;

namespace Connectify.Server.Http;

/// <summary>Turns what a use case comes to into an HTTP response.</summary>
internal static class OutcomeResults
{
    /// <summary>The response that <paramref name="success"/> makes of the value, or the rejection.</summary>
    public static async Task<Results<TSuccess, Rejected>> ToResult<T, TSuccess>(this Task<Outcome<T>> outcome, Func<T, TSuccess> success)
        where TSuccess : IResult
        => (await outcome).IsRejected(out var rejection, out var value) ? new Rejected(rejection) : success(value);

    /// <summary>204, or the rejection.</summary>
    public static async Task<Results<NoContent, Rejected>> ToResult(this Task<Rejection?> rejection)
        => await rejection is { } no ? new Rejected(no) : TypedResults.NoContent();
}
