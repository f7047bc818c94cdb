using EmailAuth.Bimi;
using Xunit;

namespace EmailAuth.Tests.Bimi;

/// <summary>Selectors that the author's local-part names (lps=).</summary>
public partial class BimiEvaluatorTests
{
    [Theory]
    [InlineData("lps=", "news", "news")] // any local-part
    [InlineData("lps=ne", "news", "news")] // by prefix
    [InlineData("lps=x,NE", "News+2024", "news")]
    [InlineData("lps=x", "news", "default")]
    [InlineData("x=", "news", "default")] // no lps tag
    [InlineData("lps=", "absent", "default")] // the local-part names no record: the first one stays
    [InlineData("lps=", "n ews", "default")] // no selector can be made of it
    [InlineData("lps=", null, "default")]
    public async Task A_local_part_may_name_the_record(string tag, string? localPart, string expected)
    {
        var result = await Evaluate(
            Request with { AuthorLocalPart = localPart }, ("default._bimi.example.com", Plain + "; " + tag), ("news._bimi.example.com", Plain));
        Assert.Equal(BimiResultCode.Pass, result.Code);
        Assert.Equal(expected, result.Selector);
    }

    [Fact]
    public async Task A_local_part_may_decline_and_the_default_may_decline_but_for_a_local_part()
    {
        var declined = await Evaluate(
            Request with { AuthorLocalPart = "news" }, ("default._bimi.example.com", Plain + "; lps="), ("news._bimi.example.com", "v=BIMI1; l=; a="));
        Assert.Equal(BimiResultCode.Declined, declined.Code);

        var shown = await Evaluate(
            Request with { AuthorLocalPart = "news" }, ("default._bimi.example.com", "v=BIMI1; l=; a=; lps="), ("news._bimi.example.com", Plain));
        Assert.Equal(BimiResultCode.Pass, shown.Code);
    }

    [Fact]
    public async Task A_local_part_is_looked_up_where_the_record_was_found()
    {
        var result = await Evaluate(
            SubdomainRequest with { AuthorLocalPart = "news" }, ("default._bimi.example.com", Plain + "; lps="), ("news._bimi.example.com", Plain));
        Assert.Equal(["default._bimi.foo.example.com", "default._bimi.example.com", "news._bimi.example.com"], Asked(result));
        Assert.Equal("news", result.Selector);
    }

    [Fact]
    public async Task A_malformed_record_of_a_local_part_leaves_the_first_one_in_force()
    {
        var result = await Evaluate(
            Request with { AuthorLocalPart = "news" }, ("default._bimi.example.com", Plain + "; lps="), ("news._bimi.example.com", "v=BIMI1; x"));
        Assert.Equal(BimiResultCode.Pass, result.Code);
        Assert.Equal("default", result.Selector);
    }

    [Fact]
    public async Task A_local_part_that_is_the_selector_is_not_asked_for_twice()
    {
        var result = await Evaluate(Request with { AuthorLocalPart = "default" }, ("default._bimi.example.com", Plain + "; lps="));
        Assert.Single(result.Lookups);
    }

    [Fact]
    public async Task A_DNS_failure_at_the_local_parts_record_is_a_temperror()
    {
        // It may be a declination that cannot be seen.
        var zone = new Zone().Add("default._bimi.example.com", ZoneEntryKind.Txt, Plain + "; lps=").Add("news._bimi.example.com", ZoneEntryKind.Timeout);
        var result = await new BimiEvaluator(new ZoneResolver(zone))
            .EvaluateAsync(Request with { AuthorLocalPart = "news" }, TestContext.Current.CancellationToken);
        Assert.Equal(BimiResultCode.TempError, result.Code);
    }
}
