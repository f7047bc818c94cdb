using System.Net;
using System.Net.Sockets;
using EmailAuth.Dns;
using EmailAuth.Syntax;

namespace EmailAuth.Benchmarks.Scale;

/// <summary>Lets every question wait, whoever gives up, until it answers all of them at once.</summary>
internal sealed class DeafResolver : IDnsResolver
{
    private readonly TaskCompletionSource _answer = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public void Answer() => _answer.SetResult();

    public ValueTask<DnsResponse<string>> QueryTextAsync(DomainName name, CancellationToken cancellationToken) => LaterAsync<string>();

    public ValueTask<DnsResponse<MailHost>> QueryMailHostsAsync(DomainName name, CancellationToken cancellationToken) => LaterAsync<MailHost>();

    public ValueTask<DnsResponse<IPAddress>> QueryAddressesAsync(DomainName name, AddressFamily family, CancellationToken cancellationToken) =>
        LaterAsync<IPAddress>();

    public ValueTask<DnsResponse<DomainName>> QueryPointersAsync(IPAddress address, CancellationToken cancellationToken) => LaterAsync<DomainName>();

    private async ValueTask<DnsResponse<T>> LaterAsync<T>()
    {
        await _answer.Task;
        return DnsResponse<T>.NxDomain();
    }
}
