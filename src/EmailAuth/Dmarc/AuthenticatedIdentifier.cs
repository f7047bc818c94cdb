using EmailAuth.Syntax;

namespace EmailAuth.Dmarc;

/// <summary>A domain that a method has authenticated for the message (RFC 9989 section 4.4).</summary>
/// <param name="Method">The method.</param>
/// <param name="Domain">The domain: of MAIL FROM for SPF, <c>d=</c> for DKIM.</param>
public sealed record AuthenticatedIdentifier(IdentifierSource Method, DomainName Domain);
