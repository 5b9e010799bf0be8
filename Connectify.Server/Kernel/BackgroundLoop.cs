namespace Connectify.Server.Kernel;

/// <summary>Work that goes on until the server stops; being stopped is no failure, however far the start had come.</summary>
internal abstract class BackgroundLoop : BackgroundService
{
    protected abstract Task Run(CancellationToken stopping);

    protected sealed override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await Run(stoppingToken);
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The server stops.
        }
    }
}
