using System.Buffers;
using System.Text;
using EmailAuth.Syntax;

namespace EmailAuth.Results;

/// <summary>
/// Reads the value of an Authentication-Results field (RFC 8601 section 2.2), or of an ARC-Authentication-Results field with its
/// <c>i=</c> (RFC 8617 section 4.1.1). The answer is all results of the field, or the reason why it cannot be read; a field is never read in part.
/// </summary>
/// <remarks>
/// The reader accepts more than the grammar where the meaning is clear: unquoted values with characters that a token lacks, underscores
/// in keywords, an empty item between two semicolons. Methods, results, ptypes and properties come in lower case, as they are
/// keywords; values, reasons and comments as they were before encoding. Of the comments, the one after a result is kept.
/// </remarks>
public static class AuthenticationResultsReader
{
    /// <summary>Reads a value: at most 65,536 characters, and at most 256 results; one with more is refused whole.</summary>
    /// <param name="value">The text after the field's colon, folded or not.</param>
    /// <returns>What the field says, or what is wrong with it and where.</returns>
    public static ParseResult<AuthenticationResults> Parse(ReadOnlySpan<char> value) => Parse(value, AuthenticationResultsReaderOptions.Default);

    /// <summary>Reads a value as it arrived; bytes that are not UTF-8 become U+FFFD.</summary>
    /// <inheritdoc cref="Parse(ReadOnlySpan{char})"/>
    internal static ParseResult<AuthenticationResults> Parse(ReadOnlySpan<byte> value) => Parse(value, AuthenticationResultsReaderOptions.Default);

    /// <summary>Reads a value within other limits.</summary>
    internal static ParseResult<AuthenticationResults> Parse(ReadOnlySpan<char> value, AuthenticationResultsReaderOptions options)
    {
        if (value.Length > options.MaxLength)
        {
            return TooLong(options);
        }

        var parser = new AuthenticationResultsParser(value, options.MaxResults);
        return parser.Parse();
    }

    /// <summary>Reads a value as it arrived within other limits.</summary>
    internal static ParseResult<AuthenticationResults> Parse(ReadOnlySpan<byte> value, AuthenticationResultsReaderOptions options)
    {
        if (value.Length > options.MaxLength)
        {
            return TooLong(options);
        }

        var characters = ArrayPool<char>.Shared.Rent(Encoding.UTF8.GetMaxCharCount(value.Length));
        try
        {
            var length = Encoding.UTF8.GetChars(value, characters);
            return Parse(characters.AsSpan(0, length), options);
        }
        finally
        {
            ArrayPool<char>.Shared.Return(characters);
        }
    }

    private static ParseResult<AuthenticationResults> TooLong(AuthenticationResultsReaderOptions options) =>
        ParseResult<AuthenticationResults>.Fail(SyntaxErrorCode.TooLong, options.MaxLength, $"the field is longer than {options.MaxLength} (MaxLength)");
}
