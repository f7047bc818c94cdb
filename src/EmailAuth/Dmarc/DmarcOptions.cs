namespace EmailAuth.Dmarc;

/// <summary>How DMARC is evaluated (RFC 9989).</summary>
public sealed record DmarcOptions
{
    private readonly int _maxIdentifiers = 11;

    /// <summary>The defaults.</summary>
    public static DmarcOptions Default { get; } = new();

    /// <summary>
    /// Whether the queries of a walk are all asked at once, which takes the time of one; else one after the other, which saves those
    /// behind a record that ends the walk. A walk has at most eight. Default true.
    /// </summary>
    internal bool Prefetch { get; init; } = true;

    /// <summary>
    /// The list to find organizational domains by, as in RFC 7489; null for the tree walk of RFC 9989. Default null.
    /// </summary>
    public PublicSuffixList? PublicSuffixList { get; init; }

    /// <summary>
    /// How many authenticated identifiers have their organizational domain looked up, at least 1: those that are neither the author domain
    /// nor outside its organizational domain. Each may take eight queries (RFC 9989 section 4.10). One more is treated as not aligned, and
    /// says so. Default 11, for MAIL FROM and as many signatures as DKIM checks by default.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is less than 1.</exception>
    public int MaxIdentifiers
    {
        get => _maxIdentifiers;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 1);
            _maxIdentifiers = value;
        }
    }

    /// <summary>Discovery as these options ask for it.</summary>
    internal DiscoveryStrategy NewStrategy() => PublicSuffixList is { } list ? new PublicSuffixListStrategy(list) : TreeWalkStrategy.Instance;
}
