using EmailAuth.Cli.Output;
using EmailAuth.Dmarc;

namespace EmailAuth.Cli.Pages.Outcome;

/// <summary>
/// A drawing of the identifiers and the author domain: a filled circle passes, a hollow one does not; a whole line leads to the author domain when the
/// identifier aligns, a broken one does not reach it. The table of checks says the same in words.
/// </summary>
internal static class IdentifiersSection
{
    private const int MaxDrawn = 12;
    private const int BoxHeight = 46;
    private const int RowHeight = 52;
    private const int Trunk = 20;
    private const int Circle = 62;

    public static Html Of(AuthenticationOutcome outcome)
    {
        if (outcome.Dmarc is not { Record: not null, AuthorDomain: { } author } dmarc || dmarc.Alignments.IsEmpty)
        {
            return Html.Empty;
        }

        var drawn = dmarc.Alignments.Take(MaxDrawn).ToList();
        var height = BoxHeight + 14 + (drawn.Count * RowHeight);
        var last = drawn.FindLastIndex(static one => one.IsAligned);
        var rows = Html.Empty;
        for (var i = 0; i < drawn.Count; i++)
        {
            rows.Add(Row(drawn[i], BoxHeight + 14 + (i * RowHeight) + (RowHeight / 2)));
        }

        Html trunk = last < 0
            ? Html.Empty
            : $"<path class=\"whole\" d=\"M{Trunk} {BoxHeight + 14 + (last * RowHeight) + (RowHeight / 2)}V{BoxHeight + 9}\"/><path class=\"arrow\" d=\"M{Trunk} {BoxHeight + 1}l-5 10h10z\"/>";
        Html organization = dmarc.OrganizationalDomain is { } name && name != author ? (Html)$"author domain, of {Shown.Drawn(name.ToString())}" : $"author domain";
        Html drawing = $"""
            <svg width="100%" height="{height}" role="img" aria-labelledby="drawing-title drawing-text"><title id="drawing-title">Identifiers and the author domain</title>
            <desc id="drawing-text">{drawn.Select(Describe)}</desc><rect class="box" x="1" y="1" width="292" height="{BoxHeight - 2}" rx="4"/>
            <text class="name" x="12" y="19">{Shown.Drawn(author.ToString())}</text><text class="muted" x="12" y="36">{organization}</text>{trunk}{rows}</svg>
            """;
        var left = dmarc.Alignments.Length - drawn.Count;
        Html more = left == 0 ? Html.Empty : $"<p class=\"small muted\">{left} further identifiers are not drawn.</p>";
        return $"<div class=\"pair\"><div>{drawing}{more}</div><div>{Words(dmarc)}</div></div>";
    }

    private static Html Describe(DmarcAlignment one) =>
        $"{Method(one)} {Shown.Drawn(one.Identifier.Domain.ToString())}: {one.Result}, {Alignment(one)}. ";

    private static Html Row(DmarcAlignment one, int y)
    {
        var passes = one.Result == "pass";
        Html line = one.IsAligned
            ? (Html)$"<path class=\"whole\" d=\"M{Trunk} {y}H{Circle - 9}\"/>"
            : $"<path class=\"broken\" d=\"M{Trunk + 16} {y}H{Circle - 9}\"/><path class=\"cross\" d=\"M{Trunk + 5} {y - 5}l10 10m0-10l-10 10\"/>";
        Html circle = passes
            ? (Html)$"<circle class=\"full\" cx=\"{Circle}\" cy=\"{y}\" r=\"9\"/><path class=\"tick\" d=\"M{Circle - 4} {y}l3 3.5 5-7\"/>"
            : $"<circle class=\"hollow\" cx=\"{Circle}\" cy=\"{y}\" r=\"8\"/><path class=\"cross\" d=\"M{Circle - 3} {y - 3}l6 6m0-6l-6 6\"/>";
        Html result = passes ? (Html)$"<tspan class=\"pass\">passes</tspan>" : $"<tspan class=\"fail\">{Shown.Drawn(one.Result)}</tspan>";
        Html domain = $"<text class=\"name\" x=\"{Circle + 18}\" y=\"{y - 2}\">{Shown.Drawn(one.Identifier.Domain.ToString())}</text>";
        return $"{line}{circle}{domain}<text class=\"muted\" x=\"{Circle + 18}\" y=\"{y + 15}\">{Method(one)}: {result}, {Alignment(one)}</text>";
    }

    private static string Alignment(DmarcAlignment one) => IdentifierCheck.Aligns(one) switch
    {
        true => "aligned",
        false => "not aligned",
        null => "not compared",
    };

    private static string Method(DmarcAlignment one) => one.Identifier.Method == IdentifierSource.Spf ? "SPF" : "DKIM";

    private static Html Words(DmarcResult dmarc)
    {
        var record = dmarc.Record!;
        Html here = dmarc.Alignments.Any(static one => one.Counts)
            ? (Html)$"Here at least one does both."
            : dmarc.Alignments.Any(static one => one.Result == "pass") && dmarc.Alignments.Any(static one => one.IsAligned)
                ? (Html)$"Here each does at most one of the two."
                : (Html)$"Here none does.";
        var lines = dmarc.Alignments.Take(MaxDrawn).Select(static one => (Html)$"<li>{Shown.Sentence(one.ToString())}</li>");
        return $"""
            <p>DMARC passes when <strong>one</strong> identifier does both: it <strong>passes</strong> (a filled circle with a tick), and it is <strong>aligned</strong> (a whole line to the author domain). {here}</p>
            <dl class="facts"><dt>DKIM alignment</dt><dd>{Mode(record.DkimAlignment, "adkim")}</dd><dt>SPF alignment</dt><dd>{Mode(record.SpfAlignment, "aspf")}</dd></dl>
            <ul class="small muted">{lines}</ul>
            """;
    }

    private static Html Mode(DmarcAlignmentMode mode, string tag) => mode == DmarcAlignmentMode.Strict
        ? (Html)$"strict ({Shown.Code($"{tag}=s")}): only the author domain itself"
        : $"relaxed: any domain of the same organization";
}
