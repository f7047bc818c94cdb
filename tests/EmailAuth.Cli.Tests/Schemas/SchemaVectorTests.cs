using System.Net;
using System.Text;
using System.Text.Json;
using EmailAuth.Cli.Envelopes;
using EmailAuth.Cli.Output;
using EmailAuth.Policy;
using EmailAuth.Tests.TestSupport;
using Xunit;

namespace EmailAuth.Cli.Tests.Schemas;

/// <summary>What the command prints for every vector is as the schemas say.</summary>
public class SchemaVectorTests
{
    private static readonly string Shared = Repository.PathOf("..", "shared", "suites");

    public static TheoryData<string> Files =>
    [
        .. Directory.GetFiles(Repository.PathOf("testdata", "vectors"), "*.jsonl").Order(StringComparer.Ordinal)
            .Concat(Directory.Exists(Shared) ? Directory.GetFiles(Shared, "*.jsonl", SearchOption.AllDirectories).Order(StringComparer.Ordinal) : [])
            .Where(file => !file.Contains(".probe.", StringComparison.Ordinal))
            .Select(file => Path.GetRelativePath(Repository.Root, file)),
    ];

    [Theory]
    [MemberData(nameof(Files))]
    public async Task The_outcomes_and_batch_lines_of_a_file_of_vectors_are_as_the_schemas_say(string file)
    {
        var (outcomes, lines) = (await CheckedSchema.OfAsync(OutputSchema.Outcome), await CheckedSchema.OfAsync(OutputSchema.BatchLine));
        var faults = new List<string>();
        var count = 0;
        await foreach (var (id, outcome, json) in JudgeAsync(file))
        {
            count++;
            faults.AddRange(outcomes.Faults(json).Select(fault => $"{id}: {fault}"));
            faults.AddRange(lines.Faults(BatchResult.ToJsonLine(id, outcome)).Select(fault => $"{id}, batch: {fault}"));
        }

        Assert.True(count > 0);
        Assert.True(faults.Count == 0, string.Join("\n", faults.Take(20)));
    }

    // A field that nothing writes any more would stay in the schema unseen.
    [Fact]
    public async Task Every_field_of_the_outcome_is_written_for_some_vector()
    {
        var written = new HashSet<string>(StringComparer.Ordinal);
        foreach (var file in Directory.GetFiles(Repository.PathOf("testdata", "vectors"), "*.jsonl"))
        {
            await foreach (var (_, _, json) in JudgeAsync(Path.GetRelativePath(Repository.Root, file)))
            {
                using var document = JsonDocument.Parse(json);
                written.UnionWith(JsonPaths.Members(document.RootElement).Select(member => SchemaFields.Canonical(member.Path)));
            }
        }

        // No vector has a field that is to be removed, and few have a way.
        var message = "Received: from a.example ([192.0.2.1]) by b.example with ESMTP id 1; Thu, 1 Jan 2026 00:00:02 +0000\r\n"
            + "Authentication-Results: localhost; spf=pass smtp.mailfrom=a.example\r\nReceived: by a.example; Thu, 1 Jan 2026 00:00:00 +0000\r\n\r\n";
        var forged = BatchLine.Parse($$$"""{"input":{"message_b64":"{{{Convert.ToBase64String(Encoding.ASCII.GetBytes(message))}}}"}}""").Value!;
        var judged = await new VectorRunner().EvaluateAsync(forged.Input, forged.Zone, TestContext.Current.CancellationToken);
        using var outcome = JsonDocument.Parse(MessageAccount.Of(judged, Encoding.ASCII.GetBytes(message), Guessed(message), DateTimeOffset.UnixEpoch, isWhole: true).Json(JsonOutput.Indented));
        written.UnionWith(JsonPaths.Members(outcome.RootElement).Select(member => member.Path));
        Assert.Empty((await CheckedSchema.OfAsync(OutputSchema.Outcome)).Faults(outcome.RootElement.GetRawText()));

        // No vector has relays and exceptions of a site.
        foreach (var received in (string[])["from a.example (a.example [192.0.2.1]) by relay.example (Postfix) with ESMTP id 1; Thu, 1 Jan 2026 00:00:02 +0000", "by nobody"])
        {
            var relayed = await new AuthenticationPipeline(new ZoneResolver(new Zone()), OfASite).AuthenticateAsync(
                new SmtpEnvelope(IPAddress.Parse("198.51.100.1"), "relay.example", "a@a.example"),
                Encoding.ASCII.GetBytes($"Received: {received}\r\nFrom: a@a.example\r\n\r\n"),
                TestContext.Current.CancellationToken);
            using var json = JsonDocument.Parse(MessageAccount.Of(relayed, default).Json(JsonOutput.Indented));
            written.UnionWith(JsonPaths.Members(json.RootElement).Select(member => SchemaFields.Canonical(member.Path)));
            Assert.Empty((await CheckedSchema.OfAsync(OutputSchema.Outcome)).Faults(json.RootElement.GetRawText()));
        }

        // Only the command looks for what changed a message, and compares with a copy.
        var path = Repository.PathOf("testdata", "messages", "changed-on-the-way.eml");
        var changed = await File.ReadAllBytesAsync(path, TestContext.Current.CancellationToken);
        var appended = Encoding.Latin1.GetBytes(Encoding.Latin1.GetString(await File.ReadAllBytesAsync(
            Repository.PathOf("testdata", "messages", "rfc8463-a3.eml"), TestContext.Current.CancellationToken)) + "a footer\r\n");
        foreach (var (bytes, zone) in new[] { (changed, "changed-on-the-way.json"), (appended, "rfc8463.json") })
        {
            var resolver = new ZoneResolver(Zone.Load(Repository.PathOf("testdata", "zones", zone)).Value!);
            var broken = await new AuthenticationPipeline(resolver, new AuthenticationOptions { AuthservId = "mx.example.org" }).AuthenticateAsync(
                new SmtpEnvelope(IPAddress.Parse("192.0.2.1"), "mail.example.com", "joe@example.com"), bytes, TestContext.Current.CancellationToken);
            var account = MessageAccount.Of(broken, bytes);
            await new SignatureSearch(resolver, "From: joe@football.example.com\r\nSubject: other\r\n\r\nother\r\n"u8.ToArray()).AddAsync(account, bytes, TestContext.Current.CancellationToken);
            using var json = JsonDocument.Parse(account.Json(JsonOutput.Indented));
            written.UnionWith(JsonPaths.Members(json.RootElement).Select(member => SchemaFields.Canonical(member.Path)));
            Assert.Empty((await CheckedSchema.OfAsync(OutputSchema.Outcome)).Faults(json.RootElement.GetRawText()));
        }

        // The name of the message comes with several messages only.
        var described = SchemaFields.Of(OutputSchema.Outcome).Select(field => SchemaFields.Canonical(field.Path)).Except(["message"]);
        Assert.Empty(described.Except(written));
    }

    private static AuthenticationOptions OfASite => new()
    {
        AuthservId = "mx.example.org",
        Relays = [Relay.Parse("198.51.100.0/24")!],
        LocalPolicy = new LocalPolicy { Exceptions = PolicyExceptions.Parse("a.example reject until 2100-01-01 # known to be forged").Value! },
    };

    // Vectors have the envelope of an SMTP client, never a guessed one.
    private static StoredEnvelope Guessed(string message) =>
        StoredEnvelopeReader.Read(new EnvelopeChoice(null, null, null, null, null), Encoding.ASCII.GetBytes(message), null);

    private static async IAsyncEnumerable<(string Id, AuthenticationOutcome Outcome, string Json)> JudgeAsync(string file)
    {
        var runner = new VectorRunner();
        foreach (var vector in VectorFile.Read(Repository.PathOf(file)))
        {
            var result = await runner.RunAsync(vector.Value!, TestContext.Current.CancellationToken);
            yield return (result.Id, result.Outcome, MessageAccount.Of(result.Outcome, vector.Value!.Input.Message ?? default).Json(JsonOutput.Indented));
        }
    }
}
