using System.Collections.Immutable;
using System.Text;
using System.Text.Unicode;
using EmailAuth.Bimi;
using EmailAuth.Composition;
using EmailAuth.Results;
using EmailAuth.Spf;

namespace EmailAuth.Rendering;

/// <summary>Writes an outcome's fields: the one that every reader in use takes, and the one for what only some take. Pure.</summary>
internal static class OutcomeFields
{
    public static (string Header, string? Extended) Write(AuthenticationOptions options, in Findings found, ImmutableArray<MethodResult> results)
    {
        var keepsUnicode = IsInternationalized(found);
        var written = new AuthenticationResults { AuthservId = options.AuthservId, Results = results };
        var header = AuthenticationResultsWriter.WriteField(written, ResultsForm.Common, keepsUnicode);
        var extended = Extended(options.ExtendedResults, found, results);
        return extended.IsEmpty
            ? (header, null)
            : (header, AuthenticationResultsWriter.WriteField(written with { Results = extended }, ResultsForm.Extended, keepsUnicode));
    }

    private static ImmutableArray<MethodResult> Extended(ExtendedResults asked, in Findings found, ImmutableArray<MethodResult> results)
    {
        // The second result of SPF, after that of MAIL FROM.
        var takesHelo = asked == ExtendedResults.All && results is [{ Method: "spf" }, { Method: "spf" }, ..];
        var takesDmarc = asked == ExtendedResults.All && found.Dmarc is { AuthorDomain: not null, PublishedPolicy: not null };
        var takesBimi = found.Bimi is not null
            && (asked == ExtendedResults.All || (asked == ExtendedResults.Bimi && found.Bimi.Code is not (BimiResultCode.None or BimiResultCode.Skipped)));
        return takesHelo || takesDmarc || takesBimi
            ? [.. results.Where((result, index) => (takesHelo && index == 1) || (takesDmarc && result.Method == "dmarc") || (takesBimi && result.Method == "bimi"))]
            : [];
    }

    // RFC 6531 and RFC 6532: only such a message may carry UTF-8 in its envelope and header, and only its readers expect it (RFC 8616). An
    // envelope that has it can only belong to such a message. In an ASCII message UTF-8 comes from encodings, as of DKIM's i=.
    private static bool IsInternationalized(in Findings found)
    {
        var header = found.Header.Bytes.Span;
        return (!Ascii.IsValid(header) && Utf8.IsValid(header))
            || (found.Spf is { IsNullReversePath: false, Identity: SpfIdentity.MailFrom } spf && IsInternationalized(spf.Sender));
    }

    // A replacement character stands for octets that are not UTF-8.
    private static bool IsInternationalized(string reversePath) =>
        !Ascii.IsValid(reversePath) && !reversePath.Contains('\uFFFD', StringComparison.Ordinal);
}
