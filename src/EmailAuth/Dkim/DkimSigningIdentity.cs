using EmailAuth.Signatures;
using EmailAuth.Syntax;

namespace EmailAuth.Dkim;

/// <summary>In whose name a signature is made, and with which key.</summary>
/// <remarks>Immutable; safe to share between threads.</remarks>
public sealed class DkimSigningIdentity
{
    /// <summary>The domain that answers for the message (<c>d=</c>); for DMARC that of From, or one aligned with it. Written as an A-label.</summary>
    public required DomainName Domain { get; init; }

    /// <summary>The selector (<c>s=</c>): the public key is at <c>selector._domainkey.domain</c>. May have U-labels (RFC 8616); written as
    /// A-labels. It has no label <c>_domainkey</c>, and neither has <see cref="Domain"/>.</summary>
    public required string Selector { get; init; }

    /// <summary>The private key. It is not disposed of by the signer.</summary>
    public required ISigningKey Key { get; init; }

    /// <summary>
    /// The agent or user in whose name the domain signs (<c>i=</c>), such as <c>joe@example.com</c> or <c>@news.example.com</c>; a local part is one of
    /// RFC 5321, without quotes (a dot-string) or in them, and the domain is that of
    /// <see cref="Domain"/> or below it. Null, which is the default and what most senders do, writes no <c>i=</c>.
    /// </summary>
    public string? UserIdentity { get; init; }

    /// <summary>The selector and the domain.</summary>
    public override string ToString() => $"{Selector}._domainkey.{Domain}";
}
