using System.Collections.Immutable;
using System.Runtime.InteropServices;
using EmailAuth.Syntax;

namespace EmailAuth.Results;

/// <summary>
/// Writes an Authentication-Results field (RFC 8601 section 2.2, RFC 8616). Values may have any characters: they are encoded so that a
/// reader gets them back and nothing in them can end the field, a line, a quoted-string or a comment.
/// </summary>
/// <remarks>
/// The same results always give the same text. Each method starts a line; lines have at most 78 octets where there is a place to break
/// them, and never more than 998. Line ends and tabs in a value become spaces, other control characters and lone surrogates become
/// question marks; other non-ASCII text stays as it is (the field is then an internationalized one, RFC 6532).
/// </remarks>
public static class AuthenticationResultsWriter
{
    /// <summary>The longest keyword that is written, in characters.</summary>
    private const int MaxKeywordLength = 64;

    private const string FieldPrefix = "Authentication-Results: ";
    private const string ArcFieldPrefix = "ARC-Authentication-Results: ";

    /// <summary>
    /// The whole field: name, colon, folded value, without a final CRLF. With an <see cref="AuthenticationResults.Instance"/> it is an
    /// ARC-Authentication-Results field (RFC 8617 section 4.1.1).
    /// </summary>
    /// <param name="results">What to write; of one value, reason or comment at most 400 octets.</param>
    /// <exception cref="ArgumentException">
    /// The authserv-id is empty, or a method, result, ptype or property is not a keyword: 1 to 64 letters, digits, hyphens and underscores.
    /// </exception>
    public static string WriteField(AuthenticationResults results) => WriteField(results, AuthenticationResultsWriterOptions.Default);

    /// <summary>The whole field, written within another limit.</summary>
    internal static string WriteField(AuthenticationResults results, AuthenticationResultsWriterOptions options)
    {
        ArgumentNullException.ThrowIfNull(results);
        return Write(results, Exact(options), withName: true);
    }

    /// <summary>The field of our own results, for existing readers.</summary>
    /// <param name="results">What to write; methods and properties that the form excludes are left out.</param>
    /// <param name="form">For which readers the field is.</param>
    /// <param name="keepsUnicode">Whether values and the authserv-id may be UTF-8: the message is an internationalized one (RFC 8616).</param>
    internal static string WriteField(AuthenticationResults results, ResultsForm form, bool keepsUnicode) =>
        Write(results, new Style(AuthenticationResultsWriterOptions.Default.MaxTextLength, form, keepsUnicode), withName: true);

    /// <summary>The value alone, folded as it is after the field's name and a space.</summary>
    /// <inheritdoc cref="WriteField(AuthenticationResults)"/>
    public static string WriteValue(AuthenticationResults results) => WriteValue(results, AuthenticationResultsWriterOptions.Default);

    /// <summary>The value alone, written within another limit.</summary>
    internal static string WriteValue(AuthenticationResults results, AuthenticationResultsWriterOptions options)
    {
        ArgumentNullException.ThrowIfNull(results);
        return Write(results, Exact(options), withName: false);
    }

    private static Style Exact(AuthenticationResultsWriterOptions options) => new(options.MaxTextLength, ResultsForm.Exact, KeepsUnicode: true);

    // RFC 8601 section 2.2: authres-payload = [CFWS] authserv-id [ CFWS authres-version ] ( no-result / 1*resinfo ) [CFWS]
    private static string Write(AuthenticationResults results, Style style, bool withName)
    {
        if (string.IsNullOrEmpty(results.AuthservId))
        {
            throw new ArgumentException("The authserv-id is empty.", nameof(results));
        }

        var text = new FieldText(stackalloc char[1024]);
        try
        {
            if (results.Instance is { } set)
            {
                text.Literal("i=");
                text.Number(set);
                text.Literal(';');
                text.Space();
            }

            // RFC 8601 section 2.5: the authserv-id has UTF-8 in an internationalized message only; elsewhere a name is written with A-labels.
            text.Value(style.KeepsUnicode ? results.AuthservId : InternationalizedLabel.ToALabels(results.AuthservId), style.Limit);
            if (results.Version is { } number)
            {
                text.Space();
                text.Number(number);
            }

            text.Literal(';');
            WriteResults(ref text, results.Results, style);
            var prefix = results.Instance is null ? FieldPrefix : ArcFieldPrefix;
            return withName ? text.Fold(prefix, 0) : text.Fold([], prefix.Length);
        }
        finally
        {
            text.Dispose();
        }
    }

    private static void WriteResults(ref FieldText text, ImmutableArray<MethodResult> results, Style style)
    {
        MethodResult? last = null;
        foreach (var result in results.IsDefault ? [] : results)
        {
            if (style.Form == ResultsForm.Common
                && (!CommonReaders.Know(result.Method) || (last?.Method == result.Method && !CommonReaders.TakeSeveral(result.Method))))
            {
                continue;
            }

            if (last is not null)
            {
                text.Literal(';');
            }

            text.NewLine();
            WriteResult(ref text, result, style);
            last = result;
        }

        if (last is null)
        {
            text.Space();
            text.Literal("none");
        }
    }

    // RFC 8601 section 2.2: resinfo = [CFWS] ";" methodspec [ CFWS reasonspec ] [ CFWS 1*propspec ]
    private static void WriteResult(ref FieldText text, MethodResult result, Style style)
    {
        text.Literal(Keyword(result.Method, nameof(MethodResult.Method)));
        text.Literal('=');
        text.Literal(Keyword(result.Result, nameof(MethodResult.Result)));
        if (!string.IsNullOrWhiteSpace(result.Comment))
        {
            text.Space();
            text.Comment(style.IsExact ? result.Comment : PlainText.OfComment(result.Comment), style.Limit);
        }

        // The grammar allows an empty reason, but python's authres drops a field that has one.
        if (style.IsExact ? result.Reason is not null : !string.IsNullOrWhiteSpace(result.Reason))
        {
            text.Space();
            text.Literal("reason=");
            text.Value(style.IsExact ? result.Reason : PlainText.OfReason(result.Reason!, style.Limit), style.Limit);
        }

        foreach (var property in result.Properties.IsDefault ? [] : result.Properties)
        {
            if (style.Holds(result.Method, property))
            {
                text.Space();
                text.Literal(Keyword(property.Type, nameof(ResultProperty.Type)));
                text.Literal('.');
                text.Literal(Keyword(property.Name, nameof(ResultProperty.Name)));
                text.Literal('=');
                text.PropertyValue(style.IsExact ? property.Value : PlainText.OfValue(property.Value, style.KeepsUnicode), style.Limit);
            }
        }
    }

    // The caller chooses these words, never a sender; RFC 5321's Keyword has no underscore, but existing methods use it.
    private static string Keyword(string word, string role) =>
        word is { Length: > 0 and <= MaxKeywordLength } && !word.AsSpan().ContainsAnyExcept(CharacterClasses.HostLabel)
            ? word
            : throw new ArgumentException($"{role} is not a keyword of RFC 8601 section 2.2: \"{word}\".", nameof(word));

    /// <summary>How texts are written.</summary>
    /// <param name="Limit">The most octets of one text.</param>
    /// <param name="Form">For which readers.</param>
    /// <param name="KeepsUnicode">Whether values may be UTF-8.</param>
    [StructLayout(LayoutKind.Auto)]
    private readonly record struct Style(int Limit, ResultsForm Form, bool KeepsUnicode)
    {
        public bool IsExact => Form == ResultsForm.Exact;

        // The identity of a signature is useless once a part of it is replaced: DMARC uses header.d (RFC 9989 section 4.4.1).
        public bool Holds(string method, ResultProperty property) =>
            IsExact
            || ((Form != ResultsForm.Common || CommonReaders.Know(method, property))
                && (property is not { Type: "header", Name: "i" } || PlainText.IsValue(property.Value, KeepsUnicode)));
    }
}
