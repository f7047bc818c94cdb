using System.Collections.Immutable;
using EmailAuth.Messages;
using EmailAuth.Signatures;

namespace EmailAuth.Dkim;

/// <summary>What a signer signs, and how it writes the signature (RFC 6376 section 5).</summary>
public sealed record DkimSignerOptions
{
    private readonly ImmutableArray<string> _fieldNames = FieldsToSign.Default;
    private readonly ImmutableArray<string> _oversignedFieldNames =
        ["from", "reply-to", "subject", "to", "cc", "date", "message-id", "mime-version", "content-type", "content-transfer-encoding"];

    private readonly TimeSpan? _lifetime;

    /// <summary>The defaults.</summary>
    public static DkimSignerOptions Default { get; } = new();

    /// <summary>How the header is prepared (<c>c=</c>, before the slash). Default relaxed, which survives refolding on the way.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is not one of the two.</exception>
    public SignatureCanonicalization HeaderCanonicalization
    {
        get;
        init => field = Defined(value);
    } = SignatureCanonicalization.Relaxed;

    /// <summary>How the body is prepared (<c>c=</c>, after the slash). Default relaxed, which survives changed white space on the way.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is not one of the two.</exception>
    public SignatureCanonicalization BodyCanonicalization
    {
        get;
        init => field = Defined(value);
    } = SignatureCanonicalization.Relaxed;

    /// <summary>
    /// The fields to sign (<c>h=</c>), without regard to case: every instance of each that the message has, up to ten, and of those in
    /// <see cref="OversignedFieldNames"/> all. Default those that people and filters read (RFC 6376 section 5.4.1), and
    /// Feedback-ID, CFBL-Address, CFBL-Feedback-ID (RFC 9477) and BIMI-Selector, which receivers use only when they are signed.
    /// </summary>
    /// <exception cref="ArgumentException">
    /// A name is not a field name or is there twice, or it is Return-Path, which the host that delivers a message removes or adds (RFC 5321 section 4.4), or
    /// From is not among them (RFC 6376 section 5.4).
    /// </exception>
    public ImmutableArray<string> FieldNames
    {
        get => _fieldNames;
        init => _fieldNames = SignedFieldNames.Check(value, "From must be signed (RFC 6376 section 5.4).");
    }

    /// <summary>
    /// The fields that are signed once more than the message has them, so that nobody can add one (RFC 6376 section 8.15), without regard to case, also
    /// those that <see cref="FieldNames"/> does not have. From must be among them. Date, Message-ID and MIME-Version, which hosts on the way add where they
    /// are missing, are signed once more only if the message has them. Default From, Reply-To, Subject, To, Cc, Date, Message-ID, and the fields of MIME.
    /// </summary>
    /// <exception cref="ArgumentException">
    /// A name is not a field name or is there twice, or is that of a field that others add on the way (DKIM-Signature, Received, Return-Path), or From is not
    /// among them.
    /// </exception>
    public ImmutableArray<string> OversignedFieldNames
    {
        get => _oversignedFieldNames;
        init => _oversignedFieldNames = SignedFieldNames.CheckOversigned(value);
    }

    /// <summary>Whether the time of signing is written (<c>t=</c>). Default true.</summary>
    public bool WritesTime { get; init; } = true;

    /// <summary>How long a signature is valid (<c>x=</c>), at least a second; null, the default, for ever. Mail may be days on its way.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The time is less than a second, or more than 100 years.</exception>
    public TimeSpan? Lifetime
    {
        get => _lifetime;
        init => _lifetime = value is null || (value >= TimeSpan.FromSeconds(1) && value <= TimeSpan.FromDays(36_525))
            ? value
            : throw new ArgumentOutOfRangeException(nameof(value), value, "A signature is valid for one second to 100 years.");
    }

    /// <summary>How much of a header block is read. Default <see cref="MessageLimits.Default"/>.</summary>
    public MessageLimits MessageLimits
    {
        get;
        init => field = value ?? throw new ArgumentNullException(nameof(value));
    } = MessageLimits.Default;

    /// <summary>Whether all is equal; lists are when they have the same names in the same order.</summary>
    /// <param name="other">The other options.</param>
    public bool Equals(DkimSignerOptions? other) =>
        other is not null
        && HeaderCanonicalization == other.HeaderCanonicalization
        && BodyCanonicalization == other.BodyCanonicalization
        && WritesTime == other.WritesTime
        && Lifetime == other.Lifetime
        && MessageLimits == other.MessageLimits
        && FieldNames.SequenceEqual(other.FieldNames, StringComparer.Ordinal)
        && OversignedFieldNames.SequenceEqual(other.OversignedFieldNames, StringComparer.Ordinal);

    /// <inheritdoc/>
    public override int GetHashCode() =>
        HashCode.Combine(HeaderCanonicalization, BodyCanonicalization, WritesTime, Lifetime, MessageLimits, FieldNames.Length, OversignedFieldNames.Length);

    private static SignatureCanonicalization Defined(SignatureCanonicalization value) =>
        Enum.IsDefined(value) ? value : throw new ArgumentOutOfRangeException(nameof(value), value, "Simple and relaxed are known.");
}
