using System.Text;
using System.Text.Json;
using EmailAuth.Tests.TestSupport;
using Xunit;

namespace EmailAuth.Cli.Tests;

/// <summary>What <c>verify --explain</c> and <c>--json</c> say of signatures and chains: nothing that was not verified, no number that is not there.</summary>
public sealed class ExplainedSignaturesTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("explain").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    // The messages are kept beside the project: each with what was printed and what is right.
    [Theory]
    [InlineData("text/arc-forged-sealed-by", "claims to be sealed by bank.example (the seal was not verified)", "1. sealed by bank.example")]
    [InlineData("text/arc-no-chain", "an ARC-Seal has no i=", "has no chain")]
    [InlineData("text/arc-changed-before", "changed at or before hop 2, after hop 1 passed it on", "changed before hop 2")]
    [InlineData("text/l-zero-body-changed", "bh= is not the hash of the first 0 octets", "the body was changed")]
    [InlineData("text/l-huge", "l=9999999999999999999999", "9223372036854775807")]
    [InlineData("text/t-far", "t= is beyond the year 9999", "9999-12-31")]
    public async Task The_explanation_states_the_facts(string id, string says, string saysNot)
    {
        var path = Repository.PathOf("..", "shared", "cases", "texts.jsonl");
        Assert.SkipWhen(!File.Exists(path), "the cases are not in the folder next to the project");
        using var found = (await File.ReadAllLinesAsync(path, TestContext.Current.CancellationToken))
            .Where(line => line.Length > 0).Select(line => JsonDocument.Parse(line)).Single(line => line.RootElement.GetProperty("id").GetString() == id);
        var input = found.RootElement.GetProperty("input");
        var zone = Write("zone.json", found.RootElement.GetProperty("zone").GetRawText());
        var run = await CommandRun.WithInputAsync(
            input.GetProperty("message_b64").GetBytesFromBase64(), "verify", "-", "--explain", "--zone", zone, "--now", input.GetProperty("now").GetString()!);
        var text = OneLine(run.Output);
        Assert.Contains(says, text, StringComparison.Ordinal);
        Assert.DoesNotContain(saysNot, text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_forged_seal_names_no_sealer_in_field_and_json()
    {
        var message = "ARC-Seal: i=1; a=rsa-sha256; cv=fail; d=bank.example; s=s; b=AAAA\r\n"
            + "ARC-Message-Signature: i=1; a=rsa-sha256; c=relaxed/relaxed; d=bank.example; s=s; h=from; bh=47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=; b=AAAA\r\n"
            + "ARC-Authentication-Results: i=1; mx.bank.example; dmarc=pass\r\nFrom: joe@example.com\r\n\r\nHi\r\n";
        var run = await CommandRun.WithInputAsync(Encoding.ASCII.GetBytes(message), "verify", "-", "--json", "--zone", Write("zone.json", "{}"), "--ip", "192.0.2.1");
        using var outcome = JsonDocument.Parse(run.Output);
        Assert.DoesNotContain("bank.example", outcome.RootElement.GetProperty("authentication_results").GetString()!, StringComparison.Ordinal);
        var set = outcome.RootElement.GetProperty("arc").GetProperty("sets")[0];
        Assert.Equal(JsonValueKind.Null, set.GetProperty("domain").ValueKind);
        Assert.Equal(("bank.example", "not checked"), (set.GetProperty("claimed_domain").GetString(), set.GetProperty("seal").GetString()));
    }

    [Theory]
    [InlineData("verify", "--explain", "LF, as in a file: verified as CRLF")]
    [InlineData("verify", "--json", "LF, judged as CRLF")]
    public async Task The_explanation_says_that_a_file_has_lf_line_ends(string command, string form, string says)
    {
        // A line of the body that ended in CR CR LF ends in CR LF in the file; it made the whole file unreadable.
        var stored = "From: joe@example.com\nSubject: x\n\na stray CR\r\nand none\n";
        var run = await CommandRun.WithInputAsync(Encoding.ASCII.GetBytes(stored), command, "-", form, "--zone", Write("zone.json", "{}"));
        Assert.Contains(says, run.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("BareLineFeed", run.Output, StringComparison.Ordinal);
        Assert.Contains("example.com", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_mbox_file_with_lf_line_ends_gives_the_same_result()
    {
        var mbox = Write("mail.mbox", "From a@b.example Thu Jan  1 00:00:00 2026\nFrom: joe@example.com\n\nHi\n");
        var run = await CommandRun.OfAsync("verify", mbox, "--json", "--zone", Write("zone.json", "{}"));
        Assert.Contains("LF, judged as CRLF", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_second_subject_is_distinguished_from_one_that_is_not_signed()
    {
        using var found = (await File.ReadAllLinesAsync(Repository.PathOf("testdata", "vectors", "dkim.jsonl"), TestContext.Current.CancellationToken))
            .Where(line => line.Contains("\"dkim/select-above\"", StringComparison.Ordinal)).Select(line => JsonDocument.Parse(line)).Single();
        var zone = Write("zone.json", found.RootElement.GetProperty("zone").GetRawText());
        var run = await CommandRun.WithInputAsync(
            found.RootElement.GetProperty("input").GetProperty("message_b64").GetBytesFromBase64(), "verify", "-", "--explain", "--zone", zone);
        var text = OneLine(run.Output);
        Assert.Contains("DKIM: policy", text, StringComparison.Ordinal);
        Assert.Contains("a further Subject that differs and is not signed", text, StringComparison.Ordinal);
        Assert.Contains("signed, but another instance is not: subject", text, StringComparison.Ordinal);
        Assert.Contains("shown to people but not signed: to", text, StringComparison.Ordinal);
        Assert.DoesNotContain("shown to people but not signed: subject", text, StringComparison.Ordinal);
    }

    private static string OneLine(string text) => string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));

    private string Write(string name, string text)
    {
        var path = Path.Combine(_folder, name);
        File.WriteAllText(path, text);
        return path;
    }
}
