using Xunit;

namespace EmailAuth.Cli.Tests;

/// <summary>A lookup that fails is no error of the domain. What is not known is not sound, so the exit code is 3.</summary>
public class FailedLookupTests
{
    [Theory]
    [InlineData("", "elsewhere.example.net", 0, "What to change", "domain example.com")]
    [InlineData("include:inc.example.net ", "inc.example.net", 3, "cannot look up the record of inc.example.net", "domain example.com")]
    [InlineData("include:inc.example.net ", "inc.example.net", 1, "cannot look up the record of inc.example.net", "domain example.com --fail-on warning")]
    [InlineData("include:nothing.example.net include:inc.example.net ", "inc.example.net", 1, "cannot look up the record of inc.example.net", "domain example.com")]
    [InlineData("", "used._domainkey.example.com", 3, "cannot look up the TXT records of used._domainkey.example.com", "domain example.com --selector used")]
    [InlineData("", "k1._domainkey.example.com", 3, "cannot look up the TXT records of k1._domainkey.example.com", "domain example.com")]
    [InlineData("", "default._bimi.example.com", 3, "it is not known which logo is shown", "domain example.com")]
    [InlineData("", "mx.example.com", 3, "cannot look up the addresses of the mail host mx.example.com", "domain example.com")]
    [InlineData("include:inc.example.net ", "inc.example.net", 3, "cannot look up the record of inc.example.net", "spf example.com")]
    [InlineData("include:nothing.example.net include:inc.example.net ", "inc.example.net", 1, "cannot look up the record of inc.example.net", "spf example.com")]
    [InlineData("", "default._bimi.example.com", 1, "default._bimi.example.com", "bimi example.com")]
    public async Task The_exit_code_says_that_something_is_not_known(string terms, string failing, int expected, string text, string command)
    {
        using var zone = ZoneOf(terms, failing);
        var run = await CommandRun.OfAsync([.. command.Split(' '), "--zone", zone.Path]);
        Assert.Equal((expected, ""), (run.ExitCode, run.Error));
        Assert.Contains(text, run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_text_whose_include_is_not_answered_is_not_sound()
    {
        using var zone = ZoneOf("", "inc.example.net");
        Assert.Equal(3, (await CommandRun.OfAsync("domain", "--record", "v=spf1 include:inc.example.net -all", "--zone", zone.Path)).ExitCode);
        Assert.Equal(1, (await CommandRun.OfAsync("domain", "--record", "v=spf1 include:inc.example.net +all", "--zone", zone.Path)).ExitCode);
    }

    // Also where no receiver would look it up.
    [Fact]
    public async Task The_inspection_of_a_logo_fails_when_its_record_is_not_known()
    {
        using var zone = new TemporaryFile("""{"_dmarc.example.com": [{"type": "TXT", "data": "v=DMARC1; p=none"}], "default._bimi.example.com": [{"type": "TIMEOUT"}]}""");
        Assert.Equal(1, (await CommandRun.OfAsync("bimi", "example.com", "--zone", zone.Path)).ExitCode);
    }

    private static TemporaryFile ZoneOf(string terms, string failing)
    {
        var entries = new Dictionary<string, string>
        {
            ["example.com"] = $$"""{"type": "TXT", "data": "v=spf1 ip4:192.0.2.1 {{terms}}-all"}, {"type": "MX", "data": "mx.example.com"}""",
            ["mx.example.com"] = """{"type": "A", "data": "192.0.2.1"}""",
            ["1.2.0.192.in-addr.arpa"] = """{"type": "PTR", "data": "mx.example.com"}""",
            ["_dmarc.example.com"] = """{"type": "TXT", "data": "v=DMARC1; p=reject; rua=mailto:d@example.com"}""",
            [failing] = """{"type": "TIMEOUT"}""",
        };
        return new TemporaryFile($"{{{string.Join(',', entries.Select(static entry => $"\"{entry.Key}\": [{entry.Value}]"))}}}");
    }
}
