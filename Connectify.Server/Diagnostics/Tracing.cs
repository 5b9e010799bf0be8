using System.Diagnostics;

namespace Connectify.Server.Diagnostics;

/// <summary>What the server adds to the traces of ASP.NET Core, SignalR and Npgsql.</summary>
internal static class Tracing
{
    /// <summary>The name of the activity source.</summary>
    public const string Name = "Connectify";

    private static readonly ActivitySource Source = new(Name);

    /// <summary>Begins work that several requests have caused: it belongs to the first and is linked to the others.</summary>
    /// <returns>null without a listener.</returns>
    public static Activity? Begin(string name, IEnumerable<ActivityContext> causes)
        => Source.HasListeners()
            ? Source.StartActivity(name, ActivityKind.Internal, causes.First(), links: causes.Skip(1).Select(cause => new ActivityLink(cause)))
            : null;

    /// <summary>Begins the telling of a change that is stored: every connection's queue on this node has it when it ends.</summary>
    /// <param name="storedIn">The activity that stored it; null: the current one.</param>
    /// <returns>null without a listener.</returns>
    public static Activity? BeginFanOut(Activity? storedIn)
        => Source.HasListeners() ? Source.StartActivity("fan out", ActivityKind.Internal, (storedIn ?? Activity.Current)?.Context ?? default) : null;
}
