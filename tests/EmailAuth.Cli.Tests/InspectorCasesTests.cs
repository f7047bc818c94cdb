using Xunit;

namespace EmailAuth.Cli.Tests;

/// <summary>What the inspecting commands said untruly or not at all, each with the zone of its case.</summary>
public class InspectorCasesTests
{
    public static TheoryData<string, int, string, string?, string> Cases => new()
    {
        { "inspector/spf-void-ipv6", 0, "warning: 3 lookups find nothing, but only 2 may: permerror for every IPv6 client", null, "spf example.com" },
        { "inspector/spf-void-ipv6", 0, "lookups that find nothing: 3 of 2 for an IPv6 client, 0 for an IPv4 client", null, "spf example.com" },
        { "inspector/spf-void-ptr", 0, "warning: 3 lookups find nothing, but only 2 may: permerror for every client whose address has no name", null, "spf example.com" },
        { "inspector/spf-null-mx", 0, "null MX (RFC 7505): the term matches no client", "1 mail host", "spf example.com" },
        { "inspector/spf-ra-rp-rr", 0, "reports of failures go to postmaster@example.com (RFC 6652)", "did you mean", "spf example.com" },
        { "inspector/spf-ra-rp-rr", 0, "found: no errors, no warnings", "modifier", "spf example.com" },
        { "inspector/spf-zero-prefix", 1, "error: a prefix length of 0 lets every IPv4 address of the internet pass", null, "spf example.com" },
        { "inspector/bimi-p-none", 1, "default._bimi.example.com: v=BIMI1; l=https://example.com/l.png", null, "bimi example.com" },
        { "inspector/bimi-p-none", 1, "error: a BIMI record is published, but no receiver shows its logo: no DMARC policy of quarantine or reject applies", null, "bimi example.com" },
        { "inspector/bimi-invalid-record-hidden", 1, "v=BIMI1; l=https://example.com/l.png", null, "bimi example.com" },
        { "inspector/bimi-dmarc-servfail", 1, "example.com: temperror", "skipped", "bimi example.com" },
        { "inspector/bimi-dmarc-servfail", 1, "DMARC policy: not known", "none published", "bimi example.com" },
        { "inspector/dmarc-own-host-external", 3, "v=DMARC1; p=reject", "has not agreed", "dmarc sub.example.com" },
        { "inspector/dkim-star-service", 0, "for any service", "only for", "dkim example.com s" },
        { "text/inspect-not-a-key", 1, "not a DKIM key record (it looks like SPF)", "  a DKIM key record", "dkim a.example s1" },
        { "text/inspect-dangling-alias", 1, "s1._domainkey.a.example is an alias of gone.esp.example, which does not exist", null, "dkim a.example s1" },
        { "text/inspect-h-rsa-sha256", 1, "h= names no known hash: rsa-sha256 is an algorithm of a=, the hash is sha256 (RFC 6376 section 3.6.1)", "sha1", "dkim a.example s1" },
        { "text/inspect-quotes-in-p", 1, "a quotation mark at position 108: the strings were joined with their quotes", "white space inside", "dkim a.example s1" },
        { "text/inspect-t-Y", 0, "Y: the domain is testing DKIM", "unknown flag", "dkim a.example s1" },
        { "text/inspect-8192", 0, "warning: an RSA key of 8192 bits: over 4096 bits, which verifiers need not support (RFC 8301 section 3.2)", null, "dkim a.example s1" },
        { "text/inspect-k-empty", 1, "^~ error: k= is empty", "unknown key type in k=", "dkim a.example s1" },
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task Each_case_has_its_finding_and_exit_code(string id, int exitCode, string says, string? saysNot, string command)
    {
        using var zone = SharedCases.ZoneOf(id);
        var run = await CommandRun.OfAsync([.. command.Split(' '), "--zone", zone.Path]);
        Assert.Equal((exitCode, ""), (run.ExitCode, run.Error));
        Assert.Contains(says, run.Output, StringComparison.Ordinal);
        if (saysNot is not null)
        {
            Assert.DoesNotContain(saysNot, run.Output, StringComparison.Ordinal);
        }

        Assert.Contains("found: ", run.Output.TrimEnd().Split('\n')[^1], StringComparison.Ordinal);
    }
}
