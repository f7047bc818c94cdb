using System.Diagnostics;

namespace EmailAuth.Fuzz.Tests;

/// <summary>
/// The tests notice what is changed in the library (tests/EmailAuth.Mutants): a fixed sample here, and every change with <c>.ci/long mutants</c>.
/// </summary>
public sealed class MutantSampleTests(ITestOutputHelper output)
{
    [Fact]
    public void The_changes_of_the_sample_are_noticed()
    {
        // The same configuration and framework as these tests: bin/Debug/net10.0.
        var program = Path.Combine(AppContext.BaseDirectory.Replace("EmailAuth.Fuzz.Tests", "EmailAuth.Mutants", StringComparison.Ordinal), "EmailAuth.Mutants.dll");
        using var process = Process.Start(new ProcessStartInfo("dotnet", [program, "sample"]) { RedirectStandardOutput = true, UseShellExecute = false })!;
        var text = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        output.WriteLine(text);
        Assert.True(process.ExitCode == 0, text);
    }
}
