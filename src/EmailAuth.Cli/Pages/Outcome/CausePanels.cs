using EmailAuth.Cli.Output;
using EmailAuth.Inspection.Outcomes;
using EmailAuth.Inspection.Signatures;

namespace EmailAuth.Cli.Pages.Outcome;

/// <summary>Two panels of the first screen: the cause with how sure it is, and what to do.</summary>
internal static class CausePanels
{
    public static Html Of(MessageAccount account)
    {
        var found = DecidingSignature.ChangeOf(account);
        return $"<div class=\"panel\">{Cause(account, found)}</div><div class=\"panel\"><h2>What to do</h2>{Advice(account.Diagnosis, found)}</div>";
    }

    private static Html Cause(MessageAccount account, SignatureDiagnosis? found)
    {
        var diagnosis = account.Diagnosis;
        var first = diagnosis.Causes[0];
        var isProven = found is { Changes.IsEmpty: false } && found.Changes.All(static change => change.IsProven);
        var isFound = found is { Changes.IsEmpty: false };
        Html sure = isProven
            ? $"Certain: with the change taken back, the hash is exactly the one that {Shown.Code(found!.Result.Domain?.ToString())} signed."
            : isFound ? (Html)$"Not certain: {Shown.Whole(first.Text)}"
            : found is not null ? (Html)$"{Shown.Whole(found.Summary)}"
            : first.IsCertain ? (Html)$"Certain: the results below show it."
            : (Html)$"A guess from the results below: nothing proves it.";
        Html text = isFound ? $"{Shown.Whole(found!.Summary)}" : found is not null ? (Html)$"{Shown.Whole(ResultWords.Of(found.Result))}" : (Html)$"{Shown.Whole(first.Text)}";
        var isCertain = found is null ? first.IsCertain : isProven || !isFound;
        Html before = diagnosis.PassedEarlier is { } passed ? $"<p class=\"small muted\">Before: {Shown.Whole(EarlierText.OfPass(passed, account))}</p>" : Html.Empty;
        var further = (isFound && first.Code == CauseCode.ChangedByList ? diagnosis.Causes : [.. diagnosis.Causes.Skip(1)])
            .Select(static cause => (Html)$"<li>{Shown.Whole(cause.Text)}{(cause.IsCertain ? string.Empty : " (likely)")}</li>").ToList();
        Html also = further.Count == 0 ? Html.Empty : $"<p class=\"small muted\">Also found:</p><ul class=\"small\">{further}</ul>";
        return $"<h2>{(isCertain ? "Cause" : "Most likely cause")}</h2><p><strong>{text}</strong></p><p class=\"small muted\">{sure}</p>{before}{also}";
    }

    private static Html Advice(OutcomeDiagnosis diagnosis, SignatureDiagnosis? found)
    {
        if (diagnosis.Advice is [{ Code: AdviceCode.Nothing }])
        {
            return $"<p>Nothing.</p>";
        }

        // What was found makes a comparison needless; when nothing was found, the copy can be given here.
        IEnumerable<string> ofChanges = found is null ? [] : found.Changes.IsEmpty
            ? ["compare with a copy of the message as it was sent: --against COPY"]
            : found.Changes.Select(static change => change.Advice);
        var others = diagnosis.Advice.Where(advice => found is null || advice.Code != AdviceCode.CompareCopy).ToLookup(static advice => advice.Code == AdviceCode.TrustSealers);
        var all = others[true].Select(static advice => advice.Text).Concat(ofChanges).Concat(others[false].Select(static advice => advice.Text));
        return $"<ul>{all.Distinct(StringComparer.Ordinal).Select(static text => (Html)$"<li>{Shown.Whole(text)}</li>")}</ul>";
    }
}
