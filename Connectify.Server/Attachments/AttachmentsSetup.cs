using Connectify.Server.Attachments.Store;
using Connectify.Server.Attachments.Uploads;
using Connectify.Server.Authentication;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Connectify.Server.Attachments;

internal static class AttachmentsSetup
{
    public static void AddAttachments(this WebApplicationBuilder builder)
    {
        var services = builder.Services;
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton<LocalFileStore>();
        services.AddSingleton<IFileStore>(provider => provider.GetRequiredService<LocalFileStore>());
        services.AddHostedService(provider => provider.GetRequiredService<LocalFileStore>());
        services.AddSingleton(provider => UrlSigningKey.From(provider.GetRequiredService<SigningKey>().Bytes));
        services.AddSingleton<FileUrls>();
        services.AddSingleton<IUploadQuota, UploadQuota>();
        services.AddSingleton<UploadReader>();
    }

    public static void MapAttachments(this WebApplication app) => app.MapFiles();
}
