using System.Net;
using EmailAuth.Dns;
using EmailAuth.Results;

namespace EmailAuth.Composition;

/// <summary>The method that judges the client's address alone.</summary>
/// <param name="dns">The connection's way to the DNS.</param>
/// <param name="client">The address.</param>
internal delegate ValueTask<IMethodOutcome> ClientCheck(DnsSession dns, IPAddress client);
