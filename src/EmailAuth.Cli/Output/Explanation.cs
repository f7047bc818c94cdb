using System.Diagnostics;
using System.Globalization;
using EmailAuth.Arc;
using EmailAuth.Bimi;
using EmailAuth.Dkim;
using EmailAuth.Dmarc;
using EmailAuth.Dns;
using EmailAuth.Messages;
using EmailAuth.Policy;
using EmailAuth.Results;
using EmailAuth.Signatures;
using EmailAuth.Spf;

namespace EmailAuth.Cli.Output;

/// <summary>
/// Explains an outcome to a postmaster: first the answer, then the evidence: the way of the message, and each check with its verdict, the reason,
/// the record that decided, and the lookups.
/// </summary>
internal sealed class Explanation
{
    private readonly IPage _page;
    private readonly MessageAccount _account;

    private Explanation(IPage page, MessageAccount account) => (_page, _account) = (page, account);

    public static void Write(IPage page, MessageAccount account)
    {
        Answer.Write(page, account);
        new Explanation(page, account).WriteEvidence(account);
    }

    private void WriteEvidence(MessageAccount account)
    {
        var outcome = account.Outcome;
        _page.Section("Evidence");
        WriteFacts(account);
        WriteCauses(account);
        DiagnosisText.WriteComparisons(_page, account);
        WriteWay(account);
        foreach (var method in outcome.Methods)
        {
            AccountOf(method)();
        }

        WriteRemovals(outcome);
        _page.Verbatim(string.Create(CultureInfo.InvariantCulture, $"{outcome.LookupCount} DNS lookups in {outcome.Elapsed.TotalMilliseconds:0.0} ms"));
        foreach (var field in new[] { outcome.Header, outcome.ExtendedHeader })
        {
            if (!string.IsNullOrEmpty(field))
            {
                _page.Verbatim(field);
            }
        }
    }

    private void WriteFacts(MessageAccount account)
    {
        var (outcome, shown) = (account.Outcome, account.Shown);
        if (account.Envelope?.Describe() is { } envelope)
        {
            Line(0, $"Envelope   {envelope}");
        }

        Line(0, $"Author     {outcome.Author.Domain?.ToString() ?? "not known: " + outcome.Author.Reason}");
        if (shown.DisplayName is { } name)
        {
            Line(0, $"Name       \"{name}\" (unverified: the sender can write any name)");
        }

        if (shown.Subject is { } subject)
        {
            Line(0, $"Subject    \"{subject}\" (unverified)");
        }

        if (outcome.HeaderDefects != HeaderDefects.None)
        {
            Line(0, $"Header     breaks RFC 5322: {Words.Of(outcome.HeaderDefects)}");
        }

        if (outcome.HasConvertedLineEnds)
        {
            Line(0, "Line ends  LF, as in a file: verified as CRLF, as in the message on the wire");
        }

        if (OpenVerdict.Is(outcome))
        {
            Line(0, $"Decision   NOT DECIDED: {outcome.Dmarc!.Reason}");
            return;
        }

        Line(0, $"Decision   {outcome.Disposition.Action.Keyword().ToUpperInvariant()}: {outcome.Disposition.Reason}");
        if (outcome.Disposition.Reply is { } reply)
        {
            Line(1, $"SMTP reply: {reply}");
        }
    }

    // All causes and advice; the answer has the first ones.
    private void WriteCauses(MessageAccount account)
    {
        if (account.Diagnosis.Causes.Length > 1 || account.Diagnosis.Advice.Length > 2)
        {
            _page.Section("Causes, and what to do");
            foreach (var cause in account.Diagnosis.Causes)
            {
                Line(1, $"{(cause.IsCertain ? string.Empty : "likely: ")}{cause.Text}");
            }

            foreach (var advice in account.Diagnosis.Advice)
            {
                Line(2, $"- {advice.Text}");
            }
        }
    }

    private void WriteWay(MessageAccount account)
    {
        if (!account.Hops.IsEmpty)
        {
            _page.Section("Way of the message (Received, the oldest first, times in UTC)");
            _page.Columns(1, [.. HopText.Rows(account)]);
            Line(1, account.Hops.FirstOrDefault(static hop => hop.IsBorder) is { } border
                ? string.Create(CultureInfo.InvariantCulture, $"number {border.Number} names the client: if it is of your border host, your hosts wrote it and all later ones. The sender can invent all earlier ones")
                : "no line names the client, so any of them can be invented");
        }

        if (!account.Diagnosis.Earlier.IsEmpty)
        {
            _page.Section("What other hosts recorded (their word: anyone can write such a field)");
            List<Piece[]> rows = [.. EarlierText.Rows(account), [new Piece("here", Tone.Strong), new Piece(string.Empty), new Piece(EarlierText.Here(account.Outcome))]];
            _page.Columns(1, rows);
        }
    }

    // Each method shows its own details in addition to the reason.
    private Action AccountOf(IMethodOutcome method) => method switch
    {
        SpfResult spf => () => WriteSpf(spf),
        DkimResults dkim => () => WriteDkim(dkim),
        ArcResult arc => () => WriteArc(arc),
        DmarcResult dmarc => () => WriteDmarc(dmarc),
        BimiResult bimi => () => WriteBimi(bimi),
        _ => () => WriteOther(method),
    };

    private void WriteSpf(SpfResult spf)
    {
        Section(spf.Identity == SpfIdentity.Helo ? "SPF (HELO)" : "SPF (MAIL FROM)", spf, spf.Sender is "postmaster@" ? "the sender is not known" : spf.Sender);
        if (spf.Explanation is { } explanation)
        {
            Line(1, $"the domain says: {explanation}");
        }

        if (spf.Evidence is { } evidence)
        {
            Line(1, string.Create(CultureInfo.InvariantCulture, $"terms that ask the DNS: {spf.LookupCount}, of these found nothing: {spf.VoidLookupCount}"));
            _page.Tree(SpfBranches.Of(evidence));
        }
    }

    private void WriteDkim(DkimResults dkim)
    {
        if (dkim.Signatures.IsEmpty)
        {
            _page.Verdict("DKIM", "none", "the message is not signed");
        }

        foreach (var result in dkim.Signatures)
        {
            _page.Verdict("DKIM", result.Code.Keyword(), $"d={result.Domain?.ToString() ?? "?"} s={result.Selector ?? "?"}");
            if (result.Reason is not null)
            {
                Line(1, $"why: {result.Reason}");
            }

            DiagnosisText.Write(_page, _account, result);
            if (result.Signature is { } signature)
            {
                WriteSignature(result, signature);
            }
        }
    }

    private void WriteSignature(DkimResult result, DkimSignature signature)
    {
        var bits = result.KeyBits is { } size ? string.Create(CultureInfo.InvariantCulture, $", a key of {size} bits") : string.Empty;
        Line(1, $"key: TXT {signature.KeyName}{bits}{(result.IsTesting ? ", the domain is testing (t=y)" : string.Empty)}");
        Line(1, $"algorithm {signature.AlgorithmName}, canonicalization {signature.Canonicalization}");
        Line(1, $"header signature: {Checked(result.HeaderCheck)}; body hash: {Checked(result.BodyCheck)}");
        Line(1, $"signed fields: {string.Join(", ", signature.FieldNames)}");
        var named = signature.FieldNames.ToHashSet(StringComparer.Ordinal);
        List(1, "shown to people but not signed", result.UnsignedDisplayedFields.Where(name => !named.Contains(name)));
        List(1, "signed, but another instance is not", result.UnsignedDisplayedFields.Where(named.Contains).Union(result.UnsignedCopies, StringComparer.Ordinal));

        if (result.UnsignedBodyLength > 0)
        {
            Line(1, string.Create(CultureInfo.InvariantCulture, $"l= leaves {result.UnsignedBodyLength} octets of the body unsigned"));
        }

        if (signature.ExpiresAt is { } expires)
        {
            Line(1, expires == DateTimeOffset.MaxValue ? "expires beyond the year 9999" : string.Create(CultureInfo.InvariantCulture, $"expires {expires:u}"));
        }
    }

    private void WriteArc(ArcResult arc)
    {
        Section("ARC", arc, arc.Code == ArcResultCode.None ? "the message has no chain" : string.Empty);
        foreach (var set in arc.Sets)
        {
            var claims = set.Results is { } results ? string.Join(", ", results.Results.Select(r => $"{r.Method}={r.Result}")) : set.ResultsDefect;
            Line(1, string.Create(CultureInfo.InvariantCulture, $"{set.Instance}. {(set.IsSealVerified
                ? $"sealed by {set.Seal.Domain}, which says"
                : $"claims to be sealed by {set.Seal.Domain} (the seal was not verified) and says")}: {claims}"));
        }

        if (arc.OldestPass is > 1 and { } oldest)
        {
            Line(1, string.Create(CultureInfo.InvariantCulture, $"the message was changed at or before hop {oldest}, after hop {oldest - 1} passed it on"));
        }
    }

    private void WriteDmarc(DmarcResult dmarc)
    {
        Section("DMARC", dmarc, dmarc.AuthorDomain?.ToString() ?? "no author domain");
        if (dmarc.Record is { } record)
        {
            Line(1, $"record of {dmarc.PolicyDomain} ({Words.Of(dmarc.Source)}): {record.Text}");
            Line(1, dmarc.IsPolicyAssumed
                ? $"policy that may apply, unless the failed query hides another: {Policy(dmarc.PublishedPolicy)} (from {dmarc.PolicyTag}); applied: {Policy(dmarc.AppliedDisposition)}"
                : $"policy that applies: {Policy(dmarc.PublishedPolicy)} (from {dmarc.PolicyTag}); asked for: {Policy(dmarc.Disposition)}; applied: {Policy(dmarc.AppliedDisposition)}");
            foreach (var ignored in record.Ignored)
            {
                Line(2, $"ignored: {ignored}");
            }
        }

        if (dmarc.Override is { } departure)
        {
            Line(1, $"override: {departure.TypeKeyword} ({departure.Comment})");
        }

        Line(1, $"organizational domain: {dmarc.OrganizationalDomain?.ToString() ?? "not known"}");
        foreach (var alignment in dmarc.Alignments)
        {
            Line(1, alignment.ToString());
        }

        Line(1, $"discovery ({Words.OfDiscovery(dmarc.DiscoveryMethod)}):");
        foreach (var step in dmarc.Walk)
        {
            Line(2, step.ToString());
        }
    }

    private static string Policy(DmarcPolicy? policy) => (policy ?? DmarcPolicy.None).Keyword();

    private void WriteBimi(BimiResult bimi)
    {
        Section("BIMI", bimi, bimi.Domain?.ToString() ?? string.Empty);
        if (bimi.Record?.Location is { } location)
        {
            Line(1, $"indicator: {location}");
        }

        foreach (var lookup in bimi.Lookups)
        {
            Line(1, $"TXT {lookup.Name}: {lookup.Status.Keyword()}");
        }
    }

    private void WriteOther(IMethodOutcome method)
    {
        var result = method.ToMethodResults()[0];
        Section(method.Name, method, result.Properties is [var subject, ..] ? subject.Value : string.Empty);
        if (method.Reason is null && result.Comment is { } comment)
        {
            Line(1, comment);
        }
    }

    private void WriteRemovals(AuthenticationOutcome outcome)
    {
        if (outcome.FieldsToRemove.IsEmpty)
        {
            return;
        }

        _page.Section("Fields to remove before the message is delivered");
        foreach (var field in outcome.FieldsToRemove)
        {
            Line(1, string.Create(CultureInfo.InvariantCulture, $"{field.Name}, number {field.Occurrence} of this name: {field.Reason}"));
        }
    }

    private static string Checked(DkimCheck check) => check switch
    {
        DkimCheck.Matches => "matches",
        DkimCheck.Differs => "differs",
        DkimCheck.NotChecked => "not checked",
        _ => throw new UnreachableException(),
    };

    private void Section(string title, IMethodOutcome method, string subject)
    {
        _page.Verdict(title, method.Result, subject);
        if (method.Reason is { } reason)
        {
            Line(1, $"why: {reason}");
        }
    }

    private void List(int depth, string title, IEnumerable<string> names)
    {
        var text = string.Join(", ", names);
        if (text.Length > 0)
        {
            Line(depth, $"{title}: {text}");
        }
    }

    private void Line(int depth, string text) => _page.Text(depth, text);
}
