using System.Diagnostics;

namespace EmailAuth.Tests.TestSupport;

/// <summary>
/// The packages of npm that tests compare with: in the folder that EMAILAUTH_READERS names, else where tests/EmailAuth.Benchmarks/install-peers
/// puts them, artifacts/readers.
/// </summary>
internal static class NodePackages
{
    private static readonly string Modules = Path.Combine(
        Environment.GetEnvironmentVariable("EMAILAUTH_READERS") is { Length: > 0 } named ? named : Repository.PathOf("artifacts", "readers"), "node_modules");

    /// <summary>Whether a package is there.</summary>
    public static bool Has(string package) => Directory.Exists(Path.Combine(Modules, package));

    /// <summary>Why a test is skipped without it.</summary>
    public static string Reason(string package) =>
        $"npm's {package} is not installed: tests/EmailAuth.Benchmarks/install-peers does so, or EMAILAUTH_READERS names a folder that has it";

    /// <summary>A start of Node that finds the packages, with the Node beside them where there is one.</summary>
    public static ProcessStartInfo Node(params string[] arguments)
    {
        var beside = Path.Combine(Modules, ".bin", "node");
        var start = new ProcessStartInfo(File.Exists(beside) ? beside : "node", arguments) { UseShellExecute = false };
        start.Environment["NODE_PATH"] = Modules;
        return start;
    }
}
