using EmailAuth.Cli.Output;
using EmailAuth.Cli.Tests.Schemas;
using EmailAuth.Dkim;
using EmailAuth.Dmarc;
using EmailAuth.Inspection.Outcomes;
using EmailAuth.Messages;
using EmailAuth.Policy;
using EmailAuth.Signatures;
using EmailAuth.Spf;
using Xunit;

namespace EmailAuth.Cli.Tests;

/// <summary>Each reason code has a cause, and words of its own in the answer: a code that is added later must not be forgotten there.</summary>
public class OutcomeReasonsTests
{
    private const string Reason = "the reason itself";

    // A fault of this machine is no cause in the message; a chain has its own cause.
    private static readonly string[] WithoutCause = ["platform_fault", "chain_changed"];

    public static TheoryData<string> SignatureReasons => [.. WordsOf("signature_reason").Except(WithoutCause)];

    public static TheoryData<string> SpfReasons => [.. WordsOf("spf_reason").Except(["other", "match", "no_match"])];

    [Theory]
    [MemberData(nameof(SignatureReasons))]
    public void A_reason_of_a_signature_has_a_cause_and_words(string reason)
    {
        var signature = new DkimResult { Code = SignatureResultCode.Fail, Reason = Reason, ReasonCode = reason };
        var outcome = Of(new AuthenticationOutcome
        {
            AuthservId = "x",
            Author = new Author(),
            Disposition = new Disposition { Action = DispositionAction.Accept, Reason = Reason },
            Header = "A: b",
            Dkim = new DkimResults { Signatures = [signature] },
            Dmarc = new DmarcResult { Code = DmarcResultCode.Fail, Reason = Reason },
        });
        Assert.NotEqual(CauseCode.Other, outcome.Causes[0].Code);
        Assert.NotEqual(Reason, ResultWords.Of(signature));
    }

    [Theory]
    [MemberData(nameof(SpfReasons))]
    public void A_reason_of_SPF_has_words(string reason) => Assert.NotEqual(Reason, ResultWords.Of(
        new SpfResult(SpfIdentity.MailFrom, null, null, null, new SpfWhy(Enum.GetValues<SpfReason>().Single(one => one.Keyword() == reason), Reason))));

    private static OutcomeDiagnosis Of(AuthenticationOutcome outcome) => OutcomeDiagnosis.Of(outcome);

    private static IEnumerable<string> WordsOf(string definition) => SchemaFields.WordsOf(OutputSchema.Outcome).Single(one => one.Name == definition).Words;
}
