using System.Text;
using EmailAuth.Cli.Output;
using EmailAuth.Tests.TestSupport;
using Xunit;

namespace EmailAuth.Cli.Tests.Schemas;

/// <summary>The page on JSON says what the schemas say, and its examples are what the command prints.</summary>
public class SchemaPageTests
{
    private const string Start = "<!-- The tables are made from the schemas: EMAILAUTH_WRITE_PAGES=1 makes the tests write them. -->\n";
    private const string End = "<!-- End of the tables. -->\n";

    private static readonly string PagePath = Repository.PathOf("src", "JSON.md");

    public static TheoryData<string> Examples
    {
        get
        {
            var blocks = File.ReadAllText(PagePath).ReplaceLineEndings("\n").Split("```\n");
            return [.. blocks.Where((block, index) => index % 2 == 1 && block.StartsWith("$ ", StringComparison.Ordinal))];
        }
    }

    [Fact]
    public void The_page_has_every_field_and_word_of_the_schemas_and_no_other()
    {
        var page = File.ReadAllText(PagePath).ReplaceLineEndings("\n");
        var (start, end) = (page.IndexOf(Start, StringComparison.Ordinal) + Start.Length, page.IndexOf(End, StringComparison.Ordinal));
        Assert.InRange(start, Start.Length, end);
        if (Environment.GetEnvironmentVariable("EMAILAUTH_WRITE_PAGES") == "1")
        {
            File.WriteAllText(PagePath, $"{page[..start]}{SchemaPage.Tables()}{page[end..]}");
            return;
        }

        Assert.Equal(SchemaPage.Tables().Split('\n'), page[start..end].Split('\n'));
    }

    [Theory]
    [InlineData(OutputSchema.Outcome, null)]
    [InlineData(OutputSchema.BatchLine, "judged")]
    [InlineData(OutputSchema.BatchLine, "unreadable")]
    public void A_field_that_can_be_null_or_absent_says_when(string schema, string? definition)
    {
        foreach (var field in SchemaFields.Of(schema, definition))
        {
            Assert.True(field.IsNullable == field.Without.Contains("Null ", StringComparison.Ordinal), $"{field.Path}: null");
            Assert.True(field.IsRequired != field.Without.Contains("Absent ", StringComparison.Ordinal), $"{field.Path}: absent");
        }
    }

    [Fact]
    public void A_field_of_a_batch_is_of_the_type_that_it_has_in_an_outcome()
    {
        var outcome = SchemaFields.Of(OutputSchema.Outcome).ToDictionary(field => field.Path, field => Type(field));
        var batch = SchemaFields.Of(OutputSchema.BatchLine, "judged").Where(field => outcome.ContainsKey(field.Path)).ToList();
        Assert.True(batch.Count > 15);
        Assert.All(batch, field => Assert.Equal(outcome[field.Path], Type(field)));
        var words = SchemaFields.WordsOf(OutputSchema.Outcome).ToDictionary(definition => definition.Name, definition => definition.Words);
        Assert.All(SchemaFields.WordsOf(OutputSchema.BatchLine), definition => Assert.Equal(words[definition.Name], definition.Words));

        // A batch writes SPF in any case (RFC 7208 section 2.6.1), an outcome only when it was checked. A batch never has a guessed envelope, so
        // it always has the field.
        static string Type(SchemaField field) => field.Path is "spf" or "authentication_results" ? field.Type.Replace(" or null", null, StringComparison.Ordinal) : field.Type;
    }

    // "..." on a line of its own leaves lines out.
    [Theory]
    [MemberData(nameof(Examples))]
    public async Task An_example_prints_what_the_page_shows(string block)
    {
        var lines = block.TrimEnd('\n').Split('\n');
        var command = lines[0]["$ ".Length..];
        var input = ReadOnlyMemory<byte>.Empty;
        if (command.StartsWith("echo '", StringComparison.Ordinal))
        {
            var parts = command["echo '".Length..].Split("' | ");
            (input, command) = (Encoding.UTF8.GetBytes(parts[0] + "\n"), parts[1]);
        }

        var arguments = command.Split(' ');
        Assert.Equal("emailauth", arguments[0]);
        var run = await CommandRun.WithInputAsync(input, arguments[1..]);
        Assert.Equal((0, ""), (run.ExitCode, run.Error));

        // What follows a line that leaves lines out is looked for after what came before it.
        var output = run.Output.ReplaceLineEndings("\n");
        var shown = string.Join('\n', lines[1..]).TrimEnd('.');
        var at = 0;
        foreach (var part in shown.Split("...\n"))
        {
            var found = output.IndexOf(part, at, StringComparison.Ordinal);
            Assert.True(found == 0 || (found > 0 && at > 0), $"not printed: {part}");
            at = found + part.Length;
        }
    }

    [Fact]
    public void The_page_has_an_example_of_each_command() => Assert.Equal(
        ["batch", "verify"],
        Examples.Select(row => row.Data).Select(block => block.Split('\n')[0]).Select(line => line.Contains("emailauth batch", StringComparison.Ordinal) ? "batch" : "verify").Order(StringComparer.Ordinal));
}
