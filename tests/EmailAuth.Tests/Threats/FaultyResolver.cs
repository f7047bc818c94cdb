using System.Net;
using System.Net.Sockets;
using System.Threading.Tasks.Sources;
using EmailAuth.Dns;
using EmailAuth.Syntax;

namespace EmailAuth.Tests.Threats;

/// <summary>Answers from another resolver, but for one query, counted from 1, at which it does what a fault says.</summary>
internal sealed class FaultyResolver(IDnsResolver inner, int position, Fault fault) : IDnsResolver
{
    private static readonly DomainName Another = DomainName.ParseDnsName("another.example").Value!;

    private int _asked;
    private int _outstanding;

    /// <summary>How many queries came.</summary>
    public int Asked => _asked;

    /// <summary>How many queries neither have their answer nor were cancelled.</summary>
    public int Outstanding => _outstanding;

    /// <summary>Whether its fault is one that only the end of some time limit ends.</summary>
    public bool Hangs => fault is Fault.Hangs or Fault.HangsForGood or Fault.AnswersAfterCancellation;

    /// <summary>The question that met the fault.</summary>
    public string? Question { get; private set; }

    public ValueTask<DnsResponse<string>> QueryTextAsync(DomainName name, CancellationToken cancellationToken) =>
        Answer($"TXT {name}", () => inner.QueryTextAsync(name, CancellationToken.None), () => inner.QueryTextAsync(Another, CancellationToken.None), cancellationToken);

    public ValueTask<DnsResponse<MailHost>> QueryMailHostsAsync(DomainName name, CancellationToken cancellationToken) => Answer(
        $"MX {name}", () => inner.QueryMailHostsAsync(name, CancellationToken.None), () => inner.QueryMailHostsAsync(Another, CancellationToken.None), cancellationToken);

    public ValueTask<DnsResponse<IPAddress>> QueryAddressesAsync(DomainName name, AddressFamily family, CancellationToken cancellationToken) => Answer(
        $"{(family == AddressFamily.InterNetwork ? "A" : "AAAA")} {name}",
        () => inner.QueryAddressesAsync(name, family, CancellationToken.None),
        () => inner.QueryAddressesAsync(Another, family, CancellationToken.None),
        cancellationToken);

    public ValueTask<DnsResponse<DomainName>> QueryPointersAsync(IPAddress address, CancellationToken cancellationToken) => Answer(
        $"PTR {address}", () => inner.QueryPointersAsync(address, CancellationToken.None), () => inner.QueryPointersAsync(IPAddress.Loopback, CancellationToken.None), cancellationToken);

    private ValueTask<DnsResponse<T>> Answer<T>(
        string question, Func<ValueTask<DnsResponse<T>>> answer, Func<ValueTask<DnsResponse<T>>> another, CancellationToken cancellationToken)
    {
        if (Interlocked.Increment(ref _asked) != position)
        {
            return answer();
        }

        Question = question;
        switch (fault)
        {
            case Fault.Fails:
                return new ValueTask<DnsResponse<T>>(DnsResponse<T>.TemporaryFailure("SERVFAIL"));
            case Fault.AnswersForAnotherName:
                return another();
            case Fault.AnswersNull:
                return default;
            case Fault.Throws:
                throw new FaultException();
            case Fault.ThrowsLater:
                return new ValueTask<DnsResponse<T>>(ThrowLater<T>());
            case Fault.CancelsByItself:
                return ValueTask.FromCanceled<DnsResponse<T>>(new CancellationToken(canceled: true));
            case Fault.AnswersTwice:
                return new ValueTask<DnsResponse<T>>(new DoubleSource<T>(answer().AsTask().Result), 0);
            case Fault.AnswersLate:
                return new ValueTask<DnsResponse<T>>(AnswerLate(answer));
        }

        var held = new TaskCompletionSource<DnsResponse<T>>();
        if (fault != Fault.HangsForGood)
        {
            Interlocked.Increment(ref _outstanding);
            cancellationToken.Register(() =>
            {
                Interlocked.Decrement(ref _outstanding);
                if (fault == Fault.Hangs)
                {
                    held.TrySetCanceled(cancellationToken);
                }
                else
                {
                    held.TrySetResult(answer().AsTask().Result);
                }
            });
        }

        return new ValueTask<DnsResponse<T>>(held.Task);
    }

    private static async Task<DnsResponse<T>> ThrowLater<T>()
    {
        await Task.Yield();
        throw new FaultException();
    }

    private static async Task<DnsResponse<T>> AnswerLate<T>(Func<ValueTask<DnsResponse<T>>> answer)
    {
        await Task.Yield();
        return await answer();
    }

    public sealed class FaultException : Exception;

    // Runs whoever waits twice, as a source with a race in it would.
    private sealed class DoubleSource<T>(DnsResponse<T> answer) : IValueTaskSource<DnsResponse<T>>
    {
        private bool _announced;

        public DnsResponse<T> GetResult(short token) => answer;

        public ValueTaskSourceStatus GetStatus(short token) => _announced ? ValueTaskSourceStatus.Succeeded : ValueTaskSourceStatus.Pending;

        public void OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags)
        {
            _announced = true;
            continuation(state);
            continuation(state);
        }
    }
}
