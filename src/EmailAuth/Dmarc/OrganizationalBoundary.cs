using System.Runtime.InteropServices;
using EmailAuth.Syntax;

namespace EmailAuth.Dmarc;

/// <summary>Where the organization of a walk's start begins: its organizational domain, and the public suffix domain when a record named one.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct OrganizationalBoundary(DomainName Domain, DomainName? PublicSuffix);
