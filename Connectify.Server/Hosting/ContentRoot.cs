namespace Connectify.Server.Hosting;

/// <summary>Where <c>wwwroot</c> and <c>appsettings.json</c> are read.</summary>
internal static class ContentRoot
{
    /// <summary>
    /// Published, they lie beside the program, and count wherever it is started from: a service is started in <c>/</c>.
    /// <c>dotnet run</c> starts what has no <c>wwwroot</c> beside it in the project, where they lie.
    /// What the command line or the environment says goes before both.
    /// </summary>
    public static WebApplicationOptions Options(string[] args)
    {
        var said = new ConfigurationBuilder().AddEnvironmentVariables("ASPNETCORE_").AddEnvironmentVariables("DOTNET_").AddCommandLine(args).Build();
        var isPublished = Directory.Exists(Path.Combine(AppContext.BaseDirectory, "wwwroot"));
        return new WebApplicationOptions
        {
            Args = args,
            ContentRootPath = said[HostDefaults.ContentRootKey] ?? (isPublished ? AppContext.BaseDirectory : null),
        };
    }
}
