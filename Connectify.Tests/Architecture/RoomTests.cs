using Connectify.Tests.Support;
using FluentAssertions;
using Microsoft.CodeAnalysis;
using Xunit;

namespace Connectify.Tests.Architecture;

/// <summary>Compiles the server from its sources and holds each reference between its files against <see cref="Rooms"/>.</summary>
public sealed class RoomTests
{
    // A [GeneratedRegex] method without its generator.
    private const string PartialWithoutBody = "CS8795";

    private static readonly string Folder = RepositoryFolder.Of("Connectify.Server");

    [Fact]
    public void A_file_uses_only_its_own_room_and_rooms_below()
    {
        var server = SourceCompilation.Of(Folder);
        server.GetDiagnostics().Where(one => one.Severity == DiagnosticSeverity.Error && one.Id != PartialWithoutBody).Should().BeEmpty();

        var violations = SourceCompilation.References(server)
            .Select(reference => (reference, why: Rooms.WhyNot(Below(reference.File), Below(reference.DeclaredIn))))
            .Where(found => found.why is not null)
            .Select(found => $"{Below(found.reference.File)}:{found.reference.Line} uses {found.reference.Name} of {Below(found.reference.DeclaredIn)}: {found.why}")
            .Distinct();

        string.Join('\n', violations).Should().BeEmpty();
    }

    [Fact]
    public void Every_folder_is_a_room()
    {
        var folders = SourceCompilation.Files(Folder).Select(file => Rooms.Of(Below(file))).Where(room => room.Length > 0).Distinct();

        folders.Should().BeEquivalentTo(Rooms.Floors.Keys);
    }

    [Theory]
    [InlineData("Storage/Database.cs", "Messages/MessageView.cs", "Messages is on floor 8, Storage on floor 3")]
    [InlineData("Blocks/BlockUser.cs", "Attachments/FileName.cs", "Attachments is on floor 7, Blocks on floor 7")]
    [InlineData("GroupChats/AddMembers.cs", "Realtime/Connections/Drain.cs", "of Realtime, a slice uses Events only")]
    [InlineData("GroupChats/AddMembers.cs", "Messages/MessagesApi.cs", "only Program uses a roof")]
    [InlineData("GroupChats/AddMembers.cs", "Program.cs", "nothing uses Program")]
    [InlineData("Messages/MessagesApi.cs", "Messages/Sending/SendMessage.cs", null)]
    [InlineData("Program.cs", "Messages/MessagesApi.cs", null)]
    public void A_wrong_reference_is_found(string user, string used, string? why) => Rooms.WhyNot(user, used).Should().Be(why);

    private static string Below(string file) => Path.GetRelativePath(Folder, file).Replace('\\', '/');
}
