using EmailAuth.Arc;
using EmailAuth.Results;
using EmailAuth.Signatures;

namespace EmailAuth.Cli.Pages.Outcome;

/// <summary>The ARC chain from the first hop to here: who sealed it, what each sealer says it found, and whether the message was changed since.</summary>
internal static class ArcSection
{
    private const int MaxSets = 10;
    private const int MaxClaims = 12;

    public static Html Of(AuthenticationOutcome outcome)
    {
        if (outcome.Arc is not { HighestInstance: > 0 } arc)
        {
            return Html.Empty;
        }

        var sets = arc.Sets.Reverse().ToList();
        var shown = sets.Count <= MaxSets ? sets : sets[^MaxSets..];
        var passes = arc.Code == ArcResultCode.Pass;
        Html verdict = passes ? (Html)$"{Badge.Of(State.Pass, "chain passes")}" : $"{Badge.Of(Badge.StateOf(arc.Code.Keyword()), $"chain: {arc.Code.Keyword()}")}";
        Html reason = arc.Reason is { } why ? $"<p class=\"small\">{Shown.Whole(why)}</p>" : Html.Empty;
        Html trust = outcome.Dmarc?.Override is { TypeKeyword: "trusted_forwarder" }
            ? (Html)$"<p class=\"small\">Its sealers are trusted here, so what they say counts.</p>"
            : $"<p class=\"small\">A chain shows who says what. It changes the verdict only if every sealer, from the newest back, is trusted here (setting {Shown.Code("Policy:TrustedSealers")}).</p>";
        Html left = sets.Count > MaxSets ? $"<p class=\"small muted\">{sets.Count - MaxSets} older sets are not shown.</p>" : Html.Empty;
        return $"{left}<ol class=\"strip\">{shown.Select(set => Set(set, arc))}<li><h3>Here: {Shown.Code(outcome.AuthservId)}</h3><p>{verdict}</p>{reason}{trust}</li></ol>";
    }

    private static Html Set(ArcSet set, ArcResult arc)
    {
        var seal = set.SealResult.Code;
        Html sealing = seal switch
        {
            SignatureResultCode.Pass => $"{Badge.Of(State.Pass, "seal valid")}",
            SignatureResultCode.None => $"{Badge.Of(State.None, "seal not checked")}",
            SignatureResultCode.Fail or SignatureResultCode.Policy or SignatureResultCode.Neutral or SignatureResultCode.TempError or SignatureResultCode.PermError or _ =>
                $"{Badge.Of(State.Fail, $"seal: {seal.Keyword()}")}",
        };
        Html since = set.MessageSignatureResult.Code switch
        {
            SignatureResultCode.Pass => $"{Badge.Of(State.Pass, "message unchanged since")}",
            SignatureResultCode.None => $"{Badge.Of(State.None, "message not compared")}",
            SignatureResultCode.Fail or SignatureResultCode.Policy or SignatureResultCode.Neutral or SignatureResultCode.TempError or SignatureResultCode.PermError or _ =>
                $"{Badge.Of(State.Note, "message changed since")}",
        };
        Html why = set.SealResult.Reason is { } reason ? $"<p class=\"small muted\">{Shown.Whole(reason)}</p>" : Html.Empty;
        Html time = set.Seal.SignedAt is { } at ? $", {PageTime.Of(at)}" : Html.Empty;
        return $"""
            <li><h3>i={set.Instance} {Shown.Code(set.Seal.Domain.ToString())}</h3><p>{sealing} {since}</p><p class="small">{Claims(set)}</p>{why}
            <p class="small muted">cv={set.Seal.ChainValidation.Keyword()}, selector {Shown.Code(set.Seal.Selector)}{time}</p></li>
            """;
    }

    private static Html Claims(ArcSet set)
    {
        if (set.Results is not { } results)
        {
            return $"What it says cannot be read: {set.ResultsDefect}";
        }

        var claims = results.Results.Take(MaxClaims).Select(static claim => claim is { Method: "dmarc", Result: "pass" }
            ? (Html)$"<mark class=\"hit mono\">dmarc=pass</mark> "
            : (Html)$"{Shown.Code($"{claim.Method}={claim.Result}")} ");
        return $"It says that on arrival: {claims}";
    }
}
