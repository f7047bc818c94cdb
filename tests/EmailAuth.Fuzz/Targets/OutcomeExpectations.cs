using System.Text.Json;
using EmailAuth.Arc;
using EmailAuth.Bimi;
using EmailAuth.Dmarc;
using EmailAuth.Fuzz.Support;
using EmailAuth.Iprev;
using EmailAuth.Results;
using EmailAuth.Signatures;
using EmailAuth.Tests.TestSupport;

namespace EmailAuth.Fuzz.Targets;

/// <summary>What holds for every outcome.</summary>
internal static class OutcomeExpectations
{
    public static void Check(AuthenticationOutcome outcome)
    {
        CheckReasons(outcome);
        CheckHeader(outcome);
        foreach (var field in outcome.FieldsToRemove)
        {
            Expect.Reason(field.Reason, "a field to remove");
        }

        Expect.Reason(outcome.Disposition.Reason, "a disposition");
        Expect.Printable(outcome.Disposition.Reply?.ToString(), "an SMTP reply");
        using var json = JsonDocument.Parse(outcome.ToJson());
        using var line = JsonDocument.Parse(BatchResult.ToJsonLine("x", outcome));
        FindingException.ThrowIf(BatchResult.ToJsonLine("x", outcome).Contains('\n', StringComparison.Ordinal), "a line of a batch that is two");
    }

    /// <summary>An outcome as text, but for what depends on when it was asked for and what was known before.</summary>
    public static string Describe(AuthenticationOutcome outcome) => outcome.ToJsonWithoutTimes();

    private static void CheckReasons(AuthenticationOutcome outcome)
    {
        foreach (var signature in outcome.Dkim?.Signatures ?? [])
        {
            Reason(signature.Code == SignatureResultCode.Pass, signature.Reason, "DKIM");
        }

        Reason(outcome.Dmarc is null or { Code: DmarcResultCode.Pass }, outcome.Dmarc?.Reason, "DMARC");
        Reason(outcome.Bimi is null or { Code: BimiResultCode.Pass }, outcome.Bimi?.Reason, "BIMI");
        Reason(outcome.Spf is null, outcome.Spf?.Reason, "SPF");
        Reason(outcome.SpfHelo is null, outcome.SpfHelo?.Reason, "SPF of HELO");
        Reason(outcome.Iprev is null or { Code: IprevResultCode.Pass }, outcome.Iprev?.Reason, "iprev");
        Reason(outcome.Arc is null or { Code: ArcResultCode.Pass or ArcResultCode.None }, outcome.Arc?.Reason, "ARC");
        Reason(outcome.Author.Domain is not null, outcome.Author.Reason, "an author");
    }

    private static void Reason(bool needsNone, string? reason, string what)
    {
        if (!needsNone)
        {
            Expect.Reason(reason, what);
        }
    }

    private static void CheckHeader(AuthenticationOutcome outcome)
    {
        var read = AuthenticationResultsReader.Parse(outcome.HeaderValue.AsSpan());
        FindingException.ThrowIf(!read.IsSuccess, $"the field does not read back: {read.Error}");
        FindingException.ThrowIf(read.Value!.AuthservId != outcome.AuthservId, "the field reads back as another's");

        // Readers in use do not know BIMI, and take either of two results of SPF for the message's: those are in the second field, if anywhere.
        var first = outcome.Results.Where((r, index) => r.Method != "bimi" && !(index == 1 && r.Method == "spf"));
        FindingException.ThrowIf(!read.Value.Results.Select(r => (r.Method, r.Result)).SequenceEqual(first.Select(r => (r.Method, r.Result))), "the field reads back as other results");
        Expect.Field(outcome.Header);
        if (outcome.ExtendedHeader is { } extended)
        {
            FindingException.ThrowIf(!AuthenticationResultsReader.Parse(outcome.ExtendedHeaderValue.AsSpan()).IsSuccess, "the second field does not read back");
            Expect.Field(extended);
        }
    }
}
