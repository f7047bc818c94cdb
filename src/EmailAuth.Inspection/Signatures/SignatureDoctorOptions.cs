namespace EmailAuth.Inspection.Signatures;

/// <summary>How far a diagnosis searches. Immutable.</summary>
public sealed record SignatureDoctorOptions
{
    private readonly int _maxTries = 500_000;
    private readonly long _maxHashedBytes = 256L * 1024 * 1024;
    private readonly int _maxVerifications = 1000;
    private readonly int _maxKeyLookups = 12;

    /// <summary>The defaults.</summary>
    public static SignatureDoctorOptions Default { get; } = new();

    /// <summary>How many candidates are compared for the signatures of a message, which share them, 0 to 100,000,000; a line border where the body may have ended counts as one. Default 500,000.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is outside the range.</exception>
    public int MaxTries
    {
        get => _maxTries;
        init => _maxTries = InRange(value, 100_000_000);
    }

    /// <summary>How many octets are hashed for the signatures of a message, which share them, 0 to 2^40: three quarters for bodies, the rest for headers. Default 268,435,456.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is outside the range.</exception>
    public long MaxHashedBytes
    {
        get => _maxHashedBytes;
        init => _maxHashedBytes = value is >= 0 and <= 1L << 40 ? value : throw new ArgumentOutOfRangeException(nameof(value), value, "The limit is from 0 to 2^40.");
    }

    /// <summary>
    /// How many headers are verified for the signatures of a message, which share them, whose key does not show the digest (Ed25519), 0 to 1,000,000. Default 1,000.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is outside the range.</exception>
    public int MaxVerifications
    {
        get => _maxVerifications;
        init => _maxVerifications = InRange(value, 1_000_000);
    }

    /// <summary>How many further selectors are looked up when another key signed, 0 to 100. Default 12.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is outside the range.</exception>
    public int MaxKeyLookups
    {
        get => _maxKeyLookups;
        init => _maxKeyLookups = InRange(value, 100);
    }

    private static int InRange(int value, int most) =>
        value >= 0 && value <= most ? value : throw new ArgumentOutOfRangeException(nameof(value), value, "The limit is outside its range.");
}
