using System.Globalization;
using System.Text;
using System.Text.Json;
using EmailAuth.Tests.TestSupport;
using Xunit;

namespace EmailAuth.Cli.Tests;

/// <summary>What <c>verify</c> says of a message whose signature broke: the change named, the octets that were hashed, the difference to a copy.</summary>
public class BrokenSignatureTests
{
    private const string Message = "testdata/messages/rfc8463-a3.eml";
    private static readonly string[] Zone = ["--zone", "testdata/zones/rfc8463.json", "--ip", "192.0.2.1"];

    [Fact]
    public async Task The_answer_names_the_change_and_the_evidence_shows_it()
    {
        var run = await CommandRun.WithInputAsync(await ChangedAsync(), ["verify", "-", "--explain", .. Zone]);
        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        var text = run.Output.ReplaceLineEndings("\n");
        Assert.Contains("Cause ", text[..text.IndexOf("Evidence", StringComparison.Ordinal)], StringComparison.Ordinal);
        Assert.Contains("2 lines at the end of the body were added after signing", text[..text.IndexOf("Evidence", StringComparison.Ordinal)], StringComparison.Ordinal);
        Assert.Contains("proven: 2 lines at the end of the body were added after signing (RFC 6376 section 3.4)", text, StringComparison.Ordinal);
        Assert.Contains("+ sent by ?a list\n", text, StringComparison.Ordinal);
        Assert.Contains("candidates, ", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_json_has_the_change()
    {
        var run = await CommandRun.WithInputAsync(await ChangedAsync(), ["verify", "-", "--json", .. Zone]);
        using var outcome = JsonDocument.Parse(run.Output);
        var diagnoses = outcome.RootElement.GetProperty("signature_diagnoses");
        Assert.Equal(2, diagnoses.GetArrayLength());
        foreach (var diagnosis in diagnoses.EnumerateArray())
        {
            Assert.Equal("found", diagnosis.GetProperty("body_search").GetString());
            var change = Assert.Single(diagnosis.GetProperty("changes").EnumerateArray());
            Assert.Equal(("body-appended", true), (change.GetProperty("code").GetString(), change.GetProperty("proven").GetBoolean()));
            Assert.Equal("arrived", change.GetProperty("diff")[0].GetProperty("side").GetString());
        }
    }

    [Fact]
    public async Task A_change_that_is_not_known_is_said_not_to_be_found()
    {
        var text = Encoding.Latin1.GetString(await OriginalAsync()).Replace("hungry", "thirsty", StringComparison.Ordinal);
        var run = await CommandRun.WithInputAsync(Encoding.Latin1.GetBytes(text), ["verify", "-", "--explain", .. Zone]);
        Assert.Contains("what changed the body was not found: none of the known changes fits its hash", run.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("a footer", run.Output[..run.Output.IndexOf("Evidence", StringComparison.Ordinal)], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_copy_shows_what_differs()
    {
        var run = await CommandRun.WithInputAsync(await ChangedAsync(), ["verify", "-", "--against", Repository.PathOf(Message), .. Zone]);
        var text = run.Output.ReplaceLineEndings("\n");
        Assert.Contains("Against the copy: d=football.example.com", text, StringComparison.Ordinal);
        Assert.Contains("body: the copy is what was signed\n    + a footer\n    + sent by ?a list\n", text, StringComparison.Ordinal);
        Assert.Contains("header: the copy is what was signed\n    no difference in what is signed\n", text, StringComparison.Ordinal);
    }

    // A search may take seconds for each message.
    [Fact]
    public async Task Many_messages_are_not_searched_for_a_program()
    {
        var mbox = Encoding.Latin1.GetString(await ChangedAsync()).ReplaceLineEndings("\n");
        var folder = Directory.CreateTempSubdirectory("emailauth-many");
        try
        {
            foreach (var name in new[] { "1.eml", "2.eml" })
            {
                await File.WriteAllTextAsync(Path.Combine(folder.FullName, name), mbox, Encoding.Latin1, TestContext.Current.CancellationToken);
            }

            var run = await CommandRun.OfAsync(["verify", folder.FullName, "--json", .. Zone]);
            var lines = run.Output.Trim().ReplaceLineEndings("\n").Split('\n');
            Assert.Equal(2, lines.Length);
            Assert.All(lines, static line => Assert.DoesNotContain("signature_diagnoses", line, StringComparison.Ordinal));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    // Control characters, marks of direction and invisible tags are of the sender. JSON is for programs: it escapes the first and keeps the others.
    [Fact]
    public async Task Nothing_of_the_message_reaches_the_terminal_as_a_control()
    {
        byte[] message = [.. await OriginalAsync(), .. Encoding.UTF8.GetBytes("\u001b]0;x\u0007 \u009b2J \u202Etxt \u2066x \u2062 \U000E0041 \u0000 \uFFF9.\r\n"), 0xc3, 0x28, 0x9b, 0x0d, 0x0a];
        foreach (var form in new[] { "--explain", "--canonical", "--json" })
        {
            var run = await CommandRun.WithInputAsync(message, ["verify", "-", form, .. Zone]);
            Assert.Equal(0, run.ExitCode);
            Assert.DoesNotContain(run.Output.EnumerateRunes(), rune => rune.Value is not ('\r' or '\n') && Rune.GetUnicodeCategory(rune) switch
            {
                UnicodeCategory.Control => true,
                UnicodeCategory.Format => form != "--json",
                _ => false,
            });
            if (form == "--json")
            {
                using var outcome = JsonDocument.Parse(run.Output);
                var diff = outcome.RootElement.GetProperty("signature_diagnoses")[0].GetProperty("changes")[0].GetProperty("diff");
                Assert.Contains("\u202Etxt", diff[0].GetProperty("text").GetString(), StringComparison.Ordinal);
            }
        }
    }

    [Fact]
    public async Task The_canonical_form_is_printed_exactly()
    {
        var run = await CommandRun.OfAsync(["verify", Message, "--canonical", .. Zone]);
        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        var lines = run.Output.TrimEnd().ReplaceLineEndings("\n").Split('\n');
        Assert.Equal(4, lines.Count(static line => line.StartsWith("# signature ", StringComparison.Ordinal)));
        Assert.Contains("from:Joe SixPack <joe@football.example.com>\\r\\n", lines);
        Assert.Contains("Hi.\\r\\n", lines);
        Assert.All(lines.Where(static line => line.StartsWith('#')), static line => Assert.EndsWith(" octets: it matches", line, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("--against", "x", "--brief")]
    [InlineData("--against", "x", "--canonical")]
    [InlineData("--canonical", "--json")]
    [InlineData("--canonical", "testdata/messages")]
    [InlineData("--against", "testdata/messages/rfc8463-a3.eml", "testdata/messages")]
    public async Task What_does_not_fit_is_refused(params string[] options)
    {
        var run = await CommandRun.OfAsync(["verify", Message, .. options]);
        Assert.Equal((2, ""), (run.ExitCode, run.Output));
        Assert.Contains("--", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_copy_that_does_not_exist_is_named() =>
        Assert.Equal(3, (await CommandRun.OfAsync(["verify", Message, "--against", "no-such-file", .. Zone])).ExitCode);

    private static Task<byte[]> OriginalAsync() => File.ReadAllBytesAsync(Repository.PathOf(Message), TestContext.Current.CancellationToken);

    // With a control character, which must not reach a terminal.
    private static async Task<byte[]> ChangedAsync() => [.. await OriginalAsync(), .. "a footer\r\nsent by \u001ba list\r\n"u8];
}
