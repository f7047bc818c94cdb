using System.Net;
using System.Net.Sockets;
using EmailAuth.Dns;
using EmailAuth.Syntax;

namespace EmailAuth.Tests.TestSupport;

/// <summary>
/// Holds every query back until the test lets answers through: all that wait (a round), or one of them. Answers run on the thread that
/// lets them through, so that after it nothing else can go on. A deaf one hears no cancellation.
/// </summary>
internal sealed class HeldResolver(IDnsResolver inner, bool isDeaf = false) : IDnsResolver
{
    private readonly Lock _lock = new();
    private readonly List<Action> _waiting = [];

    /// <summary>How many queries came.</summary>
    public int Asked { get; private set; }

    /// <summary>How many rounds of answers were let through.</summary>
    public int Rounds { get; private set; }

    /// <summary>How many queries neither have their answer nor were cancelled.</summary>
    public int Outstanding { get; private set; }

    /// <summary>Called with the number of each query, from 1, before it waits.</summary>
    public Action<int>? OnQuery { get; init; }

    public int Waiting
    {
        get
        {
            lock (_lock)
            {
                return _waiting.Count;
            }
        }
    }

    public ValueTask<DnsResponse<string>> QueryTextAsync(DomainName name, CancellationToken cancellationToken) =>
        Hold(inner.QueryTextAsync(name, CancellationToken.None), cancellationToken);

    public ValueTask<DnsResponse<MailHost>> QueryMailHostsAsync(DomainName name, CancellationToken cancellationToken) =>
        Hold(inner.QueryMailHostsAsync(name, CancellationToken.None), cancellationToken);

    public ValueTask<DnsResponse<IPAddress>> QueryAddressesAsync(DomainName name, AddressFamily family, CancellationToken cancellationToken) =>
        Hold(inner.QueryAddressesAsync(name, family, CancellationToken.None), cancellationToken);

    public ValueTask<DnsResponse<DomainName>> QueryPointersAsync(IPAddress address, CancellationToken cancellationToken) =>
        Hold(inner.QueryPointersAsync(address, CancellationToken.None), cancellationToken);

    /// <summary>Lets all answers through that wait; what is asked in consequence waits for the next round.</summary>
    public void AnswerRound()
    {
        Action[] answers;
        lock (_lock)
        {
            answers = [.. _waiting];
            _waiting.Clear();
            Rounds++;
        }

        foreach (var answer in answers)
        {
            answer();
        }
    }

    /// <summary>Lets one answer through.</summary>
    public void AnswerOne(int index)
    {
        Action answer;
        lock (_lock)
        {
            answer = _waiting[index];
            _waiting.RemoveAt(index);
        }

        answer();
    }

    private ValueTask<DnsResponse<T>> Hold<T>(ValueTask<DnsResponse<T>> answer, CancellationToken cancellationToken)
    {
        var held = new TaskCompletionSource<DnsResponse<T>>();
        int number;
        lock (_lock)
        {
            number = ++Asked;
            Outstanding++;
            _waiting.Add(() =>
            {
                if (held.TrySetResult(answer.GetAwaiter().GetResult()))
                {
                    End();
                }
            });
        }

        (isDeaf ? CancellationToken.None : cancellationToken).Register(() =>
        {
            if (held.TrySetCanceled(cancellationToken))
            {
                End();
            }
        });
        OnQuery?.Invoke(number);
        return new ValueTask<DnsResponse<T>>(held.Task);
    }

    private void End()
    {
        lock (_lock)
        {
            Outstanding--;
        }
    }
}
