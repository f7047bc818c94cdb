using System.Collections.Immutable;
using EmailAuth.Signatures;

namespace EmailAuth.Dkim;

/// <summary>How DKIM signatures are judged. The defaults are those of RFC 6376 and RFC 8301 for mail that arrives now.</summary>
public sealed record DkimOptions : SignatureOptions
{
    private readonly int _maxSignatures = 10;
    private readonly SignatureResultCode _expiredResult = SignatureResultCode.PermError;
    private readonly ImmutableArray<string> _requiredOversignedFields = [];
    private readonly TestingKeys _testingKeys;

    /// <summary>The defaults.</summary>
    public static new DkimOptions Default { get; } = new();

    /// <summary>How many signatures of a message are checked, 1 to 1,000; the rest is reported as not checked. Default 10.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is outside the range.</exception>
    public int MaxSignatures
    {
        get => _maxSignatures;
        init => _maxSignatures = InRange(value, 1, 1000);
    }

    /// <summary>
    /// What an expired signature (<c>x=</c>) results in: <see cref="SignatureResultCode.PermError"/> (RFC 6376 section 6.1.1),
    /// <see cref="SignatureResultCode.Fail"/>, <see cref="SignatureResultCode.Policy"/> or <see cref="SignatureResultCode.Neutral"/>. Default the first.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is another.</exception>
    public SignatureResultCode ExpiredResult
    {
        get => _expiredResult;
        init => _expiredResult = value is SignatureResultCode.PermError or SignatureResultCode.Fail or SignatureResultCode.Policy or SignatureResultCode.Neutral
            ? value
            : throw new ArgumentOutOfRangeException(nameof(value), value, "An expired signature must not pass, and must be reported.");
    }

    /// <summary>
    /// Whether a signature passes although the message has a further Subject, To, Cc, Reply-To, Date, Content-Type,
    /// Content-Transfer-Encoding or MIME-Version that differs from the signed one and is not signed: anyone may have put it there, and
    /// programs may show it (RFC 6376 section 8.15). False: policy, and the reason names the field. Only fields that <c>h=</c> names count.
    /// Default false.
    /// </summary>
    public bool AcceptUnsignedCopies { get; init; }

    /// <summary>
    /// Whether a signature counts whose key record says <c>t=y</c>. Default <see cref="TestingKeys.Count"/>, against the letter of RFC 6376
    /// section 3.6.1. It does not apply to ARC's signatures.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is not one of the two.</exception>
    public TestingKeys TestingKeys
    {
        get => _testingKeys;
        init => _testingKeys = value is TestingKeys.Count or TestingKeys.Ignore
            ? value
            : throw new ArgumentOutOfRangeException(nameof(value), value, "Signatures of testing keys count or are ignored.");
    }

    /// <summary>
    /// Whether a key may verify whose record has the service type of TLS reports and not that of mail (<c>s=tlsrpt</c>, RFC 8460 section 3). For the mail
    /// that carries such reports alone. Default false.
    /// </summary>
    public bool AcceptTlsReportKeys { get; init; }

    internal override bool AdmitsTlsReportKeys => AcceptTlsReportKeys;

    /// <summary>
    /// Fields that a signature must name once more than the message has them, so that none can be added (RFC 6376 section 8.15); otherwise
    /// policy. Names without regard to case. Default none.
    /// </summary>
    /// <exception cref="ArgumentException">A name is empty or not a field name.</exception>
    public ImmutableArray<string> RequiredOversignedFields
    {
        get => _requiredOversignedFields;
        init
        {
            foreach (var name in value.IsDefault ? [] : value)
            {
                if (string.IsNullOrEmpty(name) || name.AsSpan().ContainsAnyExceptInRange('!', '~') || name.Contains(':', StringComparison.Ordinal))
                {
                    throw new ArgumentException("Not a field name (RFC 5322 section 2.2).", nameof(value));
                }
            }

            _requiredOversignedFields = value.IsDefault ? [] : [.. value.Select(name => name.ToLowerInvariant())];
        }
    }
}
