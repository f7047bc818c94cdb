using System.Collections.Immutable;
using System.Net;
using System.Net.Sockets;
using EmailAuth.Dns;
using EmailAuth.Syntax;

namespace EmailAuth.Tests.TestSupport;

/// <summary>A <see cref="StubResolver"/> to evaluators that ask by record type.</summary>
internal sealed class StubAdapter(StubResolver resolver) : IDnsResolver
{
    public ValueTask<DnsResponse<string>> QueryTextAsync(DomainName name, CancellationToken cancellationToken) =>
        AskAsync(new DnsQuestion(name, DnsRecordType.Txt), response => response.Texts, cancellationToken);

    public ValueTask<DnsResponse<MailHost>> QueryMailHostsAsync(DomainName name, CancellationToken cancellationToken) =>
        AskAsync(new DnsQuestion(name, DnsRecordType.Mx), response => response.MailHosts, cancellationToken);

    public ValueTask<DnsResponse<IPAddress>> QueryAddressesAsync(DomainName name, AddressFamily family, CancellationToken cancellationToken) =>
        AskAsync(new DnsQuestion(name, family == AddressFamily.InterNetwork ? DnsRecordType.A : DnsRecordType.Aaaa), response => response.Addresses, cancellationToken);

    public ValueTask<DnsResponse<DomainName>> QueryPointersAsync(IPAddress address, CancellationToken cancellationToken) =>
        AskAsync(DnsQuestion.Pointers(address), response => response.Names, cancellationToken);

    private async ValueTask<DnsResponse<T>> AskAsync<T>(DnsQuestion question, Func<DnsResponse, ImmutableArray<T>> records, CancellationToken cancellationToken)
    {
        var response = await resolver.QueryAsync(question, cancellationToken);
        return response.Status switch
        {
            DnsStatus.Failure => DnsResponse<T>.TemporaryFailure(response.Detail!),
            DnsStatus.NameError => DnsResponse<T>.NxDomain(response.TimeToLive),
            _ => DnsResponse<T>.Success(records(response), response.TimeToLive),
        };
    }
}
