namespace Connectify.Migrations;

/// <summary>Why nothing was copied, in a sentence for the operator.</summary>
public sealed class CopyRefusedException(string sentence) : InvalidOperationException(sentence);
