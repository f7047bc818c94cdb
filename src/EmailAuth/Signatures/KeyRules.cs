using System.Diagnostics;
using System.Runtime.InteropServices;
using EmailAuth.Dns;
using EmailAuth.Syntax;

namespace EmailAuth.Signatures;

/// <summary>Which keys may verify which signatures (RFC 6376 section 6.1.2, RFC 8301 section 3).</summary>
internal sealed class KeyRules(SignatureOptions options, KeyCache cache)
{
    /// <summary>Judges the answer to a question for a key.</summary>
    /// <param name="name">The name that was asked for.</param>
    /// <param name="response">The answer.</param>
    /// <param name="algorithm">The algorithm of the signature.</param>
    public KeyVerdict Judge(DomainName name, DnsResponse response, SignatureAlgorithm algorithm)
    {
        switch (response.Status)
        {
            case DnsStatus.Failure:
                return None(
                    SignatureResultCode.TempError, SignatureReason.DnsFailure, $"the key at {name} could not be fetched: {response.Reason} (RFC 6376 section 6.1.2)");
            case DnsStatus.NoData or DnsStatus.NameError:
                return None(
                    SignatureResultCode.PermError, SignatureReason.NoKey, $"no key for the signature: there is no TXT record at {name} (RFC 6376 section 6.1.2)");
            case DnsStatus.Records:
                break;
            default:
                throw new UnreachableException();
        }

        // RFC 6376 section 3.6.2.2 leaves several records undefined. If we chose one, an attacker who adds a record could choose the key.
        if (response.Count > 1)
        {
            return None(
                SignatureResultCode.PermError,
                SignatureReason.SeveralKeys,
                $"{response.Count} TXT records at {name} where one key record must be (RFC 6376 section 3.6.2.2)");
        }

        var key = cache.Get(response.Texts[0]);
        return Refuse(key, algorithm) is { } fault
            ? new KeyVerdict(key, SignatureResultCode.PermError, fault with { Text = $"{fault.Text}; key at {name}" })
            : new KeyVerdict(key, SignatureResultCode.Pass, null);
    }

    private static KeyVerdict None(SignatureResultCode code, SignatureReason reason, string text) => new(null, code, new SignatureFault(reason, text));

    private SignatureFault? Refuse(VerificationKey key, SignatureAlgorithm algorithm)
    {
        if (key.Record is not { } record)
        {
            return key.Fault;
        }

        if (record.KeyType != algorithm.KeyType.Name && !record.IsRevoked)
        {
            return new SignatureFault(SignatureReason.KeyTypeMismatch, $"the key record's k= does not fit a={algorithm.Name} (RFC 6376 section 6.1.2)");
        }

        if (!record.HashAlgorithms.IsEmpty && !record.HashAlgorithms.Contains(algorithm.Hash.Name, StringComparer.Ordinal))
        {
            return new SignatureFault(
                SignatureReason.KeyHashRefused, $"the key record's h= does not admit the hash of a={algorithm.Name} (RFC 6376 section 6.1.2)");
        }

        if (!record.IsForEmail && !(record.IsForTlsReports && options.AdmitsTlsReportKeys))
        {
            return new SignatureFault(SignatureReason.KeyNotForMail, "the key record's s= does not admit mail (RFC 6376 section 3.6.1)");
        }

        return key.Fault ?? algorithm.KeyType.RefuseSize(key.Bits, options);
    }
}

/// <summary>A key, or why there is not one. <see cref="Code"/> is pass when the key may be used.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct KeyVerdict(VerificationKey? Key, SignatureResultCode Code, SignatureFault? Fault)
{
    /// <summary>The size of the key that may not be used; null when none was read.</summary>
    public int? UnfitBits => Key is { Bits: > 0 } key ? key.Bits : null;
}
