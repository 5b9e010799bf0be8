using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Connectify.Tests.Architecture;

/// <summary>A use of something that another file declares.</summary>
/// <param name="File">Where it is used.</param>
/// <param name="Line">From 1.</param>
/// <param name="Name">The name as written.</param>
/// <param name="DeclaredIn">The file of its declaration.</param>
internal sealed record SourceReference(string File, int Line, string Name, string DeclaredIn);

/// <summary>The sources of a project, compiled in memory: references by constants and doc comments are seen too.</summary>
internal static class SourceCompilation
{
    // What the Web SDK imports by itself.
    private const string ImplicitUsings =
        """
        global using System; global using System.Collections.Generic; global using System.IO; global using System.Linq;
        global using System.Net.Http; global using System.Net.Http.Json; global using System.Threading; global using System.Threading.Tasks;
        global using Microsoft.AspNetCore.Builder; global using Microsoft.AspNetCore.Hosting; global using Microsoft.AspNetCore.Http;
        global using Microsoft.AspNetCore.Routing; global using Microsoft.Extensions.Configuration;
        global using Microsoft.Extensions.DependencyInjection; global using Microsoft.Extensions.Hosting; global using Microsoft.Extensions.Logging;
        """;

    public static IEnumerable<string> Files(string folder)
        => Directory.EnumerateFiles(folder, "*.cs", SearchOption.AllDirectories)
            .Where(file => Path.GetRelativePath(folder, file).Split(Path.DirectorySeparatorChar)[0] is not ("obj" or "bin" or "GlobalUsings.cs"));

    public static CSharpCompilation Of(string folder)
    {
        var options = new CSharpParseOptions(LanguageVersion.Preview, DocumentationMode.Parse);
        var name = Path.GetFileName(folder);
        var libraries = ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator)
            .Where(file => Path.GetFileNameWithoutExtension(file) != name);
        var own = File.ReadAllText(Path.Combine(folder, "GlobalUsings.cs"));
        return CSharpCompilation.Create(
            name,
            [
                CSharpSyntaxTree.ParseText(ImplicitUsings + "\n" + own, options),
                .. Files(folder).Select(file => CSharpSyntaxTree.ParseText(File.ReadAllText(file), options, file)),
            ],
            libraries.Select(file => MetadataReference.CreateFromFile(file)),
            new CSharpCompilationOptions(OutputKind.ConsoleApplication, nullableContextOptions: NullableContextOptions.Enable, allowUnsafe: true));
    }

    public static IEnumerable<SourceReference> References(CSharpCompilation compilation)
        => compilation.SyntaxTrees.Where(tree => tree.FilePath.Length > 0).SelectMany(tree => References(compilation, tree));

    private static IEnumerable<SourceReference> References(CSharpCompilation compilation, SyntaxTree tree)
    {
        var model = compilation.GetSemanticModel(tree);
        return
            from name in tree.GetRoot().DescendantNodes(descendIntoTrivia: true).OfType<SimpleNameSyntax>()
            from symbol in Symbols(model, name)
            from file in Declarations(symbol)
            where file.Length > 0 && file != tree.FilePath
            select new SourceReference(tree.FilePath, name.GetLocation().GetLineSpan().StartLinePosition.Line + 1, name.ToString(), file);
    }

    private static ImmutableArray<ISymbol> Symbols(SemanticModel model, SimpleNameSyntax name)
    {
        var info = model.GetSymbolInfo(name);
        return info.Symbol is { } symbol ? [symbol] : info.CandidateSymbols;
    }

    private static IEnumerable<string> Declarations(ISymbol symbol)
        => symbol is INamespaceSymbol ? [] : symbol.OriginalDefinition.Locations.Where(place => place.IsInSource).Select(place => place.SourceTree!.FilePath);
}
