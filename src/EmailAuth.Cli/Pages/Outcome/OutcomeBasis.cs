using System.Globalization;
using EmailAuth.Cli.Output;
using EmailAuth.Messages;

namespace EmailAuth.Cli.Pages.Outcome;

/// <summary>What a verdict rests on besides the message: where it was read, where answers of the DNS came from.</summary>
/// <param name="Message">The name of the message's file.</param>
/// <param name="Dns">Where the answers came from.</param>
internal sealed record OutcomeBasis(string Message, string Dns)
{
    public Html ToHtml(MessageAccount account)
    {
        var outcome = account.Outcome;
        Html envelope = account.Envelope?.Describe() is { } described ? (Html)$"{Shown.Whole(described)}" : $"As given with --ip, --helo and --mail-from.";
        Html moment = account.CheckedAt is { } time ? $"<dt>Moment</dt><dd>{PageTime.Of(time)} <span class=\"muted\">(change it with --now)</span></dd>" : Html.Empty;
        Html size = account.Octets is { } octets ? $", {octets} octets" : Html.Empty;
        Html id = account.Shown.MessageId is { } messageId ? $"<dt>Message-ID</dt><dd>{Shown.Code(messageId)}</dd>" : Html.Empty;
        Html defects = outcome.HeaderDefects == HeaderDefects.None ? Html.Empty : $"<dt>Header</dt><dd>Breaks RFC 5322: {Words.Of(outcome.HeaderDefects)}.</dd>";
        Html lineEnds = outcome.HasConvertedLineEnds ? $"<dt>Line ends</dt><dd>LF, as in a file: judged as CRLF, as on the wire.</dd>" : Html.Empty;
        var milliseconds = outcome.Elapsed.TotalMilliseconds.ToString("0.#", CultureInfo.InvariantCulture);
        return $"""
            <dl class="facts"><dt>Message</dt><dd>{Shown.Code(Message)}{size}</dd>{id}
            <dt>Envelope</dt><dd>{envelope}</dd>{moment}
            <dt>DNS</dt><dd>{outcome.LookupCount} lookups in {milliseconds} ms, {Dns}</dd>{lineEnds}{defects}</dl>
            """;
    }
}
