using EmailAuth.Reports.Tests.TestSupport;
using EmailAuth.Tests.TestSupport;

namespace EmailAuth.Reports.Tests;

/// <summary>The README's examples compile as they are written, and the one that reads prints what it should of a report.</summary>
[Collection(nameof(ConsoleTests))]
public class ReadmeTests
{
    public static TheoryData<int> Examples => [.. Enumerable.Range(0, Texts().Count)];

    [Theory]
    [MemberData(nameof(Examples))]
    public void An_example_compiles_without_a_warning(int number) =>
        Assert.Empty(ExampleProgram.Problems(ExampleProgram.Compile($"Example{number}", Texts()[number])));

    [Fact]
    public async Task The_example_that_reads_prints_the_rows()
    {
        var example = Texts().Single(static text => text.Contains("AggregateReportReader", StringComparison.Ordinal));
        var program = ExampleProgram.Compile("Reading", example.Replace("\"report.xml\"", $"@\"{GoldenReports.PathOf("policy-reject")}\"", StringComparison.Ordinal));
        Assert.Equal(
            """
            3 from 192.0.2.1 as example.com: Pass
            2 from 198.51.100.7 as example.com: Reject
            Conforms: 5 messages in 2 rows, reported by Example Receiver about example.com

            """.ReplaceLineEndings(),
            await ExampleProgram.RunAsync(program, Environment.CurrentDirectory));
    }

    private static List<string> Texts() =>
        [.. File.ReadAllText(Repository.PathOf("src", "EmailAuth.Reports", "README.md")).Split("```csharp\n").Skip(1).Select(static part => part[..part.IndexOf("```", StringComparison.Ordinal)])];
}
