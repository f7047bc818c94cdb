using Xunit;

namespace EmailAuth.Tests.TestSupport;

public class SuiteCaseTests
{
    [Theory]
    [InlineData("spf-rfc7208.jsonl", 203)]
    [InlineData("arc-validation.jsonl", 171)]
    [InlineData("arc-sealing.jsonl", 17)]
    [InlineData("dkim-mail-auth.jsonl", 6)]
    public void Every_case_of_a_suite_is_read_and_its_zone_answers(string file, int expected)
    {
        Assert.SkipWhen(Repository.SuitePath(file) is null, "the conformance suites do not stand beside the project");
        var cases = SuiteCase.Read(file);
        Assert.Equal(expected, cases.Count);
        Assert.All(cases.Values, read => Assert.NotNull(new ZoneResolver(read.Zone)));
    }
}
