using System.Globalization;
using Connectify.Server.Accounts;
using Connectify.Server.ApiDocs;
using Connectify.Server.Attachments;
using Connectify.Server.Authentication;
using Connectify.Server.Blocks;
using Connectify.Server.Conversations;
using Connectify.Server.Demo;
using Connectify.Server.Diagnostics;
using Connectify.Server.GroupChats;
using Connectify.Server.Hosting;
using Connectify.Server.Lifecycle;
using Connectify.Server.Messages;
using Connectify.Server.Organizations;
using Connectify.Server.Realtime;
using Connectify.Server.Realtime.Backplane;

namespace Connectify.Server;

/// <summary>The server's table of contents.</summary>
internal static class Program
{
    public static async Task<int> Main(string[] args)
    {
        try
        {
            await using var app = Build(args);
            await Run(app);
            return Environment.ExitCode;
        }
        catch (Exception e) when (StartupErrors.Describe(e) is { } sentence)
        {
            await Console.Error.WriteLineAsync(sentence);
            return 1;
        }
    }

    private static async Task Run(WebApplication app)
    {
        var stopping = app.Lifetime.ApplicationStopping;
        try
        {
            await app.RunAsync();
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // Told to end before it had begun.
        }
    }

    /// <summary>The server, wired but not started.</summary>
    public static WebApplication Build(string[] args)
    {
        // Numbers and dates are for machines here, whatever the language of the machine.
        CultureInfo.CurrentCulture = CultureInfo.DefaultThreadCurrentCulture = CultureInfo.InvariantCulture;
        var builder = WebApplication.CreateBuilder(ContentRoot.Options(args.WithoutDemo()));
        builder.Services.ConfigureHttpJsonOptions(options => Json.Configure(options.SerializerOptions));
        builder.ListenByDefault("http://localhost:5080");
        builder.AddDemo(args);
        builder.AddSettings();
        builder.AddHostPinning();
        builder.AddRequestLimits();
        builder.AddRateLimits();
        builder.AddConfiguredCors();
        builder.AddForwardedHost();
        builder.AddLogFilters();
        builder.AddTelemetry();
        builder.AddStorage();
        builder.AddBackplane();
        builder.AddRealtime();
        builder.AddBearerAuthentication();
        builder.AddAccounts();
        builder.AddOrganizations();
        builder.AddConversations();
        builder.AddGroupChats();
        builder.AddBlocks();
        builder.AddMessages();
        builder.AddAttachments();
        builder.AddApiDocs();
        builder.AddPreparation();
        builder.AddShutdown();

        var app = builder.Build();
        app.UseSubPath();
        app.UseRequestSpans();
        app.UseApiHeaders();
        app.UseReadiness();
        app.UseSocketRefusals();
        app.UseRouting();
        app.UseErrorResponses();
        app.UseBrowserClient();
        app.UseConfiguredCors();
        app.UseAuthentication();
        app.UseRateLimits();
        app.UseAuthorization();
        app.MapHealth();
        app.MapAccounts();
        app.MapOrganizations();
        app.MapConversations();
        app.MapGroupChats();
        app.MapBlocks();
        app.MapMessages();
        app.MapAttachments();
        app.MapRealtime();
        app.MapApiDocs();
        return app;
    }
}
