using System.Runtime.InteropServices;
using EmailAuth.Syntax;

namespace EmailAuth.Dmarc;

/// <summary>What a walk says of its start: its organizational domain, and the public suffix domain when a record named one.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct OrganizationalDomain(DomainName Domain, DomainName? PublicSuffix);
