using System.Net;
using System.Net.Sockets;
using EmailAuth.Dns;
using EmailAuth.Syntax;

namespace EmailAuth.Tests.Spf;

/// <summary>A resolver whose answers come when the test says so: one round answers everything that was asked until then.</summary>
internal sealed class WaitingResolver : IDnsResolver
{
    private readonly ZoneResolver _zone;
    private readonly Random? _order;
    private List<Action> _waiting = [];

    /// <summary>A resolver whose answers come in rounds, or one by one in the order of a generator.</summary>
    public WaitingResolver(Zone zone, Random? order = null) => (_zone, _order) = (new ZoneResolver(zone), order);

    /// <summary>What was asked, in order, as "TXT example.com".</summary>
    public List<string> Asked { get; } = [];

    /// <summary>How many rounds were needed.</summary>
    public int Rounds { get; private set; }

    /// <summary>Runs a check; each round of waiting ends once nothing more is asked.</summary>
    public async Task<T> RunAsync<T>(Func<ValueTask<T>> check)
    {
        // Without a synchronization context continuations run inside the round that releases them, so that rounds can be counted.
        return await Task.Run(() =>
        {
            var task = check().AsTask();
            while (!task.IsCompleted && _waiting.Count > 0)
            {
                Rounds++;
                if (_order is not null)
                {
                    var next = _order.Next(_waiting.Count);
                    var release = _waiting[next];
                    _waiting.RemoveAt(next);
                    release();
                    continue;
                }

                var released = _waiting;
                _waiting = [];
                released.ForEach(release => release());
            }

            Assert(task.IsCompleted);
            return task;
        });

        static void Assert(bool completed) => Xunit.Assert.True(completed, "the check waits for something that it did not ask for");
    }

    public ValueTask<DnsResponse<string>> QueryTextAsync(DomainName name, CancellationToken cancellationToken) =>
        Later("TXT", name, _zone.QueryTextAsync(name, cancellationToken), cancellationToken);

    public ValueTask<DnsResponse<MailHost>> QueryMailHostsAsync(DomainName name, CancellationToken cancellationToken) =>
        Later("MX", name, _zone.QueryMailHostsAsync(name, cancellationToken), cancellationToken);

    public ValueTask<DnsResponse<IPAddress>> QueryAddressesAsync(DomainName name, AddressFamily family, CancellationToken cancellationToken) =>
        Later(family == AddressFamily.InterNetwork ? "A" : "AAAA", name, _zone.QueryAddressesAsync(name, family, cancellationToken), cancellationToken);

    public ValueTask<DnsResponse<DomainName>> QueryPointersAsync(IPAddress address, CancellationToken cancellationToken) =>
        Later("PTR", address, _zone.QueryPointersAsync(address, cancellationToken), cancellationToken);

    private ValueTask<DnsResponse<T>> Later<T>(string type, object name, ValueTask<DnsResponse<T>> answer, CancellationToken cancellationToken)
    {
        Asked.Add($"{type} {name}");
        var later = new TaskCompletionSource<DnsResponse<T>>();
        var response = answer.AsTask().GetAwaiter().GetResult();
        _waiting.Add(() => later.TrySetResult(response));
        cancellationToken.Register(() => later.TrySetCanceled(cancellationToken));
        return new ValueTask<DnsResponse<T>>(later.Task);
    }
}
