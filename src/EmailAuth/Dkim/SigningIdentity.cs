using EmailAuth.Signatures;
using EmailAuth.Syntax;

namespace EmailAuth.Dkim;

/// <summary>An identity whose texts and key have been checked.</summary>
internal sealed class SigningIdentity
{
    /// <summary>Checks it.</summary>
    /// <exception cref="ArgumentException">A text is not valid, or the key cannot sign.</exception>
    public SigningIdentity(DkimSigningIdentity identity)
    {
        ArgumentNullException.ThrowIfNull(identity);
        (Domain, Key) = (identity.Domain, identity.Key);
        Algorithm = AlgorithmTable.Default.Find(Key.Algorithm) is { IsForArchives: false } algorithm
            ? algorithm
            : throw new ArgumentException($"The key's algorithm, {Key.Algorithm}, is not one to sign with (RFC 8301, RFC 8463).", nameof(identity));
        if (Key.Bits < Algorithm.KeyType.MinSigningBits)
        {
            throw new ArgumentException(
                $"The key of {identity} has {Key.Bits} bits; at least {Algorithm.KeyType.MinSigningBits} are needed (RFC 8301 section 3.2).", nameof(identity));
        }

        if (Key.Bits > Algorithm.KeyType.MaxSigningBits)
        {
            throw new ArgumentException(
                $"The key of {identity} has {Key.Bits} bits; verifiers accept at most {Algorithm.KeyType.MaxSigningBits} (RFC 8301 section 3.2).", nameof(identity));
        }

        (Selector, KeyName) = Signatures.KeyName.Of(identity.Selector, Domain, nameof(identity));
        IdentityDomain = Domain;
        if (identity.UserIdentity is { } user)
        {
            (var localPart, IdentityDomain) = CheckUser(user, Domain);
            UserIdentity = DkimQuotedPrintable.Encode($"{localPart}@{IdentityDomain}");
        }
    }

    /// <summary>The domain (<c>d=</c>).</summary>
    public DomainName Domain { get; }

    /// <summary>The key.</summary>
    public ISigningKey Key { get; }

    /// <summary>What the key signs with.</summary>
    public SignatureAlgorithm Algorithm { get; }

    /// <summary>The selector in A-labels.</summary>
    public string Selector { get; }

    /// <summary>Where the public key is.</summary>
    public DomainName KeyName { get; }

    /// <summary>What <c>i=</c> says, encoded, in pieces that must not be cut; null for no <c>i=</c>.</summary>
    public IReadOnlyList<string>? UserIdentity { get; }

    /// <summary>The domain of <c>i=</c>; without one that of <c>d=</c>.</summary>
    public DomainName IdentityDomain { get; }

    // RFC 6376 section 3.5: sig-i-tag. The domain is written in A-labels.
    private static (string LocalPart, DomainName Domain) CheckUser(string user, DomainName domain)
    {
        var at = user.LastIndexOf('@');
        if (at < 0 || user.Any(char.IsControl) || !IsLocalPart(user[..at]) || DomainName.Parse(user.AsSpan(at + 1)) is not { IsSuccess: true } parsed)
        {
            throw new ArgumentException("The user identity is not an optional local part, \"@\" and a domain (RFC 6376 section 3.5).", nameof(user));
        }

        return parsed.Value.IsEqualToOrBelow(domain)
            ? (user[..at], parsed.Value)
            : throw new ArgumentException($"The domain of the user identity is neither {domain} nor below it (RFC 6376 section 3.5).", nameof(user));
    }

    // RFC 5321 section 4.1.2: Dot-string / Quoted-string, with the characters of RFC 6531 section 3.3; RFC 6376 section 3.5: it may be missing. With half a
    // quoted-string readers lose the tags behind it.
    private static bool IsLocalPart(string text) => text switch
    {
        "" => true,
        ['"', ..] => DelimitedText.EndOfQuotedString(text, 0) == text.Length,
        _ => text.Split('.').All(static atom => atom.Length > 0 && atom.All(static c => !char.IsAscii(c) || CharacterClasses.AText.Contains(c))),
    };
}
