using EmailAuth.Results;
using EmailAuth.Syntax;

namespace EmailAuth.Spf;

/// <summary>
/// Writes a Received-SPF field (RFC 7208 section 9.1, by erratum 5436). Texts of the client and of
/// the DNS are encoded so that they cannot end the field, a line, a quoted-string or a comment, and do not look like another key to a simple
/// reader: escapes, quotes, semicolons and equals signs after a key are replaced. It is ASCII unless the reverse-path is not, or the
/// receiver is a name that cannot be written in ASCII.
/// </summary>
/// <remarks>The same result always gives the same text; lines have at most 78 octets wherever there is a place to break them.</remarks>
public static class ReceivedSpfWriter
{
    // An address has at most 320 octets; a longer text is cut and ends in "...".
    private const int MaxTextLength = 400;

    private const string FieldPrefix = "Received-SPF: ";

    /// <summary>The whole field: name, colon, folded value, without a final CRLF.</summary>
    /// <param name="result">What to write.</param>
    /// <param name="receiver">The name of the host that checked; U-labels are written as A-labels.</param>
    /// <exception cref="ArgumentException"><paramref name="receiver"/> is empty.</exception>
    public static string WriteField(SpfResult result, string receiver) => Write(result, receiver, withName: true);

    /// <summary>The value alone, folded as it is after the field's name and a space.</summary>
    /// <inheritdoc cref="WriteField"/>
    public static string WriteValue(SpfResult result, string receiver) => Write(result, receiver, withName: false);

    // Erratum 5436: header-field = "Received-SPF:" [CFWS] result [ FWS comment ] [ FWS key-value-list ] [FWS] CRLF
    private static string Write(SpfResult result, string receiver, bool withName)
    {
        ArgumentNullException.ThrowIfNull(result);
        ArgumentException.ThrowIfNullOrEmpty(receiver);

        // The name of a host is written in the one form that every message may carry.
        receiver = InternationalizedLabel.ToALabels(receiver);
        var text = new FieldText(stackalloc char[1024]);
        try
        {
            text.Literal(result.Code.Keyword());
            text.Space();
            text.Comment(PlainText.OfComment($"{receiver}: {result.Reason}"), MaxTextLength);
            if (result.Client is not null)
            {
                Pair(ref text, "client-ip", result.Client.ToString(), isLast: false);
            }

            if (result.Identity == SpfIdentity.MailFrom)
            {
                Pair(ref text, "envelope-from", result.IsNullReversePath ? "<>" : PlainText.OfValue(result.Sender, keepsUnicode: true), isLast: false);
            }

            if (result.Helo is not null)
            {
                Pair(ref text, "helo", PlainText.OfValue(result.Helo), isLast: false);
            }

            Pair(ref text, "receiver", receiver, isLast: false);
            Pair(ref text, "identity", result.Identity == SpfIdentity.MailFrom ? "mailfrom" : "helo", isLast: false);
            if (result.Code is SpfResultCode.TempError or SpfResultCode.PermError)
            {
                Pair(ref text, "problem", PlainText.OfReason(result.Reason, MaxTextLength), isLast: true);
            }
            else
            {
                // RFC 7208 section 9.1: "default" when no mechanism matched.
                Pair(ref text, "mechanism", PlainText.OfValue(result.MatchedMechanism?.ToString() ?? "default"), isLast: true);
            }

            return withName ? text.Fold(FieldPrefix, 0) : text.Fold([], FieldPrefix.Length);
        }
        finally
        {
            text.Dispose();
        }
    }

    // RFC 7208 section 9.1: key-value-pair = key [CFWS] "=" ( dot-atom / quoted-string ), separated by ";".
    private static void Pair(ref FieldText text, string key, string value, bool isLast)
    {
        text.Space();
        text.Literal(key);
        text.Literal('=');
        text.DotAtomOrQuotedString(value, MaxTextLength);
        if (!isLast)
        {
            text.Literal(';');
        }
    }
}
