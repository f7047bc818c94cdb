namespace EmailAuth.Inspection.Signatures;

/// <summary>The limits of a diagnosis, shared by the signatures of a message: what one leaves, the later ones may use.</summary>
/// <param name="options">The limits of the message.</param>
/// <param name="count">How many signatures are diagnosed.</param>
internal sealed class SharedLimits(SignatureDoctorOptions options, int count)
{
    private readonly int _verifications = options.MaxVerifications / Math.Max(1, count);

    // Each half of a signature may use all tries of its share.
    private long _tries = options.MaxTries * 2L;
    private long _octets = options.MaxHashedBytes;
    private int _left = count;

    /// <summary>The limits of the next signature.</summary>
    public SignatureDoctorOptions Next() => options with
    {
        MaxTries = (int)Math.Max(0, _tries / 2 / Math.Max(1, _left)),
        MaxHashedBytes = Math.Max(0, _octets / Math.Max(1, _left)),
        MaxVerifications = _verifications,
    };

    /// <summary>Takes what its diagnosis used.</summary>
    public SignatureDiagnosis Taken(SignatureDiagnosis diagnosis)
    {
        _tries -= diagnosis.TryCount;
        _octets -= diagnosis.HashedBytes;
        _left--;
        return diagnosis;
    }
}
