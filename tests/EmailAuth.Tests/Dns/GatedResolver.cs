using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using EmailAuth.Dns;
using EmailAuth.Syntax;

namespace EmailAuth.Tests.Dns;

/// <summary>A resolver whose every answer waits until the test lets it go; it notes what was asked, and honours cancellation.</summary>
internal sealed class GatedResolver : IDnsResolver
{
    private readonly ConcurrentDictionary<string, TaskCompletionSource<object>> _gates = new(StringComparer.Ordinal);
    private int _running;

    public ConcurrentQueue<string> Asked { get; } = new();

    public int Running => Volatile.Read(ref _running);

    public void Answer<T>(string question, DnsResponse<T> response) => Gate(question).SetResult(response);

    public void Fail(string question, Exception exception) => Gate(question).SetException(exception);

    public ValueTask<DnsResponse<string>> QueryTextAsync(DomainName name, CancellationToken cancellationToken) =>
        Ask<string>($"TXT {name}", cancellationToken);

    public ValueTask<DnsResponse<MailHost>> QueryMailHostsAsync(DomainName name, CancellationToken cancellationToken) =>
        Ask<MailHost>($"MX {name}", cancellationToken);

    public ValueTask<DnsResponse<IPAddress>> QueryAddressesAsync(DomainName name, AddressFamily family, CancellationToken cancellationToken) =>
        Ask<IPAddress>($"{(family == AddressFamily.InterNetwork ? "A" : "AAAA")} {name}", cancellationToken);

    public ValueTask<DnsResponse<DomainName>> QueryPointersAsync(IPAddress address, CancellationToken cancellationToken) =>
        Ask<DomainName>($"PTR {address}", cancellationToken);

    private TaskCompletionSource<object> Gate(string question) =>
        _gates.GetOrAdd(question, static _ => new TaskCompletionSource<object>(TaskCreationOptions.RunContinuationsAsynchronously));

    private async ValueTask<DnsResponse<T>> Ask<T>(string question, CancellationToken cancellationToken)
    {
        Asked.Enqueue(question);
        Interlocked.Increment(ref _running);
        try
        {
            return (DnsResponse<T>)await Gate(question).Task.WaitAsync(cancellationToken);
        }
        finally
        {
            Interlocked.Decrement(ref _running);
        }
    }
}
