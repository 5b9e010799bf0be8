using System.Globalization;
using Connectify.Benchmarks;
using Connectify.Benchmarks.Frames;
using Connectify.Benchmarks.Servers;

CultureInfo.CurrentCulture = CultureInfo.DefaultThreadCurrentCulture = CultureInfo.InvariantCulture;
switch (args)
{
    case ["serve", var name, var port, var database]:
        await Serve.Run(name, int.Parse(port, CultureInfo.InvariantCulture), database);
        return 0;
    case ["frames", .. var rest]:
        FrameBenchmarks.Run(rest);
        return 0;
    default:
        if (Options.Parse(args) is { } options) return await Bench.Run(options);
        await Console.Error.WriteLineAsync(Options.Usage);
        return 2;
}
