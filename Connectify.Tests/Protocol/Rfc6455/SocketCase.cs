namespace Connectify.Tests.Protocol.Rfc6455;

/// <summary>One case of the table.</summary>
/// <param name="Name">Its section, and what is sent.</param>
/// <param name="Write">Writes what is sent, and what is to be heard.</param>
internal sealed record SocketCase(string Name, Action<Script> Write)
{
    /// <summary>The whole table, in the order of the sections of the Autobahn suite, which it is modelled on.</summary>
    public static IReadOnlyDictionary<string, SocketCase> All { get; } = new[]
    {
        FramingCases.Lengths(), FramingCases.Pings(), FramingCases.Reserved(), FramingCases.Fragments(),
        TextCases.Valid(), TextCases.Invalid(), TextCases.Unfinished(), ClosingCases.Closes(), VolumeCases.Volumes(),
    }.SelectMany(cases => cases).ToDictionary(socketCase => socketCase.Name);
}
