using System.Collections.Immutable;
using System.Diagnostics;
using System.Text;
using System.Text.Unicode;
using EmailAuth.Messages;
using EmailAuth.Results;

namespace EmailAuth.Rendering;

/// <summary>Writes an outcome's fields: one for every existing reader, and one for results that only some readers accept. Pure.</summary>
internal static class OutcomeFields
{
    public static (string Header, string? Extended) Write(AuthenticationOptions options, HeaderBlock message, ImmutableArray<MethodResult> results)
    {
        var keepsUnicode = IsInternationalized(message.Bytes.Span, results);
        var written = new AuthenticationResults { AuthservId = options.AuthservId, Results = results };
        var header = AuthenticationResultsWriter.WriteField(written, ResultsForm.Common, keepsUnicode);
        var extended = Extended(options.ExtendedResults, results);
        return extended.IsEmpty
            ? (header, null)
            : (header, AuthenticationResultsWriter.WriteField(new AuthenticationResults { AuthservId = options.AuthservId, Results = extended }, ResultsForm.Extended, keepsUnicode));
    }

    private static ImmutableArray<MethodResult> Extended(ExtendedResults asked, ImmutableArray<MethodResult> results)
    {
        ImmutableArray<MethodResult>.Builder? extended = null;
        for (var index = 0; index < results.Length; index++)
        {
            if (IsExtended(asked, results[index], index == 0 ? null : results[index - 1]))
            {
                (extended ??= ImmutableArray.CreateBuilder<MethodResult>(1)).Add(results[index]);
            }
        }

        return extended?.DrainToImmutable() ?? [];
    }

    // What existing readers do not accept in the first field: a method they do not know, a second result of a method of which they accept
    // one, and properties they do not know.
    private static bool IsExtended(ExtendedResults asked, MethodResult result, MethodResult? before) => asked switch
    {
        ExtendedResults.None => false,
        ExtendedResults.Bimi => !CommonReaders.Know(result.Method) && result.Result is not ("none" or "skipped"),
        ExtendedResults.All => !CommonReaders.Know(result.Method)
            || (before?.Method == result.Method && !CommonReaders.TakeSeveral(result.Method))
            || !CommonReaders.KnowAll(result),
        _ => throw new UnreachableException(),
    };

    // RFC 6531 and RFC 6532: only such a message may carry UTF-8 in its envelope and header, and only its readers expect it (RFC 8616). An
    // envelope that has it can only belong to such a message. In an ASCII message UTF-8 comes from encodings, such as that of DKIM's i=.
    private static bool IsInternationalized(ReadOnlySpan<byte> header, ImmutableArray<MethodResult> results) =>
        (!Ascii.IsValid(header) && Utf8.IsValid(header))
        || results.Any(static result => result.Properties is [{ Type: "smtp", Name: "mailfrom" } sender, ..] && IsInternationalized(sender.Value));

    // A replacement character stands for octets that are not UTF-8.
    private static bool IsInternationalized(string reversePath) =>
        !Ascii.IsValid(reversePath) && !reversePath.Contains('\uFFFD', StringComparison.Ordinal);
}
