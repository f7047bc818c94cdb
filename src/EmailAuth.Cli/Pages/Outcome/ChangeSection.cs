using System.Collections.Immutable;
using EmailAuth.Cli.Output;
using EmailAuth.Inspection.Signatures;

namespace EmailAuth.Cli.Pages.Outcome;

/// <summary>What changed signatures that do not hold, with the lines that differ, and how the message differs from a copy.</summary>
internal static class ChangeSection
{
    private const int MaxSignatures = 6;

    public static Html Of(MessageAccount account)
    {
        var found = account.Signatures is { } all
            ? all.Where(static one => !one.Changes.IsEmpty || one.HeaderSearch is not SearchEnd.NotNeeded || one.BodySearch is not SearchEnd.NotNeeded).ToList()
            : [];
        var diagnoses = found.Take(MaxSignatures).Select(Diagnosis);
        var left = found.Count - MaxSignatures;
        Html more = left <= 0 ? Html.Empty : $"<p class=\"small muted\">{left} further signatures are not shown; --json has them.</p>";
        return $"{diagnoses}{more}{account.Comparisons.Take(MaxSignatures).Select(Comparison)}";
    }

    private static Html Diagnosis(SignatureDiagnosis diagnosis)
    {
        Html name = $"{Shown.Code(diagnosis.Result.Domain?.ToString() ?? "unreadable domain")} <span class=\"muted small\">{diagnosis.Result.Selector}</span>";
        Html searched = diagnosis.TryCount > 0
            ? $"<p class=\"small muted\">Searched: {diagnosis.TryCount} candidates, {diagnosis.HashedBytes} octets hashed.</p>"
            : Html.Empty;
        return $"<h3>{name}</h3>{diagnosis.Changes.Select(Change)}{NotFound("header", diagnosis.HeaderSearch)}{NotFound("body", diagnosis.BodySearch)}{searched}";
    }

    private static Html Change(SignatureChange change)
    {
        Html sure = change.IsProven ? (Html)$"{Badge.Of(State.Pass, "proven")}" : $"{Badge.Of(State.Risk, "probably")}";
        return $"<p>{sure} {Shown.Whole(change.Text)} <span class=\"muted\">({change.Section})</span></p>{Diff(change.Diff)}";
    }

    private static Html NotFound(string half, SearchEnd end) => end switch
    {
        SearchEnd.NotFound => $"<p>{Badge.Of(State.None, "not found")} What changed the {half}: none of the known changes fits its hash. Compare with a copy as it was sent: {Shown.Code("--against COPY")}.</p>",
        SearchEnd.LimitReached => $"<p>{Badge.Of(State.None, "not found")} What changed the {half}: the search ended at its limit. Compare with a copy as it was sent: {Shown.Code("--against COPY")}.</p>",
        SearchEnd.NotNeeded or SearchEnd.Found or _ => Html.Empty,
    };

    private static Html Comparison(CopyComparison comparison)
    {
        Html body = comparison.IsSignedBody ? (Html)$"{Badge.Of(State.Pass, "the copy is what was signed")}" : $"{Badge.Of(State.Fail, "the copy is not what was signed")}";
        Html header = comparison.IsSignedHeader switch
        {
            true => $"{Badge.Of(State.Pass, "the copy is what was signed")}",
            false => $"{Badge.Of(State.Fail, "the copy is not what was signed")}",
            null => (Html)$"{Badge.Of(State.None, "not known without the key")}",
        };
        return $"""
            <h3>Against the copy: {Shown.Code(comparison.Signature.Domain.ToString())} <span class="muted small">{comparison.Signature.Selector}</span></h3>
            <p>Body: {body}</p>{Difference(comparison.BodyDiff)}<p>Header: {header}</p>{Difference(comparison.HeaderDiff)}
            """;
    }

    private static Html Difference(ImmutableArray<DiffLine> lines) => lines.IsEmpty ? $"<p class=\"small muted\">No difference in what is signed.</p>" : Diff(lines);

    private static Html Diff(ImmutableArray<DiffLine> lines)
    {
        if (lines.IsEmpty)
        {
            return Html.Empty;
        }

        var shown = lines.Select(static line => line.IsSigned
            ? (Html)$"<span class=\"line removed\">- {Shown.Sentence(line.Text)}</span>"
            : (Html)$"<span class=\"line added\">+ {Shown.Sentence(line.Text)}</span>");
        return $"<pre class=\"diff\"><span class=\"line place\">- as signed, + as it arrived</span>{shown}</pre>";
    }
}
