using System.Net;
using System.Net.Sockets;
using EmailAuth.Dns;
using EmailAuth.Syntax;

namespace EmailAuth.Tests.TestSupport;

/// <summary>Short ways to put the questions that tests ask.</summary>
internal static class DnsQuestions
{
    public static ValueTask<DnsResponse> QueryTextAsync(this IDnsResolver resolver, DomainName name, CancellationToken cancellationToken) =>
        resolver.QueryAsync(new DnsQuestion(name, DnsRecordType.Txt), cancellationToken);

    public static ValueTask<DnsResponse> QueryMailHostsAsync(this IDnsResolver resolver, DomainName name, CancellationToken cancellationToken) =>
        resolver.QueryAsync(new DnsQuestion(name, DnsRecordType.Mx), cancellationToken);

    public static ValueTask<DnsResponse> QueryAddressesAsync(
        this IDnsResolver resolver, DomainName name, AddressFamily family, CancellationToken cancellationToken) =>
        resolver.QueryAsync(new DnsQuestion(name, family == AddressFamily.InterNetwork ? DnsRecordType.A : DnsRecordType.Aaaa), cancellationToken);

    public static ValueTask<DnsResponse> QueryPointersAsync(this IDnsResolver resolver, IPAddress address, CancellationToken cancellationToken) =>
        resolver.QueryAsync(DnsQuestion.Pointers(address), cancellationToken);
}
