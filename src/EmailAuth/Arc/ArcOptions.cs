using EmailAuth.Signatures;


namespace EmailAuth.Arc;

/// <summary>How ARC chains are judged. The defaults are those of RFC 8617 for mail that arrives now.</summary>
public sealed record ArcOptions
{
    private readonly int _maxSets = ArcChain.MaxInstance;

    /// <summary>The defaults.</summary>
    public static ArcOptions Default { get; } = new();

    /// <summary>How many sets a chain may have, 1 to 50; one with more fails. Default 50 (RFC 8617 section 4.2.1).</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is outside the range.</exception>
    public int MaxSets
    {
        get => _maxSets;
        init => _maxSets = SignatureOptions.InRange(value, 1, ArcChain.MaxInstance);
    }

    /// <summary>
    /// How the signatures themselves are judged, as those of DKIM are: key sizes, times, partial bodies, header limits.
    /// <c>rsa-sha1</c> is never admitted. Default <see cref="SignatureOptions.Default"/>.
    /// </summary>
    public SignatureOptions Signatures { get; init; } = SignatureOptions.Default;

    /// <summary>Throws when options contradict each other.</summary>
    internal void Validate(string parameterName)
    {
        if (Signatures is null)
        {
            throw new ArgumentException("Signatures is null.", parameterName);
        }

        Signatures.Validate(parameterName);
    }
}
