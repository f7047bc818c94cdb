using System.Collections.Immutable;
using EmailAuth.Syntax;

namespace EmailAuth.Results;

/// <summary>
/// Writes an Authentication-Results field (RFC 8601 section 2.2, RFC 8616). Values may hold anything: they are encoded so that a reader
/// gets them back and nothing in them can end the field, a line, a quoted-string or a comment.
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
    /// <param name="results">What to write.</param>
    /// <param name="options">How, or null for the defaults.</param>
    /// <exception cref="ArgumentException">
    /// The authserv-id is empty, or a method, result, ptype or property is not a keyword: 1 to 64 letters, digits, hyphens and underscores.
    /// </exception>
    public static string WriteField(AuthenticationResults results, AuthenticationResultsWriterOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(results);
        return Write(results.AuthservId, results.Version, results.Instance, results.Results, options, withName: true);
    }

    /// <summary>The field of one's own results, which has neither version nor instance.</summary>
    internal static string WriteField(string authservId, ImmutableArray<MethodResult> results) =>
        Write(authservId, version: null, instance: null, results, options: null, withName: true);

    /// <summary>The value alone, folded as it is after the field's name and a space.</summary>
    /// <inheritdoc cref="WriteField(AuthenticationResults, AuthenticationResultsWriterOptions?)"/>
    public static string WriteValue(AuthenticationResults results, AuthenticationResultsWriterOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(results);
        return Write(results.AuthservId, results.Version, results.Instance, results.Results, options, withName: false);
    }

    // RFC 8601 section 2.2: authres-payload = [CFWS] authserv-id [ CFWS authres-version ] ( no-result / 1*resinfo ) [CFWS]
    private static string Write(
        string authservId, int? version, int? instance, ImmutableArray<MethodResult> results, AuthenticationResultsWriterOptions? options, bool withName)
    {
        ArgumentException.ThrowIfNullOrEmpty(authservId);
        var limit = (options ?? AuthenticationResultsWriterOptions.Default).MaxTextLength;
        var text = new FieldText(stackalloc char[1024]);
        try
        {
            if (instance is { } set)
            {
                text.Literal("i=");
                text.Number(set);
                text.Literal(';');
                text.Space();
            }

            text.Value(authservId, limit);
            if (version is { } number)
            {
                text.Space();
                text.Number(number);
            }

            text.Literal(';');
            WriteResults(ref text, results, limit);
            var prefix = instance is null ? FieldPrefix : ArcFieldPrefix;
            return withName ? text.Fold(prefix, 0) : text.Fold([], prefix.Length);
        }
        finally
        {
            text.Dispose();
        }
    }

    private static void WriteResults(ref FieldText text, ImmutableArray<MethodResult> results, int limit)
    {
        if (results.IsDefaultOrEmpty)
        {
            text.Space();
            text.Literal("none");
            return;
        }

        for (var i = 0; i < results.Length; i++)
        {
            text.NewLine();
            WriteResult(ref text, results[i], limit);
            if (i < results.Length - 1)
            {
                text.Literal(';');
            }
        }
    }

    // RFC 8601 section 2.2: resinfo = [CFWS] ";" methodspec [ CFWS reasonspec ] [ CFWS 1*propspec ]
    private static void WriteResult(ref FieldText text, MethodResult result, int limit)
    {
        text.Literal(Keyword(result.Method, nameof(MethodResult.Method)));
        text.Literal('=');
        text.Literal(Keyword(result.Result, nameof(MethodResult.Result)));
        if (!string.IsNullOrWhiteSpace(result.Comment))
        {
            text.Space();
            text.Comment(result.Comment, limit);
        }

        if (result.Reason is not null)
        {
            text.Space();
            text.Literal("reason=");
            text.Value(result.Reason, limit);
        }

        foreach (var property in result.Properties.IsDefault ? [] : result.Properties)
        {
            text.Space();
            text.Literal(Keyword(property.Type, nameof(ResultProperty.Type)));
            text.Literal('.');
            text.Literal(Keyword(property.Name, nameof(ResultProperty.Name)));
            text.Literal('=');
            text.PropertyValue(property.Value, limit);
        }
    }

    // These words are the caller's own, never a stranger's; underscores are in use though RFC 5321's Keyword lacks them.
    private static string Keyword(string word, string role) =>
        word is { Length: > 0 and <= MaxKeywordLength } && !word.AsSpan().ContainsAnyExcept(CharacterClasses.HostLabel)
            ? word
            : throw new ArgumentException($"{role} is not a keyword of RFC 8601 section 2.2: \"{word}\".", nameof(word));
}
