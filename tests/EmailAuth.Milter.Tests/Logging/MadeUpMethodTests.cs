using System.Text.Json;
using EmailAuth.Milter.Logging;
using EmailAuth.Tests.TestSupport;

namespace EmailAuth.Milter.Tests.Logging;

/// <summary>The milter's log has a method that exists in the tests alone: it has no list of its own.</summary>
public sealed class MadeUpMethodTests
{
    [Fact]
    public async Task A_line_has_it_after_the_methods_of_the_dialogue_and_its_reason_at_the_end()
    {
        var line = (await JudgeAsync()).ToString();

        Assert.Contains(" iprev=permerror spf_helo=fail spf=pass ", line, StringComparison.Ordinal);
        Assert.Contains(" made-up=permerror ", line, StringComparison.Ordinal);
        Assert.EndsWith(" made-up_reason=\"nobody made it\"", line, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_JSON_log_has_its_result_whom_it_speaks_of_and_why()
    {
        var buffer = new System.Buffers.ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            MessageLogMembers.Write(json, await JudgeAsync());
            json.WriteEndObject();
        }

        using var written = JsonDocument.Parse(buffer.WrittenMemory);
        Assert.Equal(
            """{"result":"permerror","domain":"maker.example","reason":"nobody made it"}""", written.RootElement.GetProperty("made-up").GetRawText());
        Assert.Equal(
            ["author", "iprev", "spf_helo", "spf", "dkim", "arc", "dmarc", "made-up", "lookups"],
            written.RootElement.EnumerateObject().Select(member => member.Name).SkipWhile(name => name != "author").TakeWhile(name => name != "action"));
    }

    private static async Task<MessageLogEntry> JudgeAsync()
    {
        var entry = await LoggedMessages.JudgeAsync("strict.example", "192.0.2.7");
        var outcome = entry.Verdict.Outcome!;
        return entry with { Verdict = entry.Verdict with { Outcome = outcome.WithMethod(new MadeUpMethod()) } };
    }
}
