using EmailAuth.Cli.Output;
using EmailAuth.Dkim;
using EmailAuth.Dmarc;
using EmailAuth.Signatures;

namespace EmailAuth.Cli.Pages.Outcome;

/// <summary>A card for each signature: its result, its key, and which fields it covers.</summary>
internal static class DkimSection
{
    private const int MaxCards = 12;

    public static Html Of(MessageAccount account)
    {
        if (account.Outcome.Dkim is not { } dkim)
        {
            return Html.Empty;
        }

        if (dkim.Signatures.IsEmpty)
        {
            return $"<p>The message is not signed.</p>";
        }

        var cards = dkim.Signatures.Take(MaxCards).Select((signature, index) => Card(account, signature, account.Coverage[index]));
        var left = dkim.Signatures.Length - MaxCards;
        Html more = left <= 0 ? Html.Empty : $"<p class=\"small muted\">{left} further signatures are not shown; --json has them.</p>";
        return $"<div class=\"cards\">{cards}</div>{more}";
    }

    private static Html Card(MessageAccount account, DkimResult result, SignatureCoverage coverage)
    {
        var word = result.Code.Keyword();
        var aligned = IdentifierCheck.Aligns(account.Outcome, IdentifierSource.Dkim, result.Domain?.ToString());
        Html name = result.Domain is { } domain ? (Html)$"{Shown.Code(domain.ToString())}" : $"unreadable domain";
        Html why = result.Reason is { } reason ? $"<p class=\"small muted\">{Shown.Whole(reason)}</p>" : Html.Empty;
        return $"""
            <article class="card {Shown.Attribute(Badge.ClassOf(Badge.StateOf(word)))}"><h3>{name} {Badge.OfResult(word)} {Badge.OfAlignment(aligned)}</h3>
            <p>{Shown.Whole(ResultWords.Of(result))}</p>{why}{Details(result)}{Covered(coverage)}</article>
            """;
    }

    private static Html Details(DkimResult result)
    {
        if (result.Signature is not { } signature)
        {
            return $"<dl class=\"facts\"><dt>Selector</dt><dd>{Shown.Code(result.Selector ?? "unreadable")}</dd></dl>";
        }

        Html bits = result.KeyBits is { } size ? $", key of {size} bits" : Html.Empty;
        Html testing = result.IsTesting ? $" {Badge.Of(State.Risk, "testing, t=y")}" : Html.Empty;
        Html signed = signature.SignedAt is { } time ? (Html)$"{PageTime.Of(time)}" : $"<span class=\"muted\">not said</span>";
        Html expires = signature.ExpiresAt is { } end ? (Html)$", expires {PageTime.Of(end)}" : $", no expiry";
        Html open = result.UnsignedBodyLength > 0 ? $"<dt>Open</dt><dd>{Badge.Of(State.Risk, "l=")} leaves {result.UnsignedBodyLength} octets of the body unsigned</dd>" : Html.Empty;
        return $"""
            <dl class="facts"><dt>Selector</dt><dd>{Shown.Code(signature.Selector)}{testing}</dd>
            <dt>Key record</dt><dd>{Shown.Code(signature.KeyName.ToString())}</dd>
            <dt>Algorithm</dt><dd>{Shown.Code(signature.AlgorithmName)}{bits}</dd>
            <dt>Header</dt><dd>{Half(result.HeaderCheck, "the signature matches", "the signature does not match")}</dd>
            <dt>Body hash</dt><dd>{Half(result.BodyCheck, "matches", "differs")}</dd>{open}
            <dt>Signed at</dt><dd>{signed}{expires}</dd>
            <dt>Reads as</dt><dd>header/body {Shown.Code(signature.Canonicalization)}</dd></dl>
            """;
    }

    private static Html Half(DkimCheck check, string matches, string differs) => check switch
    {
        DkimCheck.Matches => $"{Badge.Of(State.Pass, matches)}",
        DkimCheck.Differs => $"{Badge.Of(State.Fail, differs)}",
        DkimCheck.NotChecked => $"{Badge.Of(State.None, "not checked")}",
        _ => throw new System.Diagnostics.UnreachableException(),
    };

    private static Html Covered(SignatureCoverage coverage)
    {
        if (!coverage.IsKnown)
        {
            return Html.Empty;
        }

        var signed = coverage.Signed.Select(name => (Html)$"<li>{name}{Remark(coverage, name)}</li>");
        var absent = coverage.Absent.Select(static name => (Html)$"<li>{name} <span class=\"muted\">(absent, so none may be added)</span></li>");
        Html open = coverage.Unsigned.IsEmpty
            ? Html.Empty
            : $"<h4>Not signed</h4><ul class=\"chips open\">{coverage.Unsigned.Select(static name => (Html)$"<li>{name}</li>")}</ul>";
        return $"<h4>Signed</h4><ul class=\"chips\">{signed}{absent}</ul>{open}";
    }

    private static Html Remark(SignatureCoverage coverage, string name) =>
        coverage.Oversigned.Contains(name, StringComparer.Ordinal) ? $" <span class=\"muted\">(no further one may be added)</span>"
        : coverage.Partly.Contains(name, StringComparer.Ordinal) ? $" <span class=\"muted\">(not all of them)</span>"
        : Html.Empty;
}
