namespace EmailAuth.Results;

/// <summary>How an Authentication-Results field is written.</summary>
internal sealed record AuthenticationResultsWriterOptions
{
    private readonly int _maxTextLength = 400;

    /// <summary>The defaults.</summary>
    public static AuthenticationResultsWriterOptions Default { get; } = new();

    /// <summary>
    /// The most octets that one value, reason or comment takes when it is written, from 32 to 800; a longer one is cut and ends with
    /// "...". Default 400: the longest address has 320. Up to 800, no line exceeds the 998 octets of RFC 5322 section 2.1.1.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is outside that range.</exception>
    public int MaxTextLength
    {
        get => _maxTextLength;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 32);
            ArgumentOutOfRangeException.ThrowIfGreaterThan(value, 800);
            _maxTextLength = value;
        }
    }
}
