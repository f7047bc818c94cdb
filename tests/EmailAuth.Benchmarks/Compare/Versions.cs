using System.Text.Json;

namespace EmailAuth.Benchmarks.Compare;

/// <summary>The versions of the packages this program was built with, which the assemblies themselves do not always tell.</summary>
internal static class Versions
{
    private static readonly Dictionary<string, string> Packages = Read();

    /// <summary>A library's name and version.</summary>
    public static string Of(string library) => $"{library} {Packages.GetValueOrDefault(library)}".TrimEnd();

    // The file that the host reads: its libraries are named "name/version".
    private static Dictionary<string, string> Read()
    {
        using var document = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, $"{typeof(Versions).Assembly.GetName().Name}.deps.json")));
        return document.RootElement.GetProperty("libraries").EnumerateObject().Select(library => library.Name.Split('/')).ToDictionary(parts => parts[0], parts => parts[1]);
    }
}
