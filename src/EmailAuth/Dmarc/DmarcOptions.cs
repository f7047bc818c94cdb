namespace EmailAuth.Dmarc;

/// <summary>How DMARC is evaluated (RFC 9989).</summary>
public sealed record DmarcOptions
{
    private readonly int _maxLookups = 40;

    /// <summary>The defaults.</summary>
    public static DmarcOptions Default { get; } = new();

    /// <summary>
    /// Whether the queries of a walk are all asked at once, which takes the time of one; else one after the other, which saves those
    /// behind a record that ends the walk. A walk has at most eight. Default true.
    /// </summary>
    public bool AskAtOnce { get; init; } = true;

    /// <summary>
    /// The list to find organizational domains by, as in RFC 7489; null for the tree walk of RFC 9989. Default null.
    /// </summary>
    public PublicSuffixList? PublicSuffixList { get; init; }

    /// <summary>
    /// The most DNS queries for one message, from 9 (one walk, and whether the author domain exists). An identifier whose walk would
    /// exceed it is taken as not aligned, and says so. Default 40.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is less than 9.</exception>
    public int MaxLookups
    {
        get => _maxLookups;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 9);
            _maxLookups = value;
        }
    }
}
