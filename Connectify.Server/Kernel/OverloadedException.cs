namespace Connectify.Server.Kernel;

/// <summary>Too many others wait for the same thing; nothing has been done.</summary>
internal sealed class OverloadedException() : UnavailableException(Rejection.Overloaded);
