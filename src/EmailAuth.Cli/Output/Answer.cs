using System.Globalization;
using EmailAuth.Arc;
using EmailAuth.Dkim;
using EmailAuth.Dmarc;
using EmailAuth.Inspection.Outcomes;
using EmailAuth.Inspection.Signatures;
using EmailAuth.Policy;
using EmailAuth.Signatures;
using EmailAuth.Spf;

namespace EmailAuth.Cli.Output;

/// <summary>
/// The answer, in about six lines: who the message claims to be, the verdict and what the domain asks, the checks, the likely cause, what to do.
/// </summary>
internal sealed class Answer(MessageAccount account)
{
    private const int LabelWidth = 6;

    private readonly AuthenticationOutcome _outcome = account.Outcome;

    public static void Write(IPage page, MessageAccount account)
    {
        var answer = new Answer(account);
        if (EnvelopeLine.Short(account.Envelope) is { } envelope)
        {
            page.Columns(0, [Line("Client", new Piece(envelope, account.Outcome.HasReconstructedEnvelope ? Tone.Doubtful : Tone.Plain))]);
        }

        page.Columns(0, [Line("From", answer.Claim())]);
        page.Columns(0, [answer.Verdict()]);
        if (answer.Rows() is { Count: > 0 } rows)
        {
            page.Columns(1, rows);
        }

        page.Columns(0, [.. answer.Conclusions()]);
    }

    private static Piece[] Line(string label, Piece text) => [new Piece(label.PadRight(LabelWidth), Tone.Dim), text];

    private Piece Claim()
    {
        var author = _outcome.Author;
        return author.Domain is { } domain
            ? new Piece($"{author.LocalPart}@{domain}", Tone.Strong)
            : new Piece($"no usable author: {author.Reason}", Tone.Bad);
    }

    // The verdict is DMARC's. What this host does with the message follows it.
    private Piece[] Verdict()
    {
        var (word, tone, what) = VerdictOf(_outcome);
        return [new Piece("DMARC".PadRight(LabelWidth), Tone.Dim), new Piece(word, tone), new Piece(what)];
    }

    private static (string Word, Tone Tone, string What) VerdictOf(AuthenticationOutcome outcome)
    {
        // With a guessed envelope no host has received the message, so none does anything with it.
        var here = outcome.HasReconstructedEnvelope ? string.Empty : $"; here: {outcome.Disposition.Action.Keyword()}";
        return outcome.Dmarc switch
        {
            null => ("NOT CHECKED", Tone.Doubtful, $"the settings switch DMARC off{here}"),
            { Code: DmarcResultCode.Pass } dmarc => ("PASS", Tone.Good, $"{Asks(dmarc)} (of mail that fails){here}"),
            { Code: DmarcResultCode.Fail } dmarc => ("FAIL", Tone.Bad, $"{Asks(dmarc)}{here}{Departure(dmarc)}"),
            { Code: DmarcResultCode.None } dmarc => ("NO POLICY", Tone.Doubtful, $"{dmarc.AuthorDomain} asks for nothing{here}"),
            { Code: DmarcResultCode.TempError } dmarc => ("NOT DECIDED", Tone.Doubtful, $"{(dmarc.Record is null ? "the policy is not known" : Asks(dmarc))}{here}"),
            _ => ("NO AUTHOR", Tone.Bad, $"no domain answers for the message{here}"),
        };
    }

    private static string Asks(DmarcResult dmarc)
    {
        var policy = (dmarc.PublishedPolicy ?? DmarcPolicy.None).Keyword();
        var testing = dmarc.EffectivePolicy is { } effective && effective != dmarc.PublishedPolicy ? $" (in test mode: {effective.Keyword()})" : string.Empty;
        return $"{dmarc.PolicyDomain} asks: {policy}{testing}";
    }

    private static string Departure(DmarcResult dmarc) =>
        dmarc.Override is { } departure ? $" ({departure.Comment ?? departure.TypeKeyword.Replace('_', ' ')})" : string.Empty;

    private List<Piece[]> Rows()
    {
        var rows = new List<Piece[]>();
        if ((_outcome.Spf ?? _outcome.SpfHelo) is { } spf)
        {
            rows.Add(Row("SPF", spf.Domain?.ToString() ?? string.Empty, spf.Code.Keyword(), Alignment(IdentifierSource.Spf, spf.Domain?.ToString()), ResultWords.Of(spf)));
        }

        if (_outcome.Dkim is { } dkim)
        {
            rows.Add(Deciding(dkim) is { } signature ? RowOf(signature, dkim) : Row("DKIM", string.Empty, "none", string.Empty, "the message is not signed"));
        }

        if (_outcome.Arc is { HighestInstance: > 0 } arc)
        {
            rows.Add(Row("ARC", arc.Sets is [{ IsSealVerified: true } newest, ..] ? newest.Seal.Domain.ToString() : string.Empty, arc.Code.Keyword(), string.Empty, ResultWords.Of(arc)));
        }

        return rows;
    }

    private Piece[] RowOf(DkimResult signature, DkimResults all)
    {
        var others = all.Signatures.Where(other => other != signature).CountBy(static other => other.Code.Keyword())
            .Select(static pair => string.Create(CultureInfo.InvariantCulture, $"{pair.Value} {pair.Key}")).ToList();
        var further = others.Count == 0 ? string.Empty : $"; further signatures: {string.Join(", ", others)}";
        var domain = signature.Domain?.ToString();
        return Row("DKIM", domain ?? string.Empty, signature.Code.Keyword(), Alignment(IdentifierSource.Dkim, domain), ResultWords.Of(signature) + further);
    }

    // The signature that decides: an aligned one that passes, else an aligned one that does not, else one that passes.
    private DkimResult? Deciding(DkimResults dkim) => dkim.Signatures
        .OrderByDescending(signature => IsAligned(IdentifierSource.Dkim, signature.Domain?.ToString()) is true ? 1 : 0)
        .ThenByDescending(static signature => signature.Code == SignatureResultCode.Pass ? 1 : 0)
        .FirstOrDefault();

    private static Piece[] Row(string method, string domain, string result, string alignment, string why) =>
        [new Piece(method), new Piece(domain), new Piece($"{Sign(result)} {result}", ResultTone.Of(result)), new Piece(alignment), new Piece(why)];

    // A sign beside the word, so that the state does not depend on colours.
    private static string Sign(string result) => result switch
    {
        "pass" => "+",
        "fail" or "permerror" => "x",
        "none" => "-",
        _ => "?",
    };

    private string Alignment(IdentifierSource method, string? domain) => IsAligned(method, domain) switch
    {
        true => "aligned",
        false => "not aligned",
        null => string.Empty,
    };

    // Null when no record applies, so that nothing was compared.
    private bool? IsAligned(IdentifierSource method, string? domain) => domain is null || _outcome.Dmarc is not { } dmarc
        ? null
        : dmarc.Alignments.FirstOrDefault(alignment => alignment.Identifier.Method == method && alignment.Identifier.Domain.ToString() == domain)?.IsAligned;

    private IEnumerable<Piece[]> Conclusions()
    {
        var diagnosis = account.Diagnosis;
        if (diagnosis.PassedEarlier is { } passed)
        {
            yield return Line("Before", new Piece(EarlierText.OfPass(passed, account)));
        }

        var cause = diagnosis.Causes[0];
        if (FoundBehind(cause.Code) is { } found)
        {
            var isProven = !found.Changes.IsEmpty && found.Changes.All(static change => change.IsProven);
            var help = found.Changes.IsEmpty ? ["compare with a copy of the message as it was sent: --against COPY"] : found.Changes.Select(static change => change.Advice);
            yield return Line(isProven ? "Cause" : "Likely", new Piece(isProven ? found.Summary : $"{ResultWords.Of(found.Result)}; {found.Summary}"));
            yield return Line("To do", new Piece(string.Join("; or ", help.Distinct(StringComparer.Ordinal).Take(2))));
            yield break;
        }

        yield return Line(cause.IsCertain ? "Cause" : "Likely", new Piece(cause.Text));

        // What a receiver can do at once, and what helps against this cause. The evidence has the rest.
        var own = cause.Advice.Select(static advice => advice.Code).ToHashSet();
        var advice = diagnosis.Advice.Where(advice => advice.Code == AdviceCode.TrustSealers || own.Contains(advice.Code)).ToList();
        yield return Line("To do", new Piece(string.Join("; or ", (advice.Count > 0 ? advice : [.. diagnosis.Advice]).Take(2).Select(static one => one.Text))));
    }

    // What was found of the signature that decides, where the cause is that it does not hold.
    private SignatureDiagnosis? FoundBehind(CauseCode cause) =>
        cause is (CauseCode.BodyChanged or CauseCode.BodyCut or CauseCode.BodyHashWrong or CauseCode.HeaderChanged or CauseCode.HeaderAndBodyChanged
            or CauseCode.OtherKey or CauseCode.ChangedByList or CauseCode.KeyUnusable)
            && _outcome.Dkim is { } dkim && Deciding(dkim) is { } signature
            ? account.Signatures?.FirstOrDefault(diagnosis => diagnosis.Result == signature && (!diagnosis.Changes.IsEmpty || (diagnosis.Summary.Length > 0 && cause != CauseCode.ChangedByList)))
            : null;
}
