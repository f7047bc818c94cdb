using System.Text.Json;
using Xunit;

namespace EmailAuth.Cli.Tests;

/// <summary>The commands that explain what a domain publishes: spf, dkim, dmarc.</summary>
public class PublishedCommandTests
{
    private static readonly string[] Zone = ["--zone", "testdata/zones/published.json"];

    [Theory]
    [InlineData(0, "spf", "good.example.com")]
    [InlineData(1, "spf", "example.com")]
    [InlineData(1, "spf", "nothing.example.com")]
    [InlineData(1, "spf", "open.example.com")]
    [InlineData(3, "spf", "slow.example.com")]
    [InlineData(2, "spf", "a..b", "--mail-from", "joe@a..b")]
    [InlineData(2, "spf", "example.com", "--mail-from", "joe@example.net")]
    [InlineData(0, "dkim", "example.com", "good")]
    [InlineData(0, "dkim", "example.com", "weak")]
    [InlineData(1, "dkim", "example.com", "revoked")]
    [InlineData(1, "dkim", "example.com", "broken")]
    [InlineData(1, "dkim", "example.com", "absent")]
    [InlineData(3, "dkim", "slow.example.com", "good")]
    [InlineData(2, "dkim", "a..b")]
    [InlineData(0, "dmarc", "good.example.com")]
    [InlineData(0, "dmarc", "example.com")]
    [InlineData(1, "dmarc", "bad.example.com")]
    [InlineData(1, "dmarc", "lower.example.org")]
    public async Task The_exit_code_says_whether_what_is_published_has_an_error(int exitCode, params string[] arguments)
    {
        Assert.Equal(exitCode, (await CommandRun.OfAsync([.. arguments, .. Zone])).ExitCode);
    }

    [Fact]
    public async Task Each_finding_of_an_spf_record_is_under_its_place()
    {
        var lines = await LinesAsync("spf", "example.com");
        AssertMark(lines, "ptr", "^~~ warning: ptr is slow");
        AssertMark(lines, "?all", "^~~~ warning: ?all says nothing");
        AssertMark(lines, "include:broken.example.net", "^~~~~~~~~~~~~~~~~~~~~~~~~~ error: broken.example.net has no valid SPF record");
        AssertMark(lines, "ipv4:203.0.113.1", "^ error: not a known mechanism");
        Assert.Contains(lines, line => line.Contains("several spaces in a row", StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_include_tree_numbers_the_lookups_and_continues_beyond_the_limit()
    {
        var lines = await LinesAsync("spf", "many.example.com");
        Assert.Contains("  |- [10] a:h10.example.com: no such name", lines);
        Assert.Contains("  `- [11] a:h11.example.com: no such name", lines);
        Assert.Contains("  lookups: 11 of 10", lines);
        Assert.Contains("  lookups that find nothing: 11 of 2 for an IPv6 client, 2 for an IPv4 client", lines);
        Assert.Contains(lines, line => line.Contains("error: 11 DNS lookups, but only 10 are allowed", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_loop_of_includes_is_reported_and_the_walk_ends()
    {
        var lines = await LinesAsync("spf", "loop.example.com");
        Assert.Contains(lines, line => line.Contains("loop.example.com leads back to itself", StringComparison.Ordinal));
        Assert.Contains("  lookups: 2 of 10", lines);
    }

    [Fact]
    public async Task Several_records_and_a_record_with_a_quotation_mark_are_reported()
    {
        Assert.Contains(await LinesAsync("spf", "two.example.com"), line => line.Contains("2 SPF records, but only one is allowed", StringComparison.Ordinal));
        Assert.Contains(await LinesAsync("spf", "quoted.example.com"), line => line.Contains("a quotation mark before v=spf1", StringComparison.Ordinal));
    }

    [Fact]
    public async Task With_an_address_the_check_is_shown_term_by_term()
    {
        var lines = await LinesAsync("spf", "good.example.com", "--ip", "198.51.100.7");
        Assert.Contains("  result: pass", lines);
        Assert.Contains("  |- ip4:192.0.2.0/24: no match", lines);
        Assert.Contains("  `- include:_spf.example.net: match", lines);
    }

    [Fact]
    public async Task Texts_of_domain_owners_cannot_control_the_terminal()
    {
        foreach (var arguments in new string[][] { ["spf", "evil.example.com"], ["spf", "evil.example.com", "--json"] })
        {
            var run = await CommandRun.OfAsync([.. arguments, .. Zone]);
            Assert.DoesNotContain('\u001b', run.Output);
            Assert.DoesNotContain(run.Output, c => char.IsControl(c) && c is not ('\n' or '\r'));
        }

        Assert.Contains(await LinesAsync("spf", "evil.example.com"), line => line.Contains("v=spf1 ?[2J? -all", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_key_record_is_explained_with_the_size_of_the_key()
    {
        var lines = await LinesAsync("dkim", "example.com", "weak");
        AssertMark(lines, "t=y", "^~~ warning: t=y says that the domain is only testing");
        Assert.Contains(lines, line => line.Contains("the public key: RSA, 1024 bits", StringComparison.Ordinal));
        Assert.Contains(lines, line => line.Contains("at least 2048 should be used", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_dmarc_record_is_explained_with_its_walk_and_its_risks()
    {
        var lines = await LinesAsync("dmarc", "news.example.com");
        Assert.Contains("  _dmarc.news.example.com: NXDOMAIN", lines);
        Assert.Contains(lines, line => line.StartsWith("  _dmarc.example.com: v=DMARC1; p=quarantine", StringComparison.Ordinal));
        Assert.Contains("  organizational domain: example.com", lines);
        AssertMark(lines, "sp=none", "^~~~~~~ warning: sp is weaker than p");
        AssertMark(lines, "reports.example.net; fo", "^~~~~~~~~~~~~~~~~~~ warning: reports.example.net has not agreed");
    }

    [Fact]
    public async Task A_text_that_looks_like_a_dmarc_record_is_shown_with_its_error()
    {
        var lines = await LinesAsync("dmarc", "www.lower.example.org");
        AssertMark(lines, "dmarc1;", "^ error: the version is not exactly \"DMARC1\"");
    }

    [Theory]
    [InlineData("dkim example.com good", "dkim good._domainkey.example.com")]
    [InlineData("dkim example.com weak", "dkim WEAK._domainkey.example.com.")]
    public async Task A_name_with_selector_and_domain_is_accepted(string apart, string together)
    {
        var run = await CommandRun.OfAsync([.. together.Split(' '), .. Zone]);
        Assert.Equal(await CommandRun.OfAsync([.. apart.Split(' '), .. Zone]), run);
        Assert.Contains("DKIM key ", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_name_of_a_dmarc_record_is_accepted_for_its_domain()
    {
        var lines = await LinesAsync("dmarc", "_dmarc.good.example.com");
        Assert.Contains("DMARC of good.example.com", lines);
        Assert.Contains("  note: _dmarc.good.example.com is where the record of good.example.com is published; this is the policy of good.example.com", lines);
    }

    [Fact]
    public async Task The_option_common_tries_common_selectors()
    {
        using var zone = new TemporaryFile("""
            {"s1._domainkey.a.example": [{"type": "TXT", "data": "v=DKIM1; k=ed25519; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo="}],
            "google._domainkey.a.example": [{"type": "TXT", "data": "v=DKIM1; p="}]}
            """);
        var run = await CommandRun.OfAsync("dkim", "a.example", "--common", "--zone", zone.Path);
        Assert.Equal(1, run.ExitCode);
        Assert.Contains("DKIM key s1._domainkey.a.example", run.Output, StringComparison.Ordinal);
        Assert.Contains("DKIM key google._domainkey.a.example", run.Output, StringComparison.Ordinal);
        Assert.EndsWith("found: 1 error, no warnings", run.Output.TrimEnd(), StringComparison.Ordinal);
        using var json = JsonDocument.Parse((await CommandRun.OfAsync("dkim", "a.example", "--common", "--json", "--zone", zone.Path)).Output);
        Assert.Equal(2, json.RootElement.GetArrayLength());

        var none = await CommandRun.OfAsync("dkim", "b.example", "--common", "--zone", zone.Path);
        Assert.Equal((0, ""), (none.ExitCode, none.Error));
        Assert.Contains("The domain may still have keys", none.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Aliases_of_a_key_are_shown_also_when_they_work_and_a_loop_ends()
    {
        using var zone = new TemporaryFile("""
            {"s1._domainkey.a.example": [{"type": "CNAME", "data": "k.esp.example"}], "k.esp.example": [{"type": "CNAME", "data": "k2.esp.example"}],
            "k2.esp.example": [{"type": "TXT", "data": "v=DKIM1; k=ed25519; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo="}],
            "s2._domainkey.a.example": [{"type": "CNAME", "data": "empty.esp.example"}], "empty.esp.example": [{"type": "A", "data": "192.0.2.1"}],
            "s3._domainkey.a.example": [{"type": "CNAME", "data": "s4._domainkey.a.example"}], "s4._domainkey.a.example": [{"type": "CNAME", "data": "s3._domainkey.a.example"}]}
            """);
        var good = await CommandRun.OfAsync("dkim", "a.example", "s1", "--zone", zone.Path);
        Assert.Equal(0, good.ExitCode);
        Assert.Contains("note: s1._domainkey.a.example is an alias of k.esp.example, which is an alias of k2.esp.example: the key is published there", good.Output, StringComparison.Ordinal);
        var empty = await CommandRun.OfAsync("dkim", "a.example", "s2", "--zone", zone.Path);
        Assert.Contains("s2._domainkey.a.example is an alias of empty.esp.example, which has no TXT record", empty.Output, StringComparison.Ordinal);
        Assert.Equal(3, (await CommandRun.OfAsync("dkim", "a.example", "s3", "--zone", zone.Path)).ExitCode);
    }

    [Theory]
    [InlineData("spf", "example.com")]
    [InlineData("dkim", "example.com", "weak")]
    [InlineData("dmarc", "example.com")]
    public async Task The_counts_of_errors_and_warnings_close_the_page_and_are_in_the_json(params string[] arguments)
    {
        var last = (await LinesAsync(arguments)).Last(line => line.Length > 0);
        using var json = JsonDocument.Parse((await CommandRun.OfAsync([.. arguments, "--json", .. Zone])).Output);
        var (errors, warnings) = (json.RootElement.GetProperty("errors").GetInt32(), json.RootElement.GetProperty("warnings").GetInt32());
        Assert.True(warnings > 0);
        Assert.Equal($"  found: {(errors == 0 ? "no errors" : errors == 1 ? "1 error" : $"{errors} errors")}, {(warnings == 1 ? "1 warning" : $"{warnings} warnings")}", last);
    }

    [Theory]
    [InlineData("spf", "example.com", "--ip", "192.0.2.1")]
    [InlineData("dkim", "example.com", "weak")]
    [InlineData("dmarc", "example.com")]
    public async Task Json_holds_the_records_their_terms_and_the_findings_with_positions(params string[] arguments)
    {
        var run = await CommandRun.OfAsync([.. arguments, "--json", .. Zone]);
        using var document = JsonDocument.Parse(run.Output);
        var owner = document.RootElement.TryGetProperty("tree", out var tree) ? tree : document.RootElement;
        var record = owner.GetProperty("records")[0];
        var text = record.GetProperty("text").GetString()!;
        Assert.NotEmpty(record.GetProperty("terms").EnumerateArray());
        Assert.All(record.GetProperty("terms").EnumerateArray(), term => Assert.InRange(term.GetProperty("position").GetInt32(), 0, text.Length));
        Assert.Contains(record.GetProperty("findings").EnumerateArray(), finding => finding.GetProperty("severity").GetString() == "warning");
        Assert.All(record.GetProperty("findings").EnumerateArray(), finding => Assert.StartsWith(arguments[0] + "-", finding.GetProperty("code").GetString(), StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("is not a domain", "spf", "not a domain")]
    [InlineData("is not a selector", "dkim", "example.com", "a b")]
    [InlineData("must be an address at example.com, as that", "spf", "example.com", "--mail-from", "joe@example.net")]
    [InlineData("'joe@@example.com' is not an address", "spf", "example.com", "--mail-from", "joe@@example.com")]
    [InlineData("SELECTOR is missing. It is the value of s= in the DKIM-Signature field with d=example.com", "dkim", "example.com")]
    [InlineData("choose one", "dkim", "example.com", "brisbane", "--common")]
    [InlineData("Required argument", "dkim")]
    [InlineData("emailauth bimi example.com --selector brand", "bimi", "brand._bimi.example.com")]
    public async Task A_mistake_in_the_arguments_is_explained_in_one_line(string says, params string[] arguments)
    {
        var run = await CommandRun.OfAsync(arguments);
        Assert.Equal((2, ""), (run.ExitCode, run.Output));
        Assert.Contains(says, run.Error, StringComparison.Ordinal);
        Assert.Equal(1, run.Error.AsSpan().Count('\n'));
    }

    [Theory]
    [InlineData("verify")]
    [InlineData("spf")]
    [InlineData("dkim")]
    [InlineData("dmarc")]
    [InlineData("vectors")]
    [InlineData("batch")]
    [InlineData("completions")]
    public async Task The_help_of_a_command_ends_in_examples_and_exit_codes(string command)
    {
        var run = await CommandRun.OfAsync(command, "--help");
        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        Assert.Contains($"  emailauth {command} ", run.Output, StringComparison.Ordinal);
        Assert.Contains("Exit codes: 0", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Colours_in_a_pipe_are_off_unless_they_are_forced()
    {
        var plain = await CommandRun.OfAsync(["spf", "good.example.com", .. Zone]);
        Assert.DoesNotContain('\u001b', plain.Output);
        var forced = await CommandRun.WithEnvironmentAsync("CLICOLOR_FORCE", "1", ["spf", "good.example.com", .. Zone]);
        Assert.Contains("\u001b[", forced.Output, StringComparison.Ordinal);
    }

    private static async Task<string[]> LinesAsync(params string[] arguments) =>
        (await CommandRun.OfAsync([.. arguments, .. Zone])).Output.ReplaceLineEndings("\n").Split('\n');

    // The mark's line comes after the record's, perhaps with other marks between, and its caret is under the text.
    private static void AssertMark(string[] lines, string text, string mark)
    {
        var at = Array.FindIndex(lines, line => line.TrimStart().StartsWith(mark, StringComparison.Ordinal));
        Assert.True(at > 0, $"No line starts with '{mark}':\n{string.Join('\n', lines)}");
        var record = at - 1;
        while (lines[record].TrimStart().StartsWith('^'))
        {
            record--;
        }

        Assert.Equal(lines[at].IndexOf('^', StringComparison.Ordinal), lines[record].IndexOf(text, StringComparison.Ordinal));
    }
}
