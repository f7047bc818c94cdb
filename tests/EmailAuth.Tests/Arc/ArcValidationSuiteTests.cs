using EmailAuth.Arc;
using EmailAuth.Tests.TestSupport;
using Xunit;

namespace EmailAuth.Tests.Arc;

/// <summary>The ARC test suite of ValiMail: validation.</summary>
public class ArcValidationSuiteTests
{
    private const string Suite = "arc-validation.jsonl";

    [Fact]
    public async Task Every_case_gives_the_expected_result_whole_and_as_a_stream()
    {
        Assert.SkipWhen(Repository.SuitePath(Suite) is null, "the conformance suites do not stand beside the project");
        var differences = new List<string>();
        var cases = SuiteCase.Read(Suite);
        foreach (var suiteCase in cases.Values)
        {
            var verifier = new ArcVerifier(new ZoneResolver(suiteCase.Zone));
            var whole = await verifier.VerifyAsync(suiteCase.Message, TestContext.Current.CancellationToken);
            var streamed = await verifier.VerifyAsync(new MemoryStream(suiteCase.Message), TestContext.Current.CancellationToken);
            var code = whole.ToMethodResult().Result;
            if (!suiteCase.Expected("arc").Contains(code))
            {
                differences.Add($"{suiteCase.Id}: {code}, expected {string.Join(" or ", suiteCase.Expected("arc"))}; {whole.Reason}");
            }

            Assert.Equal((whole.Code, whole.Reason, whole.OldestPass), (streamed.Code, streamed.Reason, streamed.OldestPass));
            Assert.Equal(whole.Code == ArcResultCode.Fail, whole.Reason is not null);
            Assert.True(!whole.IsClosed || whole.Code == ArcResultCode.Fail);
        }

        Assert.Equal(171, cases.Count);
        Assert.Empty(differences);
    }
}
