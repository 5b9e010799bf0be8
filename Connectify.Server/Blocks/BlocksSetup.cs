namespace Connectify.Server.Blocks;

internal static class BlocksSetup
{
    public static void AddBlocks(this WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton<BlockUser>();
        builder.Services.AddSingleton<UnblockUser>();
    }
}
