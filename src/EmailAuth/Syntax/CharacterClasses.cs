using System.Buffers;

namespace EmailAuth.Syntax;

/// <summary>The character classes that the record grammars share, by their ABNF names.</summary>
internal static class CharacterClasses
{
    private const string Alpha = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    private const string Digit = "0123456789";

    /// <summary>RFC 1035 section 2.3.1, and the underscore that service names use (RFC 8552).</summary>
    public static readonly SearchValues<char> HostLabel = SearchValues.Create(Alpha + Digit + "-_");

    /// <summary>RFC 2045 section 5.1: token = any CHAR but SPACE, CTLs and tspecials.</summary>
    public static readonly SearchValues<char> Token = SearchValues.Create(Alpha + Digit + "!#$%&'*+-.^_`{|}~");

    /// <summary>RFC 5322 section 3.2.3: atext.</summary>
    public static readonly SearchValues<char> AText = SearchValues.Create(Alpha + Digit + "!#$%&'*+-/=?^_`{|}~");

    /// <summary>RFC 5322 section 2.2: white space within a line, and the line ends of folding.</summary>
    public static readonly SearchValues<char> FoldingWhiteSpace = SearchValues.Create(" \t\r\n");

    public static bool IsAlpha(char c) => char.IsAsciiLetter(c);

    public static bool IsDigit(char c) => char.IsAsciiDigit(c);

    public static bool IsAlphaDigit(char c) => char.IsAsciiLetterOrDigit(c);

    /// <summary>RFC 5234 appendix B.1: WSP.</summary>
    public static bool IsWsp(char c) => c is ' ' or '\t';

    /// <summary>RFC 5234 appendix B.1: WSP.</summary>
    public static bool IsWsp(byte b) => b is (byte)' ' or (byte)'\t';

    /// <summary>RFC 5234 appendix B.1: VCHAR, the visible ASCII characters.</summary>
    public static bool IsVchar(char c) => c is >= '!' and <= '~';

    /// <summary>RFC 5322 section 2.2: a character of a field name (visible ASCII except the colon).</summary>
    public static bool IsFieldNameCharacter(byte b) => b is >= (byte)'!' and <= (byte)'~' and not (byte)':';
}
