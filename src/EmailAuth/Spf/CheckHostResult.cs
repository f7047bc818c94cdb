using EmailAuth.Syntax;

namespace EmailAuth.Spf;

/// <summary>What check_host() returned for one domain (RFC 7208 section 4), and where it came from.</summary>
/// <param name="Code">The result.</param>
/// <param name="Step">The record that decided, in the trace: after redirects, the last one.</param>
/// <param name="Domain">Its domain.</param>
/// <param name="Record">That record, or null without one.</param>
/// <param name="Mechanism">The mechanism that matched, or null.</param>
internal readonly record struct CheckHostResult(SpfResultCode Code, short Step, DomainName Domain, SpfRecord? Record = null, SpfMechanism? Mechanism = null);
