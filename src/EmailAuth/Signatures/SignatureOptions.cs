using EmailAuth.Messages;

namespace EmailAuth.Signatures;

/// <summary>How DKIM and ARC judge signatures: keys, times, partial bodies, how much is read. Immutable.</summary>
/// <remarks>The defaults are those of RFC 6376 and RFC 8301 for mail that arrives now.</remarks>
public record SignatureOptions
{
    private readonly int _minRsaBits = 1024;
    private readonly int _maxRsaBits = 8192;
    private readonly int _maxCachedKeys = 20_000;
    private readonly TimeSpan _clockSkew = TimeSpan.FromSeconds(300);
    private readonly TimeSpan? _futureTolerance;

    /// <summary>The defaults.</summary>
    public static SignatureOptions Default { get; } = new();

    /// <summary>The fewest bits of an RSA key, 512 to 4,096. Default 1,024; less only together with <see cref="IsForArchives"/> (RFC 8301 section 3.2).</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is outside the range.</exception>
    public int MinRsaBits
    {
        get => _minRsaBits;
        init => _minRsaBits = InRange(value, 512, 4096);
    }

    /// <summary>The most bits of an RSA key, 2,048 to 16,384: larger keys are refused for the work they make. Default 8,192.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is outside the range.</exception>
    public int MaxRsaBits
    {
        get => _maxRsaBits;
        init => _maxRsaBits = InRange(value, 2048, 16384);
    }

    /// <summary>Whether <c>rsa-sha1</c> is admitted. Default false; true only together with <see cref="IsForArchives"/> (RFC 8301 section 3.1).</summary>
    public bool AllowRsaSha1 { get; init; }

    /// <summary>Says that the mail comes from an archive, so that <see cref="MinRsaBits"/> and <see cref="AllowRsaSha1"/> may go below RFC 8301. Default false.</summary>
    public bool IsForArchives { get; init; }

    /// <summary>How far the clocks of signer and verifier may differ, 0 to one day. Default 300 seconds.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is outside the range.</exception>
    public TimeSpan ClockSkew
    {
        get => _clockSkew;
        init => _clockSkew = InRange(value, TimeSpan.Zero, TimeSpan.FromDays(1));
    }

    /// <summary>
    /// How far the time of signing (<c>t=</c>) may lie in the future, up to 10 years; null for <see cref="ClockSkew"/>. More than that is
    /// for mail whose time of arrival is known only roughly, as in recorded cases. Default null.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is outside the range.</exception>
    public TimeSpan? FutureTolerance
    {
        get => _futureTolerance;
        init => _futureTolerance = value is { } tolerance ? InRange(tolerance, TimeSpan.Zero, TimeSpan.FromDays(3660)) : null;
    }

    /// <summary>Whether <c>x=</c> and <c>t=</c> are judged at the signature's own time instead of now: for mail that arrived earlier. Default false.</summary>
    public bool JudgeExpiryAtSigningTime { get; init; }

    /// <summary>
    /// Whether a signature passes when <c>l=</c> leaves octets of the body unsigned; its result says how many. False: policy. Default true.
    /// </summary>
    public bool AcceptPartialBody { get; init; } = true;

    /// <summary>
    /// How many keys are kept ready for use, 2 to 1,000,000. An RSA-2048 key counts as about 5 KB, and all together never more than an eighth of the
    /// memory that the process may use; a longer key counts as several. Default 20,000.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is outside the range.</exception>
    public int MaxCachedKeys
    {
        get => _maxCachedKeys;
        init => _maxCachedKeys = InRange(value, 2, 1_000_000);
    }

    /// <summary>
    /// Whether RSA keys are made by a function of OpenSSL 3 that takes their numbers, which takes a tenth of the time that .NET's import
    /// takes. It is used on Linux, in the OpenSSL that .NET itself uses, after a known signature was verified with it; elsewhere, and when this
    /// is false, .NET imports them. The verdict does not depend on it. Default true.
    /// </summary>
    public bool FastKeyImport { get; init; } = true;

    /// <summary>How much of a header block is read when a whole message is handed in. Default <see cref="MessageLimits.Default"/>.</summary>
    public MessageLimits MessageLimits { get; init; } = MessageLimits.Default;

    /// <summary>The algorithms that are known.</summary>
    internal AlgorithmTable Algorithms { get; init; } = AlgorithmTable.Default;

    /// <summary>Throws when options contradict each other.</summary>
    internal void Validate(string parameterName)
    {
        if (!IsForArchives && (MinRsaBits < 1024 || AllowRsaSha1))
        {
            throw new ArgumentException(
                "RSA keys under 1024 bits and rsa-sha1 are admitted for archives only: set IsForArchives (RFC 8301 section 3).", parameterName);
        }

        if (MinRsaBits > MaxRsaBits)
        {
            throw new ArgumentException("MinRsaBits exceeds MaxRsaBits.", parameterName);
        }

        if (MessageLimits is null)
        {
            throw new ArgumentException("MessageLimits is null.", parameterName);
        }
    }

    /// <summary>The value, which is in its range.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is not.</exception>
    internal static T InRange<T>(T value, T least, T most)
        where T : IComparable<T>
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(value, least);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(value, most);
        return value;
    }

    /// <summary>Whether keys of TLS reports may verify.</summary>
    internal virtual bool AdmitsTlsReportKeys => false;
}
