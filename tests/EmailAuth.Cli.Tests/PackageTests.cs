using System.Runtime.InteropServices;
using System.Text.Json;
using EmailAuth.Tests.TestSupport;
using Xunit;

namespace EmailAuth.Cli.Tests;

/// <summary>The packages as a new user meets them: in a console project outside the repository, which restores them from a folder.</summary>
public sealed class PackageTests : IDisposable
{
    // What the design names under "Dependencies", the abstractions one by one: what else comes with the library is somebody's burden.
    private static readonly string[] NamedByTheDesign =
    [
        "BouncyCastle.Cryptography", "DnsClient", "EmailAuth", "Microsoft.Extensions.Configuration.Abstractions",
        "Microsoft.Extensions.DependencyInjection.Abstractions", "Microsoft.Extensions.Diagnostics.HealthChecks.Abstractions",
        "Microsoft.Extensions.Logging.Abstractions", "Microsoft.Extensions.Options",
        "Microsoft.Extensions.Primitives", "MimeKit", "System.Security.Cryptography.Pkcs",
    ];

    private readonly ConsoleProject _project = new();

    [Theory]
    [InlineData("README.md")]
    [InlineData("src/EmailAuth.Testing/README.md")]
    [InlineData("src/DECISIONS.md")]
    [InlineData("src/FIRST-STEPS.md")]
    public async Task The_examples_of_a_page_build_without_warnings_and_print_what_it_says(string page)
    {
        var examples = PageExample.Of(page);
        Assert.NotEmpty(examples);
        foreach (var example in examples)
        {
            await _project.CreateAsync(example.Packages.DefaultIfEmpty("EmailAuth.Testing"));
            await _project.WriteAsync("Program.cs", example.Code);
            if (example.Settings is { } settings)
            {
                await _project.WriteAsync("appsettings.json", settings);
            }

            var run = await _project.DotnetAsync("run");
            Assert.True(run.ExitCode == 0, $"{example}: {run.Output}{run.Error}");
            Assert.Equal((example.ToString(), example.Output, ""), (example.ToString(), run.Output.ReplaceLineEndings("\n").TrimEnd(), run.Error));
        }
    }

    [Fact]
    public async Task The_first_example_publishes_natively_without_warnings_and_prints_the_same()
    {
        var example = PageExample.Of("README.md")[0];
        await _project.CreateAsync(example.Packages);
        await _project.WriteAsync("Program.cs", example.Code);
        var platform = RuntimeInformation.RuntimeIdentifier.StartsWith("linux", StringComparison.Ordinal) ? "linux-x64" : RuntimeInformation.RuntimeIdentifier;
        var publish = await _project.DotnetAsync("publish", "-c", "Release", "-r", platform, "-p:PublishAot=true", "-o", "out");
        Assert.True(publish.ExitCode == 0, publish.Output + publish.Error);
        Assert.DoesNotContain("warning", publish.Output, StringComparison.OrdinalIgnoreCase);
        var run = await _project.RunAsync(_project.PathOf("out", "app"));
        Assert.Equal(example.Output, run.Output.ReplaceLineEndings("\n").TrimEnd());
    }

    [Fact]
    public async Task The_command_installs_as_a_tool()
    {
        PackedPackages.SkipWithout();
        var install = await _project.DotnetAsync("tool", "install", "EmailAuth.Tool", "--tool-path", "tools", "--source", PackedPackages.Folder!);
        Assert.True(install.ExitCode == 0, install.Output + install.Error);
        var run = await _project.RunAsync(_project.PathOf("tools", "emailauth"), "--version");
        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        Assert.Matches(@"^\d+\.\d+\.\d+", run.Output);
    }

    [Fact]
    public async Task The_library_brings_nothing_that_the_design_does_not_name()
    {
        await _project.CreateAsync("EmailAuth");
        var restore = await _project.DotnetAsync("restore");
        Assert.True(restore.ExitCode == 0, restore.Output + restore.Error);
        var list = await _project.DotnetAsync("list", "app.csproj", "package", "--include-transitive", "--format", "json");
        Assert.True(list.ExitCode == 0, list.Output + list.Error);

        using var document = JsonDocument.Parse(list.Output);
        var framework = document.RootElement.GetProperty("projects")[0].GetProperty("frameworks")[0];
        var packages = new[] { "topLevelPackages", "transitivePackages" }
            .SelectMany(part => framework.GetProperty(part).EnumerateArray())
            .Select(package => package.GetProperty("id").GetString()!);
        Assert.Equal(NamedByTheDesign, packages.Order(StringComparer.Ordinal));
    }

    public void Dispose() => _project.Dispose();
}
