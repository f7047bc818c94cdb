using System.Diagnostics;

namespace EmailAuth.Cli.Tests;

/// <summary>A console project outside the repository, as a new user makes one: it knows only packages.</summary>
internal sealed class ConsoleProject : IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(8);

    private readonly DirectoryInfo _root = Directory.CreateTempSubdirectory("emailauth-package-");

    // The restored packages are beside the project: it compiles all sources below it.
    private readonly DirectoryInfo _folder;

    public ConsoleProject() => _folder = _root.CreateSubdirectory("app");

    public string PathOf(params string[] parts) => Path.Combine([_folder.FullName, .. parts]);

    /// <summary>Makes the project. Its warnings are errors.</summary>
    /// <param name="packages">The packages that it references: of this source as they are packed, others in the version that the tests use.</param>
    public async Task CreateAsync(params IEnumerable<string> packages)
    {
        PackedPackages.SkipWithout();
        var references = packages.Select(package =>
            $"""<PackageReference Include="{package}" Version="{(PackedPackages.Projects.ContainsKey(package) ? PackedPackages.Version : PackedPackages.PinnedVersion(package))}" />""");
        await WriteAsync("app.csproj", $"""
            <Project Sdk="Microsoft.NET.Sdk">
              <PropertyGroup>
                <OutputType>Exe</OutputType>
                <TargetFramework>net10.0</TargetFramework>
                <Nullable>enable</Nullable>
                <ImplicitUsings>enable</ImplicitUsings>
                <InvariantGlobalization>true</InvariantGlobalization>
                <TreatWarningsAsErrors>true</TreatWarningsAsErrors>
                <RestorePackagesPath>../packages</RestorePackagesPath>
                <RestoreFallbackFolders>{PackageCache()}</RestoreFallbackFolders>
              </PropertyGroup>
              <ItemGroup>
                {string.Join('\n', references)}
              </ItemGroup>
            </Project>
            """);
        await WriteAsync("nuget.config", $"""
            <configuration>
              <packageSources>
                <add key="emailauth" value="{PackedPackages.Folder}" />
              </packageSources>
            </configuration>
            """);
    }

    public Task WriteAsync(string name, string text) => File.WriteAllTextAsync(PathOf(name), text);

    public Task<CommandRun> DotnetAsync(params string[] arguments) => RunAsync("dotnet", arguments);

    public async Task<CommandRun> RunAsync(string program, params string[] arguments)
    {
        using var limit = new CancellationTokenSource(Limit);
        var start = new ProcessStartInfo(program, arguments)
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = _folder.FullName,
        };
        using var process = Process.Start(start) ?? throw new InvalidOperationException($"{program} did not start.");
        var output = process.StandardOutput.ReadToEndAsync(limit.Token);
        var error = process.StandardError.ReadToEndAsync(limit.Token);
        await process.WaitForExitAsync(limit.Token);
        return new CommandRun(process.ExitCode, await output, await error);
    }

    public void Dispose() => _root.Delete(recursive: true);

    // What the tests' own projects restored is there already. Not a package of ours that somebody installed before: it would be taken in place of
    // the packed one, as both have the same version.
    private string PackageCache()
    {
        var folder = _root.CreateSubdirectory("cache");
        var restored = Environment.GetEnvironmentVariable("NUGET_PACKAGES")
            ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages");
        foreach (var package in Directory.Exists(restored) ? Directory.EnumerateDirectories(restored) : [])
        {
            var link = Path.Combine(folder.FullName, Path.GetFileName(package));
            if (!Path.GetFileName(package).StartsWith("emailauth", StringComparison.OrdinalIgnoreCase) && !Directory.Exists(link))
            {
                Directory.CreateSymbolicLink(link, package);
            }
        }

        return folder.FullName;
    }
}
