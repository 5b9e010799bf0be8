namespace Connectify.Server.Kernel;

/// <summary>The server can't start as it is configured; the message is for the operator.</summary>
internal sealed class StartupException(string sentence, Exception? inner = null) : Exception(sentence, inner);
