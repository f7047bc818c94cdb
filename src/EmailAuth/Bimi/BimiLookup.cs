using EmailAuth.Dns;
using EmailAuth.Syntax;

namespace EmailAuth.Bimi;

/// <summary>One question that discovery asked the DNS, and what kind of answer came.</summary>
/// <param name="Name">The name whose TXT records were asked for.</param>
/// <param name="Status">The kind of answer.</param>
public sealed record BimiLookup(DomainName Name, DnsStatus Status);
