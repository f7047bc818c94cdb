using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using EmailAuth.Dns;
using EmailAuth.Syntax;

namespace EmailAuth.Tests.Dkim;

/// <summary>Notes which keys are asked for; answers at once, or when it is told to.</summary>
internal sealed class CountingResolver(IDnsResolver inner, bool answersLater = false) : IDnsResolver
{
    private readonly TaskCompletionSource _released = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public ConcurrentQueue<string> Asked { get; } = [];

    public void Release() => _released.SetResult();

    public async ValueTask<DnsResponse<string>> QueryTextAsync(DomainName name, CancellationToken cancellationToken)
    {
        Asked.Enqueue(name.ToString());
        if (answersLater)
        {
            await _released.Task.WaitAsync(cancellationToken);
        }

        return await inner.QueryTextAsync(name, cancellationToken);
    }

    public ValueTask<DnsResponse<MailHost>> QueryMailHostsAsync(DomainName name, CancellationToken cancellationToken) => throw new NotSupportedException();

    public ValueTask<DnsResponse<IPAddress>> QueryAddressesAsync(DomainName name, AddressFamily family, CancellationToken cancellationToken) => throw new NotSupportedException();

    public ValueTask<DnsResponse<DomainName>> QueryPointersAsync(IPAddress address, CancellationToken cancellationToken) => throw new NotSupportedException();
}
