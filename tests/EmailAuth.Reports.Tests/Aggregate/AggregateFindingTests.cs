using EmailAuth.Reports.Aggregate;

namespace EmailAuth.Reports.Tests.Aggregate;

/// <summary>The codes of findings.</summary>
public class AggregateFindingTests
{
    [Fact]
    public void Each_code_has_a_keyword_of_its_own_and_a_text()
    {
        var codes = Enum.GetValues<AggregateFindingCode>();
        Assert.Equal(codes.Length, codes.Select(static code => code.Keyword()).Distinct().Count());
        foreach (var code in codes)
        {
            var finding = new AggregateFinding { Code = code, Severity = AggregateFindingSeverity.Fault };
            Assert.Equal(string.Concat(code.ToString().Select(static (c, at) => char.IsUpper(c) && at > 0 ? "_" + c : c.ToString())).ToLowerInvariant(), code.Keyword());
            Assert.NotEmpty(finding.Text);
            Assert.DoesNotContain('{', finding.Text);
        }
    }

    [Fact]
    public void Arguments_are_one_line_and_cut()
    {
        var findings = new AggregateFindings();
        findings.Add(AggregateFindingCode.InvalidValue, "x", argument: "a\u001b[31m\r\n" + new string('b', 1000));
        var argument = Assert.Single(Assert.Single(findings.ToImmutable()).Arguments);
        Assert.StartsWith("a\ufffd[31m  b", argument, StringComparison.Ordinal);
        Assert.Equal(256, argument.Length);
    }
}
