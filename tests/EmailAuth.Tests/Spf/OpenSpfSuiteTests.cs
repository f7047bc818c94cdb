using EmailAuth.Spf;
using EmailAuth.Tests.TestSupport;
using Xunit;

namespace EmailAuth.Tests.Spf;

/// <summary>The openspf.org test suite for RFC 7208, release 2014.05.</summary>
public class OpenSpfSuiteTests
{
    private const string Suite = "spf-rfc7208.jsonl";

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Every_case_gives_an_acceptable_result_and_its_explanation(bool prefetch)
    {
        Assert.SkipWhen(Repository.SuitePath(Suite) is null, "the conformance suites do not stand beside the project");
        var differences = new List<string>();
        var cases = SuiteCase.Read(Suite);
        foreach (var suiteCase in cases.Values)
        {
            var evaluator = new SpfEvaluator(new ZoneResolver(suiteCase.Zone), new SpfOptions { Prefetch = prefetch });
            var result = await evaluator.EvaluateMailFromAsync(suiteCase.Client, suiteCase.Helo, suiteCase.MailFrom, TestContext.Current.CancellationToken);
            var code = result.ToMethodResult().Result;
            if (!suiteCase.Expected("spf").Contains(code))
            {
                differences.Add($"{suiteCase.Id}: {code}, expected {string.Join(" or ", suiteCase.Expected("spf"))}; {result.Reason}");
            }

            if (suiteCase.Expect.TryGetProperty("spf_explanation", out var explanation) && explanation.GetString() != result.Explanation)
            {
                differences.Add($"{suiteCase.Id}: explanation \"{result.Explanation}\", expected \"{explanation.GetString()}\"");
            }
        }

        Assert.Equal(203, cases.Count);
        Assert.Empty(differences);
    }
}
