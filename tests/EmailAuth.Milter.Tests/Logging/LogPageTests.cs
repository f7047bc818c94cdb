using System.Text.Json;
using EmailAuth.Milter.Logging;
using EmailAuth.Tests.TestSupport;

namespace EmailAuth.Milter.Tests.Logging;

/// <summary>The page of the log has what a line has.</summary>
public sealed class LogPageTests
{
    private static readonly string Page = File.ReadAllText(Repository.PathOf("src", "EmailAuth.Milter", "README.md"));

    [Theory]
    [InlineData(null)]
    [InlineData("trusted network")]
    public async Task Every_key_of_a_line_is_on_the_page(string? notJudged)
    {
        var entry = await JudgeAsync(notJudged);
        var text = entry.ToString();
        var buffer = new System.Buffers.ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            MessageLogMembers.Write(json, entry);
            json.WriteEndObject();
        }

        using var written = JsonDocument.Parse(buffer.WrittenMemory);
        var keys = text[..text.IndexOf('"', StringComparison.Ordinal)].Split(' ').Skip(1).Select(static word => word.Split('=')[0])
            .Concat(written.RootElement.EnumerateObject().Select(static member => member.Name));

        Assert.All(keys, static key => Assert.Contains($"`{key}`", Page, StringComparison.Ordinal));
    }

    private static Task<MessageLogEntry> JudgeAsync(string? notJudged) => LoggedMessages.JudgeAsync(
        "strict.example", change: static options => LoggedMessages.Signing(LoggedMessages.Acting(options)), notJudged: notJudged,
        fields: [LoggedMessages.Signature(), ("Authentication-Results", " mx.example.org; dmarc=pass")]);
}
