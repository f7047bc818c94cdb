using System.Net;
using System.Net.Sockets;
using EmailAuth.Dns;
using EmailAuth.Syntax;

namespace EmailAuth.Fuzz.Support;

/// <summary>A zone whose answers come after the questions, in an order of the caller's choosing: what may be asked ahead is.</summary>
internal sealed class LateResolver(IDnsResolver zone, Random order) : IDnsResolver
{
    private readonly List<Action> _waiting = [];

    /// <summary>How many questions were asked.</summary>
    public int Asked { get; private set; }

    public T Run<T>(Func<ValueTask<T>> check)
    {
        var pending = check();
        while (!pending.IsCompleted)
        {
            FindingException.ThrowIf(_waiting.Count == 0, "the check waits for something that it did not ask for");
            var next = order.Next(_waiting.Count);
            var release = _waiting[next];
            _waiting.RemoveAt(next);
            release();
        }

        return pending.GetAwaiter().GetResult();
    }

    public ValueTask<DnsResponse<string>> QueryTextAsync(DomainName name, CancellationToken cancellationToken) =>
        Later(zone.QueryTextAsync(name, cancellationToken), cancellationToken);

    public ValueTask<DnsResponse<MailHost>> QueryMailHostsAsync(DomainName name, CancellationToken cancellationToken) =>
        Later(zone.QueryMailHostsAsync(name, cancellationToken), cancellationToken);

    public ValueTask<DnsResponse<IPAddress>> QueryAddressesAsync(DomainName name, AddressFamily family, CancellationToken cancellationToken) =>
        Later(zone.QueryAddressesAsync(name, family, cancellationToken), cancellationToken);

    public ValueTask<DnsResponse<DomainName>> QueryPointersAsync(IPAddress address, CancellationToken cancellationToken) =>
        Later(zone.QueryPointersAsync(address, cancellationToken), cancellationToken);

    private ValueTask<DnsResponse<T>> Later<T>(ValueTask<DnsResponse<T>> answer, CancellationToken cancellationToken)
    {
        Asked++;
        var response = Expect.Completed(answer);
        var later = new TaskCompletionSource<DnsResponse<T>>();
        _waiting.Add(() => later.TrySetResult(response));
        cancellationToken.UnsafeRegister(_ => later.TrySetCanceled(cancellationToken), null);
        return new ValueTask<DnsResponse<T>>(later.Task);
    }
}
