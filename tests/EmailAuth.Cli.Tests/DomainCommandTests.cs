using System.Text.Json;
using EmailAuth.Cli.Output;
using EmailAuth.Cli.Tests.Schemas;
using EmailAuth.Tests.TestSupport;
using Xunit;

namespace EmailAuth.Cli.Tests;

/// <summary><c>emailauth domain</c> on the made-up estate of <c>testdata/domains</c>.</summary>
public class DomainCommandTests
{
    private const string Estate = "testdata/domains/estate.zone";

    [Fact]
    public async Task The_answer_comes_first_with_the_record_to_publish()
    {
        var run = await RunAsync("spf-pass-all.example");
        Assert.Equal((1, ""), (run.ExitCode, run.Error));
        var change = run.Output.IndexOf("1. error: replace the SPF record (spf-pass-all)", StringComparison.Ordinal);
        var record = run.Output.IndexOf("spf-pass-all.example TXT \"v=spf1 ip4:192.0.2.10 ~all\"", StringComparison.Ordinal);
        Assert.InRange(change, 1, record);
        Assert.InRange(record, change, run.Output.IndexOf("Findings", StringComparison.Ordinal));
        Assert.Contains("What providers ask of senders (as of 2026-11-28)", run.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("sound.example", null, 0)]
    [InlineData("dmarc-policy-none.example", null, 0)] // a warning
    [InlineData("dmarc-policy-none.example", "error", 0)]
    [InlineData("dmarc-policy-none.example", "warning", 1)]
    [InlineData("sts-absent.example", "warning", 0)] // a note
    [InlineData("spf-syntax.example", "error", 1)]
    public async Task Fail_on_says_which_findings_fail_a_run(string domain, string? failOn, int expected) =>
        Assert.Equal(expected, (await RunAsync([domain, .. failOn is null ? Array.Empty<string>() : ["--fail-on", failOn]])).ExitCode);

    [Fact]
    public async Task What_is_not_known_is_not_sound()
    {
        using var zone = new TemporaryFile("""{"example.com": [{"type": "TXT", "data": "v=spf1 -all"}, {"type": "MX", "data": "."}], "_dmarc.example.com": [{"type": "TIMEOUT"}]}""");
        var run = await CommandRun.OfAsync("domain", "example.com", "--zone", zone.Path);
        Assert.Equal(3, run.ExitCode);
        Assert.Contains("no policy is known", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_JSON_of_every_domain_of_the_estate_is_as_the_schema_says()
    {
        var schema = await CheckedSchema.OfAsync(OutputSchema.Domain);
        using var list = new TemporaryFile(string.Join('\n', Rows().Select(row => row.GetProperty("domain").GetString())) + "\n# a comment\n\nnot a domain !\n", ".txt");
        var run = await RunAsync("--list", list.Path);
        var lines = run.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(Rows().Count() + 1, lines.Length);
        Assert.All(lines, line => Assert.Empty(schema.Faults(line)));
        Assert.Contains("\"error\":\"line ", lines[^1], StringComparison.Ordinal);
        Assert.Equal(1, run.ExitCode);
        Assert.NotEmpty(schema.Faults(lines[0].Replace("\"profile\"", "\"profil\"", StringComparison.Ordinal)));
        Assert.NotEmpty(schema.Faults(lines[0].Replace("\"sends\"", "\"Sends\"", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task One_domain_gives_an_object_and_several_a_line_each()
    {
        var schema = await CheckedSchema.OfAsync(OutputSchema.Domain);
        var one = await RunAsync("sound.example", "--json");
        Assert.StartsWith("{\n", one.Output.ReplaceLineEndings("\n"), StringComparison.Ordinal);
        Assert.Empty(schema.Faults(one.Output));
        var two = await RunAsync("sound.example", "spf-ptr.example", "--json");
        Assert.Equal(2, two.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
    }

    [Fact]
    public async Task The_JSON_has_a_message_and_its_selectors()
    {
        var schema = await CheckedSchema.OfAsync(OutputSchema.Domain);
        var run = await CommandRun.OfAsync(
            "domain", "football.example.com", "--zone", "testdata/zones/rfc8463.json", "--message", "testdata/messages/rfc8463-a3.eml", "--json");
        Assert.Equal("", run.Error);
        Assert.Empty(schema.Faults(run.Output));
        using var json = JsonDocument.Parse(run.Output);
        Assert.True(json.RootElement.GetProperty("message").GetProperty("dkim_aligned").GetBoolean());
        Assert.Contains(json.RootElement.GetProperty("dkim").EnumerateArray(), key => key.GetProperty("name").GetString() == "brisbane._domainkey.football.example.com");
        var alignment = json.RootElement.GetProperty("requirements").EnumerateArray().Single(row => row.GetProperty("name").GetString() == "alignment");
        Assert.All(alignment.GetProperty("providers").EnumerateArray(), cell => Assert.Equal("met", cell.GetProperty("state").GetString()));
    }

    [Fact]
    public async Task A_list_is_resumed_after_its_last_complete_line()
    {
        var names = Rows().Take(6).Select(row => row.GetProperty("domain").GetString()!).ToArray();
        using var list = new TemporaryFile(string.Join('\n', names), ".txt");
        using var output = new TemporaryFile("", ".jsonl");
        File.Delete(output.Path);
        Assert.InRange((await RunAsync("--list", list.Path, "--output", output.Path)).ExitCode, 0, 1);
        var whole = await File.ReadAllTextAsync(output.Path, TestContext.Current.CancellationToken);
        Assert.Equal(names, whole.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(DomainOf));

        var again = await RunAsync("--list", list.Path, "--output", output.Path);
        Assert.Equal(3, again.ExitCode);
        Assert.Contains("--resume", again.Error, StringComparison.Ordinal);

        // The end of a run may cut a line off.
        await File.WriteAllTextAsync(output.Path, whole[..(whole.Length / 2)], TestContext.Current.CancellationToken);
        await RunAsync("--list", list.Path, "--output", output.Path, "--resume");
        Assert.Equal(names, (await File.ReadAllLinesAsync(output.Path, TestContext.Current.CancellationToken)).Select(DomainOf));
        Assert.Equal(whole.Length, new FileInfo(output.Path).Length);
    }

    // An owner of a domain decides how deep the tree of its record is.
    [Fact]
    public async Task A_list_with_a_deep_tree_is_resumed()
    {
        var zone = string.Concat(Enumerable.Range(0, 70).Select(level => $"d{level}.example. TXT \"v=spf1 include:d{level + 1}.example -all\"\n"));
        using var file = new TemporaryFile(zone, ".zone");
        using var list = new TemporaryFile("d0.example\n", ".txt");
        using var output = new TemporaryFile("", ".jsonl");
        File.Delete(output.Path);
        Assert.Equal(1, (await CommandRun.OfAsync("domain", "--list", list.Path, "--output", output.Path, "--zone", file.Path)).ExitCode);
        var length = new FileInfo(output.Path).Length;
        var run = await CommandRun.OfAsync("domain", "--list", list.Path, "--output", output.Path, "--resume", "--zone", file.Path);
        // The exit code is also for the earlier lines.
        Assert.Equal((1, "", length), (run.ExitCode, run.Error, new FileInfo(output.Path).Length));
    }

    [Fact]
    public async Task A_list_can_be_CSV()
    {
        using var list = new TemporaryFile("spf-ptr.example\n=cmd|' /C calc'!A0\n", ".txt");
        var run = await RunAsync("--list", list.Path, "--csv");
        var lines = run.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal("domain,profile,errors,warnings,policy,spf_lookups,mta_sts,tls_rpt,unknown,findings,error", lines[0]);
        Assert.Equal("spf-ptr.example,sends,0,1,reject,1,yes,yes,no,spf-ptr,", lines[1]);
        Assert.StartsWith(",,,,,,,,,,line 2: ", lines[2], StringComparison.Ordinal);
        Assert.All(lines, line => Assert.Equal(10, line.Count(static c => c == ',')));
    }

    [Theory]
    [InlineData("v=spf1 include:spf.hosts.example -all", 0, "found: no errors, no warnings")]
    [InlineData("v=spf1 include:nothing.hosts.example -all", 1, "has no SPF record")]
    [InlineData("v=DMARC1; p=rejct", 1, "not none, quarantine or reject")]
    public async Task One_text_is_checked_before_it_is_published(string record, int expected, string text)
    {
        var run = await RunAsync("--record", record);
        Assert.Equal(expected, run.ExitCode);
        Assert.Contains(text, run.Output, StringComparison.Ordinal);
        Assert.Equal(expected, (await RunAsync("sound.example", "--record", record, "--json")).ExitCode);
    }

    [Theory]
    [InlineData("$ORIGIN example.com.\n@ TXT v=spf1\n a x", 3, "line 3: \"x\" is not a valid IPv4 address", null)]
    [InlineData("@ TXT \"v=spf1 -all\"\n", 3, "without $ORIGIN", null)]
    [InlineData("@ TXT \"v=spf1 -all\"\n@ MX 0 .\n_dmarc TXT \"v=DMARC1; p=reject\"\n", 0, null, "example.com")]
    public async Task A_master_file_is_checked_before_it_is_published(string zone, int expected, string? error, string? origin)
    {
        using var file = new TemporaryFile(zone, ".zone");
        var run = await CommandRun.OfAsync(["domain", "example.com", "--zone", file.Path, .. origin is null ? Array.Empty<string>() : ["--origin", origin]]);
        Assert.Equal(expected, run.ExitCode);
        Assert.Contains(error ?? "parked", error is null ? run.Output : run.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("NAME is missing")]
    [InlineData("NAME and --list exclude", "a.example", "--list", "x")]
    [InlineData("--resume needs --output", "--list", "x", "--resume")]
    [InlineData("--csv and --output are for --list", "a.example", "--csv")]
    [InlineData("--record is for one NAME", "a.example", "b.example", "--record", "v=spf1 -all")]
    [InlineData("--probe-mailboxes is not for lists", "--list", "x", "--probe-mailboxes")]
    [InlineData("--zone and --probe-mailboxes exclude", "a.example", "--zone", "x", "--probe-mailboxes")]
    [InlineData("is not a domain", "a..example")]
    [InlineData("--ip must be", "a.example", "--ip", "mail")]
    [InlineData("--in-flight must be", "--list", "x", "--in-flight", "0")]
    [InlineData("--origin must be", "a.example", "--origin", "a..b")]
    [InlineData("--record needs a text", "a.example", "--record", "hello")]
    public async Task Wrong_usage_is_said(string message, params string[] arguments)
    {
        var run = await RunAsync(arguments);
        Assert.Equal(2, run.ExitCode);
        Assert.Contains(message, run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_help_says_what_probing_may_cause()
    {
        var run = await CommandRun.OfAsync("domain", "--help");
        Assert.Contains("block lists", run.Output, StringComparison.Ordinal);
        Assert.Contains("Nothing is sent", run.Output, StringComparison.Ordinal);
    }

    private static IEnumerable<JsonElement> Rows() =>
        File.ReadLines(Repository.PathOf("testdata", "domains", "estate.jsonl")).Select(static line => JsonDocument.Parse(line).RootElement);

    private static string? DomainOf(string line) => JsonDocument.Parse(line).RootElement.GetProperty("domain").GetString();

    private static Task<CommandRun> RunAsync(params string[] arguments) => CommandRun.OfAsync(["domain", .. arguments, "--zone", Estate]);
}
