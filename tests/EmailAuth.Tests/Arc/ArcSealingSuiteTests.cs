using System.Collections.Immutable;
using EmailAuth.Arc;
using EmailAuth.Syntax;
using EmailAuth.Tests.TestSupport;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace EmailAuth.Tests.Arc;

/// <summary>The ARC test suite of ValiMail: sealing.</summary>
public class ArcSealingSuiteTests
{
    private const string Suite = "arc-sealing.jsonl";

    [Fact]
    public async Task Every_case_gives_the_expected_fields_and_a_message_that_verifies()
    {
        Assert.SkipWhen(Repository.SuitePath(Suite) is null, "the conformance suites do not stand beside the project");
        var cases = SuiteCase.Read(Suite);
        foreach (var suiteCase in cases.Values)
        {
            var seal = suiteCase.Input.GetProperty("seal");
            string Text(string member) => seal.GetProperty(member).GetString()!;

            var time = new FakeTimeProvider(DateTimeOffset.FromUnixTimeSeconds(seal.GetProperty("timestamp").GetInt64()));
            var verifier = new ArcVerifier(new ZoneResolver(suiteCase.Zone), null, time);
            var arrived = await verifier.VerifyAsync(suiteCase.Message, TestContext.Current.CancellationToken);
            var options = new ArcSealerOptions
            {
                Domain = DomainName.Parse(Text("domain")).Value!,
                Selector = Text("selector"),
                FieldNames = [.. Text("headers").Split(':')],
            };
            using var sealer = new ArcSealer(Text("private_key"), options, time);
            var sealing = sealer.Seal(suiteCase.Message, arrived, ArcSealer.ReadResults(suiteCase.Message, Text("authserv_id")));

            var expected = suiteCase.Expect.GetProperty("seal");
            if (expected.GetProperty("AS").GetString()!.Length == 0)
            {
                Assert.Empty(sealing.Fields);
                Assert.NotNull(sealing.Reason);
                continue;
            }

            Assert.Equal(["ARC-Seal", "ARC-Message-Signature", "ARC-Authentication-Results"], sealing.Fields.Select(field => field.Split(':')[0]));
            Assert.Equal(Tags(expected.GetProperty("AS").GetString()!), Tags(ValueOf(sealing.Fields[0])));
            Assert.Equal(Tags(expected.GetProperty("AMS").GetString()!), Tags(ValueOf(sealing.Fields[1])));
            Assert.Equal(Parts(expected.GetProperty("AAR").GetString()!), Parts(ValueOf(sealing.Fields[2])));

            var again = await verifier.VerifyAsync(ArcSamples.WithFields(suiteCase.Message, sealing), TestContext.Current.CancellationToken);
            Assert.Equal(arrived.Code == ArcResultCode.Fail ? ArcResultCode.Fail : ArcResultCode.Pass, again.Code);
            Assert.Equal(arrived.Code == ArcResultCode.Fail, again.IsClosed);
            Assert.Equal(sealing.Instance, again.Sets[0].Instance);
            Assert.Equal(arrived.Code, again.Sets[0].Seal.ChainValidation);
        }

        Assert.Equal(17, cases.Count);
    }

    private static string ValueOf(string field) => field[(field.IndexOf(':', StringComparison.Ordinal) + 1)..];

    private static ImmutableSortedSet<string> Tags(string value) =>
        [.. Parts(value).Select(part => part.Replace(" ", string.Empty, StringComparison.Ordinal)).Where(part => !part.StartsWith("b=", StringComparison.Ordinal))];

    private static ImmutableArray<string> Parts(string value) =>
        [.. value.Split(';').Select(part => string.Join(' ', part.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries))).Where(part => part.Length > 0)];
}
