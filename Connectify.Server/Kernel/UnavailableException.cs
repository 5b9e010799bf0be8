namespace Connectify.Server.Kernel;

/// <summary>A part of the server can't work for now; nothing has been done.</summary>
/// <param name="rejection">What the client is told: a 503 with <c>Retry-After</c>.</param>
/// <param name="inner">Its cause.</param>
internal class UnavailableException(Rejection rejection, Exception? inner = null) : Exception(rejection.Detail, inner)
{
    public Rejection Rejection => rejection;
}
