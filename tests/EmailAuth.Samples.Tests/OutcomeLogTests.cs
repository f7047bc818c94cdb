namespace EmailAuth.Samples.Tests;

/// <summary>The log of outcomes: what waits when the input ends is written before the program does.</summary>
public sealed class OutcomeLogTests(SampleDns dns)
{
    [Fact]
    public async Task The_page_says_what_happens()
    {
        dns.Need();
        await SamplePage.Of("OutcomeLog", (SampleDns.OnThePage, dns.Address)).PrintsAsync("rfc8463-a3.eml");
    }
}
