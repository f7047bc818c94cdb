using System.Globalization;
using EmailAuth.Tests.TestSupport;
using Xunit;

namespace EmailAuth.Tests;

/// <summary>The README's C# examples compile as they stand, each as a program of its own with the usual implicit usings.</summary>
[Collection(nameof(ExampleCollection))]
public class ReadmeTests
{
    public static TheoryData<int, string> Examples
    {
        get
        {
            var data = new TheoryData<int, string>();
            var lines = File.ReadAllLines(Repository.PathOf("README.md"));
            for (var i = 0; i < lines.Length; i++)
            {
                if (lines[i] == "```csharp")
                {
                    var end = Array.IndexOf(lines, "```", i);
                    data.Add(i + 2, string.Join('\n', lines[(i + 1)..end]));
                    i = end;
                }
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Examples))]
    public void An_example_compiles(int line, string code)
    {
        var compilation = ExampleProgram.Compile(string.Create(CultureInfo.InvariantCulture, $"ReadmeLine{line}"), code);
        Assert.Empty(ExampleProgram.Problems(compilation));
    }

    // The example's paths are those of someone in the project's folder.
    [Fact]
    public async Task The_example_with_a_generic_host_runs()
    {
        var code = Examples.Select(row => row.Data.Item2).Single(text => text.Contains("AddEmailAuth", StringComparison.Ordinal));
        var printed = await ExampleProgram.RunAsync(ExampleProgram.Compile("ReadmeHost", code), Repository.Root);
        Assert.Contains("Authentication-Results: mx.example.org;", printed, StringComparison.Ordinal);
        Assert.Contains("dkim=pass", printed, StringComparison.Ordinal);
    }
}
