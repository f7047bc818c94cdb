using EmailAuth.Composition;
using Xunit;

namespace EmailAuth.Tests.Composition;

/// <summary>All that the table says of each method.</summary>
public class MethodRowTests
{
    [Fact]
    public void Each_row_says_what_outputs_need()
    {
        Assert.Equal(
            [
                "spf spf Spf rank 0 step 2 otherwise spf_helo unchecked none each - summary result,domain,explanation expected explanation",
                "spf_helo spf Spf rank 1 step 1 otherwise - unchecked - each - summary result expected ",
                "dkim dkim Dkim rank 2 step 3 otherwise - unchecked - each signature summary domain,selector,result,reason,reason_code expected domain,selector,result",
                "arc arc Arc rank 4 step 3 otherwise - unchecked - each - summary result expected ",
                "dmarc dmarc Dmarc rank 3 step 3 otherwise - unchecked - each - summary result,policy,disposition,org_domain expected result,policy,disposition,org_domain",
                "bimi bimi Bimi rank 5 step 3 otherwise - unchecked - each - summary result expected result",
                "iprev iprev Iprev rank 6 step 0 otherwise - unchecked - each - summary result expected result",
            ],
            MethodTable.Rows.Select(Text));
        Assert.Equal(["spf", "spf_helo", "dkim", "dmarc", "arc", "bimi", "iprev"], MethodTable.Ranked.Select(static row => row.Name));
        Assert.Equal(["spf", "dkim", "dmarc", "arc", "bimi", "iprev"], MethodTable.Summary.Select(static row => row.Name));
        Assert.All(MethodTable.Rows, static row => Assert.Same(row, MethodTable.Find(row.Name)));
        Assert.Null(MethodTable.Find("none"));
    }

    [Fact]
    public void A_method_that_the_table_lacks_has_a_row_of_its_own() =>
        Assert.Equal("made-up made-up None rank 0 step 3 otherwise - unchecked - each - summary result expected result", Text(MethodRow.Unlisted("made-up")));

    [Fact]
    public void The_methods_are_switched_on_by_their_keywords() =>
        Assert.Equal("arc bimi dkim dmarc iprev spf", string.Join(' ', ((string[])["", "spf", "dkim", "arc", "dmarc", "bimi", "iprev", "spf_helo", "helo"]).Where(static name => MethodTable.FlagOf(name) is not null).Order(StringComparer.Ordinal)));

    private static string Text(MethodRow row) =>
        $"{row.Name} {row.Method} {row.Flag} rank {row.Rank} step {row.Step} otherwise {row.Otherwise ?? "-"} unchecked {row.Unchecked ?? "-"} each {row.Each ?? "-"} summary {string.Join(',', row.Summary)} expected {string.Join(',', row.Expected)}";
}
