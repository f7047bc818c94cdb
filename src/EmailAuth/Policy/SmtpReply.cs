using System.Buffers;
using System.Globalization;

namespace EmailAuth.Policy;

/// <summary>An SMTP reply that refuses a message: the code, the enhanced status code and the text. Immutable.</summary>
/// <remarks>
/// Whatever the parts are made from, the reply is one line that an SMTP server can send as it is: printable ASCII (RFC 5321 section 4.2) of at
/// most 510 characters (section 4.5.3.1.5: 512 octets with the CRLF).
/// </remarks>
public sealed class SmtpReply
{
    // RFC 5321 section 4.5.3.1.5: a line has at most 512 octets with its code and its CRLF.
    private const int MaxLength = 510;
    private const string Ellipsis = "...";

    // RFC 5321 section 4.2: textstring = 1*(%d09 / %d32-126). A tab is written in too many ways to be worth keeping.
    private static readonly SearchValues<char> Printable =
        SearchValues.Create([.. Enumerable.Range(' ', '~' - ' ' + 1).Select(static code => (char)code)]);

    /// <summary>Makes a reply.</summary>
    /// <param name="code">400 to 459 for a temporary refusal, 500 to 559 for a permanent one; the second digit is 0 to 5 (RFC 5321 section 4.2).</param>
    /// <param name="enhancedCode">
    /// The enhanced status code (RFC 3463 section 2), such as <c>5.7.26</c> (RFC 7372): three numbers, of which the first is the first digit of
    /// <paramref name="code"/> and the others have at most three digits and no leading zero.
    /// </param>
    /// <param name="text">
    /// Why, for the sender's postmaster; may be empty. Characters that are not printable ASCII become question marks; a text that
    /// does not fit into the line is cut and ends in three dots.
    /// </param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="code"/> is not the code of a refusal.</exception>
    /// <exception cref="ArgumentException"><paramref name="enhancedCode"/> is malformed or does not fit the code.</exception>
    public SmtpReply(int code, string enhancedCode, string text)
    {
        ArgumentNullException.ThrowIfNull(enhancedCode);
        ArgumentNullException.ThrowIfNull(text);
        if (code is not ((>= 400 and <= 459) or (>= 500 and <= 559)))
        {
            throw new ArgumentOutOfRangeException(nameof(code), code, "A refusal has a code from 400 to 459 or from 500 to 559 (RFC 5321 section 4.2).");
        }

        if (!IsEnhancedCode(enhancedCode, code))
        {
            throw new ArgumentException(
                "An enhanced status code is class.subject.detail, its class is the code's first digit (RFC 3463 section 2).", nameof(enhancedCode));
        }

        Code = code;
        EnhancedCode = enhancedCode;
        Text = Fit(Clean(text), MaxLength - "550 ".Length - enhancedCode.Length - 1);
    }

    /// <summary>The reply code (RFC 5321 section 4.2): the first digit is 5 for a permanent refusal, 4 for a temporary one.</summary>
    public int Code { get; }

    /// <summary>The enhanced status code (RFC 3463, RFC 7372), such as <c>5.7.26</c>.</summary>
    public string EnhancedCode { get; }

    /// <summary>Why, in printable ASCII; may be empty.</summary>
    public string Text { get; }

    /// <summary>The reply in one line without its CRLF, such as <c>550 5.7.26 Not accepted: …</c>.</summary>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture, $"{Code} {EnhancedCode}{(Text.Length > 0 ? " " : null)}{Text}");

    // RFC 3463 section 2: status-code = class "." subject "." detail; RFC 2034 section 4: its class is the first digit of the reply code.
    private static bool IsEnhancedCode(ReadOnlySpan<char> text, int code) =>
        text.Length >= 2 && text[0] == '0' + (code / 100) && text[1] == '.'
        && text[2..].IndexOf('.') is > 0 and var dot
        && IsNumber(text[2..][..dot]) && IsNumber(text[2..][(dot + 1)..]);

    private static bool IsNumber(ReadOnlySpan<char> digits) =>
        digits.Length is >= 1 and <= 3 && !digits.ContainsAnyExceptInRange('0', '9') && (digits.Length == 1 || digits[0] != '0');

    private static string Clean(string text) => text.AsSpan().ContainsAnyExcept(Printable)
        ? string.Create(text.Length, text, static (target, text) =>
        {
            for (var i = 0; i < text.Length; i++)
            {
                target[i] = Printable.Contains(text[i]) ? text[i] : '?';
            }
        })
        : text;

    private static string Fit(string text, int length) =>
        text.Length <= length ? text : string.Concat(text.AsSpan(0, length - Ellipsis.Length), Ellipsis);
}
