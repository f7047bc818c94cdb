namespace EmailAuth.Spf;

/// <summary>A piece of a macro-string (RFC 7208 section 7.1): literal text, or one macro.</summary>
internal readonly struct SpfMacroPart
{
    /// <summary>The delimiter when a macro names none (RFC 7208 section 7.1).</summary>
    public const string DefaultDelimiters = ".";

    public SpfMacroPart(string literal) => (Literal, Delimiters) = (literal, DefaultDelimiters);

    public SpfMacroPart(char letter, int partCount, bool isReversed, string delimiters)
    {
        Letter = char.ToLowerInvariant(letter);
        IsEscaped = char.IsUpper(letter);
        PartCount = partCount;
        IsReversed = isReversed;
        Delimiters = delimiters.Length == 0 ? DefaultDelimiters : delimiters;
        IsSplit = partCount > 0 || isReversed || delimiters.Length > 0;
    }

    /// <summary>The text, with <c>%%</c>, <c>%_</c> and <c>%-</c> replaced; null for a macro.</summary>
    public string? Literal { get; }

    /// <summary>The macro letter in lower case.</summary>
    public char Letter { get; }

    /// <summary>Whether the letter is upper case: the value is then URL-escaped (RFC 7208 section 7.3).</summary>
    public bool IsEscaped { get; }

    /// <summary>How many right-hand parts of the value to keep; 0 for all.</summary>
    public int PartCount { get; }

    public bool IsReversed { get; }

    public string Delimiters { get; }

    /// <summary>Whether a transformer or a delimiter is there: without any, the value stays in one piece (RFC 7208 section 7.3).</summary>
    public bool IsSplit { get; }
}
