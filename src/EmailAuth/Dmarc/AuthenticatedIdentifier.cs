using EmailAuth.Syntax;

namespace EmailAuth.Dmarc;

/// <summary>A domain that a method has authenticated for the message (RFC 9989 section 4.4). Immutable.</summary>
public sealed class AuthenticatedIdentifier
{
    /// <summary>The method.</summary>
    public required IdentifierSource Method { get; init; }

    /// <summary>The domain: of MAIL FROM for SPF, <c>d=</c> for DKIM.</summary>
    public required DomainName Domain { get; init; }
}
