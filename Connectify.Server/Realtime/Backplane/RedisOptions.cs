using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text.RegularExpressions;
using Connectify.Server.Hosting;
using StackExchange.Redis;

namespace Connectify.Server.Realtime.Backplane;

/// <summary>
/// Reads <c>ConnectionStrings:Redis</c> and section <c>Redis</c>. An error is one sentence that names the key, the option and the
/// right form. No sentence repeats a value, nor anything that stands after <c>password=</c>: it may be part of a secret.
/// </summary>
internal static partial class RedisOptions
{
    private const string Key = "ConnectionStrings:Redis";
    private const string Form = "the right form is host:port with options such as user=…,password=…,ssl=true after commas";
    private const int MillisecondsToConnect = 2000;
    private const int MillisecondsBetweenTries = 500;

    /// <exception cref="StartupException">Something is wrong with them.</exception>
    public static ConfigurationOptions Of(string text, RedisSettings settings)
    {
        var options = Parsed(text);
        options.AbortOnConnectFail = false;
        options.ConnectTimeout = MillisecondsToConnect;
        options.ReconnectRetryPolicy = new LinearRetry(MillisecondsBetweenTries);
        options.ClientName ??= "connectify";

        // A message that can't be sent now is counted now: the other nodes then read it from the database.
        options.BacklogPolicy = BacklogPolicy.FailFast;
        if (settings.ChannelPrefix.Length > 0) options.ChannelPrefix = RedisChannel.Literal(settings.ChannelPrefix);
        else if (!RedisSettings.IsPrefix((string?)options.ChannelPrefix)) throw Wrong($"the value of channelPrefix is not valid: {RedisSettings.PrefixForm}");
        if (settings.CaCertificateFile.Length > 0) Trust(options, settings.CaCertificateFile);
        return options;
    }

    // Option by option, so that a sentence can name the one at fault.
    private static ConfigurationOptions Parsed(string text)
    {
        if (Url().IsMatch(text)) throw Wrong($"it is a URL; {Form} (rediss:// is ssl=true)");
        var parts = text.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        var isAfterPassword = false;
        var addresses = 0;
        foreach (var part in parts)
        {
            if (part.IndexOf('=') <= 0) DemandAddress(part, ++addresses, isAfterPassword);
            else DemandOption(part, isAfterPassword);
            isAfterPassword |= part.StartsWith("password=", StringComparison.OrdinalIgnoreCase);
        }

        var options = ConfigurationOptions.Parse(text);
        if (addresses > 0) return options;
        throw options.ServiceName is null
            ? Wrong($"it names no host:port; {Form}")
            : Wrong("serviceName needs the addresses of the sentinels; the right form is sentinel1:26379,sentinel2:26379,serviceName=…");
    }

    private static void DemandAddress(string part, int number, bool isAfterPassword)
    {
        // Without TLS for want of "=true" would be a surprise.
        if (number > 1 && IsOption(part)) throw Wrong($"an option lacks its value, such as ssl=true; {Form}");
        var endPoints = Try(part)?.EndPoints;
        if (endPoints is [var one] && IsAddress(one) && !part.EndsWith(":0", StringComparison.Ordinal)) return;
        throw Wrong($"its address {number} is not host:port with a port from 1 to 65535{(isAfterPassword ? ", or the password holds a comma, which it can't" : "")}; {Form}");
    }

    private static void DemandOption(string part, bool isAfterPassword)
    {
        var name = part[..part.IndexOf('=')].Trim();
        var isSafe = !isAfterPassword && OptionName().IsMatch(name);
        try
        {
            ConfigurationOptions.Parse("localhost," + part);
        }
        catch (ArgumentException e) when (e is not ArgumentOutOfRangeException)
        {
            // The library's own words repeat the text.
            throw Wrong(isSafe
                ? $"there is no option \"{name}\"; {Form}"
                : $"it holds an option that doesn't exist{(isAfterPassword ? ", or the password holds a comma, which it can't" : "")}; {Form}");
        }
        catch (Exception e) when (e is ArgumentException or FormatException or OverflowException)
        {
            throw Wrong($"the value of {(isSafe ? name : "an option")} is not valid; {Form}");
        }
    }

    private static bool IsOption(string name)
    {
        try
        {
            ConfigurationOptions.Parse($"localhost,{name}=");
            return true;
        }
        catch (Exception e) when (e is ArgumentException or FormatException or OverflowException)
        {
            return e is not ArgumentException || e is ArgumentOutOfRangeException;
        }
    }

    private static ConfigurationOptions? Try(string text)
    {
        try
        {
            return ConfigurationOptions.Parse(text);
        }
        catch (Exception e) when (e is ArgumentException or FormatException or OverflowException)
        {
            return null;
        }
    }

    private static void Trust(ConfigurationOptions options, string file)
    {
        if (!options.Ssl) throw new StartupException($"Redis:CaCertificateFile is for connections by TLS: add ssl=true to {Key}.");
        try
        {
            options.TrustIssuer(file);
        }
        catch (Exception e) when (e is CryptographicException or IOException or UnauthorizedAccessException)
        {
            throw new StartupException($"Redis:CaCertificateFile: {file} can't be read as a certificate; the right form is the path of a PEM or DER file with the CA's certificate.", e);
        }
    }

    private static StartupException Wrong(string what) => new($"{Key}: {what}.");

    private static bool IsAddress(EndPoint endPoint) => endPoint switch
    {
        DnsEndPoint { Host: var host, Port: >= 0 and <= 65535 } => Uri.CheckHostName(host) == UriHostNameType.Dns,
        IPEndPoint or UnixDomainSocketEndPoint => true,
        _ => false,
    };

    [GeneratedRegex(@"^\s*[A-Za-z][A-Za-z0-9+.-]*://", RegexOptions.CultureInvariant)]
    private static partial Regex Url();

    [GeneratedRegex("^[A-Za-z]{1,40}$", RegexOptions.CultureInvariant)]
    private static partial Regex OptionName();
}
