using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using EmailAuth.Cli.Output;
using EmailAuth.Tests.TestSupport;
using Xunit;

namespace EmailAuth.Cli.Tests.Schemas;

/// <summary><c>--schema</c> prints what the output of the command is checked with; what is not so is refused.</summary>
public class SchemaOptionTests
{
    private const string Message = "testdata/messages/rfc8463-a3.eml";

    private static readonly string[] Envelope =
    [
        "--zone", "testdata/zones/rfc8463.json", "--ip", "192.0.2.1", "--helo", "mail.football.example.com",
        "--mail-from", "joe@football.example.com", "--authserv-id", "mx.example.org",
    ];

    [Theory]
    [InlineData("verify", OutputSchema.Outcome)]
    [InlineData("batch", OutputSchema.BatchLine)]
    public async Task The_option_prints_the_schema_and_reads_nothing(string command, string name)
    {
        var run = await CommandRun.WithInputAsync("nonsense"u8.ToArray(), command, "--schema");
        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        Assert.Equal(await File.ReadAllTextAsync(Repository.PathOf("src", "EmailAuth.Cli", "schemas", name), TestContext.Current.CancellationToken), run.Output);
        using var schema = JsonDocument.Parse(run.Output);
        Assert.Equal("https://json-schema.org/draft/2020-12/schema", schema.RootElement.GetProperty("$schema").GetString());
        Assert.Equal(name, schema.RootElement.GetProperty("$id").GetString());
    }

    [Theory]
    [InlineData("verify")]
    [InlineData("batch")]
    public async Task The_help_names_the_option(string command)
    {
        var run = await CommandRun.OfAsync(command, "--help");
        Assert.Contains("--schema", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task One_message_gives_an_object_as_the_schema_says()
    {
        var schema = await CheckedSchema.OfAsync(OutputSchema.Outcome);
        Assert.Empty(schema.Faults(await VerifyAsync()));
        var bare = await CommandRun.WithInputAsync("Subject: \0x\n\nx\n"u8.ToArray(), "verify", "--json", "--zone", "testdata/zones/rfc8463.json");
        Assert.Contains("null_byte", bare.Output, StringComparison.Ordinal);
        Assert.Empty(schema.Faults(bare.Output));
    }

    [Fact]
    public async Task Many_messages_give_objects_as_the_schema_says()
    {
        var schema = await CheckedSchema.OfAsync(OutputSchema.Outcome);
        var run = await CommandRun.OfAsync(["verify", "testdata/messages", "--json", .. Envelope]);
        var lines = run.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.True(lines.Length > 1);
        Assert.All(lines, line => Assert.Contains("\"message\"", line, StringComparison.Ordinal));
        Assert.All(lines, line => Assert.Empty(schema.Faults(line)));
    }

    [Fact]
    public async Task The_lines_of_a_batch_are_as_the_schema_says()
    {
        var schema = await CheckedSchema.OfAsync(OutputSchema.BatchLine);
        var message = Convert.ToBase64String(await File.ReadAllBytesAsync(Repository.PathOf(Message), TestContext.Current.CancellationToken));
        string[] input = [$$$"""{"id":"1","input":{"message_b64":"{{{message}}}","ip":"192.0.2.1"}}""", """{"input":{}}""", "nonsense", """{"id":"4","input":{"ip":"x"}}"""];
        var run = await CommandRun.WithInputAsync(Encoding.UTF8.GetBytes(string.Join('\n', input)), "batch", "--zone", "testdata/zones/rfc8463.json");
        var lines = run.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal([false, false, true, true], lines.Select(line => line.StartsWith("{\"id\":null,\"error\"", StringComparison.Ordinal)));
        Assert.All(lines, line => Assert.Empty(schema.Faults(line)));

        // A line is the one kind or the other.
        Assert.NotEmpty(schema.Faults("""{"id":null}"""));
        Assert.NotEmpty(schema.Faults("""{"id":"1","error":"line 1: x"}"""));
        Assert.NotEmpty(schema.Faults("""{"id":null,"error":null}"""));
        Assert.NotEmpty(schema.Faults(lines[0].Replace("\"error\":null", "\"error\":\"line 1: x\"", StringComparison.Ordinal)));
        Assert.NotEmpty(schema.Faults(lines[0].Replace("\"result\"", "\"resullt\"", StringComparison.Ordinal)));
        Assert.NotEmpty(schema.Faults(lines[0].Replace("\"pass\"", "\"Pass\"", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task A_member_with_another_name_or_more_or_another_type_is_refused_anywhere()
    {
        var schema = await CheckedSchema.OfAsync(OutputSchema.Outcome);
        var json = await VerifyAsync();
        var objects = Objects(JsonNode.Parse(json)!).ToList();
        Assert.True(objects.Count > 15);
        for (var index = 0; index < objects.Count; index++)
        {
            Refused(index, target => target["unknown"] = null, "a further member");
            foreach (var name in objects[index].Select(member => member.Key))
            {
                // No field is an object with such a member.
                Refused(index, target => target[name] = new JsonObject { ["unknown"] = 1 }, $"another type of {name}");
                Refused(index, target => Rename(target, name), $"another name of {name}");
            }
        }

        void Refused(int index, Action<JsonObject> change, string what)
        {
            var changed = JsonNode.Parse(json)!;
            change(Objects(changed).ElementAt(index));
            Assert.True(schema.Faults(changed.ToJsonString()).Count > 0, $"{objects[index].GetPath()}: {what}");
        }
    }

    [Theory]
    [InlineData("author", "reason", "1")]
    [InlineData("author", "header_defects", "\"None\"")]
    [InlineData("author", "header_defects", "[\"BareLineFeed\"]")]
    [InlineData("disposition", "action", "null")]
    [InlineData("disposition", "action", "\"Accept\"")]
    [InlineData("spf", "result", "\"SoftFail\"")]
    [InlineData("spf", "lookups", "-1")]
    [InlineData("spf", "lookups", "\"1\"")]
    [InlineData("spf", "lookups", "1.5")]
    [InlineData("dmarc", "policy_assumed", "\"no\"")]
    [InlineData("dmarc", "policy", "\"\"")]
    [InlineData("dmarc", "alignments", "[1]")]
    public async Task A_value_that_the_schema_does_not_know_is_refused(string part, string name, string value)
    {
        var schema = await CheckedSchema.OfAsync(OutputSchema.Outcome);
        var outcome = JsonNode.Parse(await VerifyAsync())!;
        Assert.True(outcome[part]!.AsObject().ContainsKey(name));
        outcome[part]![name] = JsonNode.Parse(value);
        Assert.NotEmpty(schema.Faults(outcome.ToJsonString()));
    }

    private static async Task<string> VerifyAsync() => (await CommandRun.OfAsync(["verify", Message, "--json", .. Envelope])).Output;

    private static void Rename(JsonObject target, string name)
    {
        var value = target[name]?.DeepClone();
        target.Remove(name);
        target[name + "s"] = value;
    }

    private static IEnumerable<JsonObject> Objects(JsonNode node) => node switch
    {
        JsonObject found => found.Select(member => member.Value).OfType<JsonNode>().SelectMany(Objects).Prepend(found),
        JsonArray list => list.OfType<JsonNode>().SelectMany(Objects),
        _ => [],
    };
}
