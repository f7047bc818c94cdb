using System.Diagnostics;

namespace EmailAuth.Fuzz.Tests;

/// <summary>Work and allocation grow no faster than the input, for kept inputs whose pieces are repeated (threats: exhaustion).</summary>
public sealed class WorkCountTests(ITestOutputHelper output)
{
    [Fact]
    public void Twice_the_input_takes_no_more_than_twice_the_branches_and_bytes()
    {
        var folder = Directory.CreateDirectory(Path.Combine(AppContext.BaseDirectory, "counted-" + Path.GetRandomFileName())).FullName;
        try
        {
            foreach (var file in Directory.GetFiles(AppContext.BaseDirectory))
            {
                File.Copy(file, Path.Combine(folder, Path.GetFileName(file)));
            }

            Assert.Equal(0, Run(folder, "instrument", folder).ExitCode);
            var counted = Run(folder, "work", "1", "8192");
            output.WriteLine(counted.Output);
            Assert.True(counted.ExitCode == 0, counted.Output);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public void Quadratic_growth_is_detected()
    {
        Assert.InRange(WorkCount.Growth(new FuzzTarget("linear", input => _ = input.ToArray()), "abc"u8.ToArray(), 0, 1, 16 * 1024), 1.9, 2.1);
        Assert.InRange(WorkCount.Growth(new FuzzTarget("square", Square), "abc"u8.ToArray(), 0, 1, 16 * 1024), 3.5, 4.1);

        static void Square(ReadOnlySpan<byte> input)
        {
            for (var i = 0; i < input.Length; i += 1024)
            {
                _ = input.ToArray();
            }
        }
    }

    private static (int ExitCode, string Output) Run(string folder, params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet", [Path.Combine(folder, "EmailAuth.Fuzz.dll"), .. arguments]) { RedirectStandardOutput = true, UseShellExecute = false };
        start.Environment["SHARPFUZZ_ENABLE_ON_BRANCH_CALLBACK"] = "1";
        using var process = Process.Start(start)!;
        var text = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, text);
    }
}
