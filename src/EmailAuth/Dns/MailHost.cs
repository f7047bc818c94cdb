using EmailAuth.Syntax;

namespace EmailAuth.Dns;

/// <summary>An MX record (RFC 1035 section 3.3.9).</summary>
/// <param name="Preference">Lower is asked first.</param>
/// <param name="Exchange">The host that takes mail, or null for the null MX "." (RFC 7505).</param>
public sealed record MailHost(ushort Preference, DomainName? Exchange);
