using System.Net;
using System.Net.Sockets;
using EmailAuth.Syntax;

namespace EmailAuth.Dns;

/// <content>
/// Which questions count towards the limit of their number. Those that are asked ahead, before it is known whether their answers are needed,
/// count when they are; those on the allowance set aside for policies do not. Neither takes anything away from the message's other
/// questions, so that a verdict does not hang on when answers come.
/// </content>
internal sealed partial class MessageResolver
{
    // Questions that were asked ahead and that nobody has needed yet.
    private int _notNeeded;
    private int _reserved;

    /// <summary>Whether one more question may be asked ahead: what is not needed may be half as much as what is.</summary>
    public bool MayAskAhead
    {
        get
        {
            lock (_lock)
            {
                return _notNeeded < _limits.MaxLookups / 2;
            }
        }
    }

    private int Counted => Lookups - _notNeeded - _reserved;

    /// <inheritdoc cref="IDnsResolver.QueryTextAsync"/>
    /// <param name="name">The name to ask for.</param>
    /// <param name="isAhead">Whether it is asked ahead: who comes to need the answer asks once more.</param>
    /// <param name="cancellationToken">Ends the query.</param>
    public ValueTask<DnsResponse<string>> QueryTextAsync(DomainName name, bool isAhead, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(name);
        return Ask(
            new DnsQuestionKey(ZoneRecordType.Txt, name), name, static (inner, name, token) => inner.QueryTextAsync(name, token), isAhead, cancellationToken);
    }

    /// <inheritdoc cref="IDnsResolver.QueryMailHostsAsync"/>
    /// <param name="name">The name to ask for.</param>
    /// <param name="isAhead">Whether it is asked ahead.</param>
    /// <param name="cancellationToken">Ends the query.</param>
    public ValueTask<DnsResponse<MailHost>> QueryMailHostsAsync(DomainName name, bool isAhead, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(name);
        return Ask(
            new DnsQuestionKey(ZoneRecordType.MX, name), name, static (inner, name, token) => inner.QueryMailHostsAsync(name, token), isAhead, cancellationToken);
    }

    /// <inheritdoc cref="IDnsResolver.QueryAddressesAsync"/>
    /// <param name="name">The name to ask for.</param>
    /// <param name="family">IPv4 or IPv6.</param>
    /// <param name="isAhead">Whether it is asked ahead.</param>
    /// <param name="cancellationToken">Ends the query.</param>
    public ValueTask<DnsResponse<IPAddress>> QueryAddressesAsync(DomainName name, AddressFamily family, bool isAhead, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(name);
        return family switch
        {
            AddressFamily.InterNetwork => Ask(
                new DnsQuestionKey(ZoneRecordType.A, name),
                name,
                static (inner, name, token) => inner.QueryAddressesAsync(name, AddressFamily.InterNetwork, token),
                isAhead,
                cancellationToken),
            AddressFamily.InterNetworkV6 => Ask(
                new DnsQuestionKey(ZoneRecordType.Aaaa, name),
                name,
                static (inner, name, token) => inner.QueryAddressesAsync(name, AddressFamily.InterNetworkV6, token),
                isAhead,
                cancellationToken),
            _ => throw new ArgumentOutOfRangeException(nameof(family), family, "Only IPv4 and IPv6 have address records."),
        };
    }

    /// <inheritdoc cref="IDnsResolver.QueryPointersAsync"/>
    /// <param name="address">The address.</param>
    /// <param name="isAhead">Whether it is asked ahead.</param>
    /// <param name="cancellationToken">Ends the query.</param>
    public ValueTask<DnsResponse<DomainName>> QueryPointersAsync(IPAddress address, bool isAhead, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(address);
        return Ask(
            new DnsQuestionKey(address), address, static (inner, address, token) => inner.QueryPointersAsync(address, token), isAhead, cancellationToken);
    }

    private void Count(DnsQuestionKey question, bool isAhead)
    {
        Lookups++;
        _reserved += question.IsReserved ? 1 : 0;
        _notNeeded += isAhead ? 1 : 0;
    }

    // What is known of a question, which counts from now on if it was asked ahead; null when that would be one too many.
    private object? TakeUp(DnsQuestionKey question, object known)
    {
        if (known is not (AheadAnswer or SharedQuery { IsAhead: true }))
        {
            return known;
        }

        if (Counted >= _limits.MaxLookups)
        {
            return null;
        }

        _notNeeded--;
        if (known is SharedQuery query)
        {
            query.IsAhead = false;
            return query;
        }

        return _answers![question] = ((AheadAnswer)known).Response;
    }

    private void ForgetCounts() => Lookups = AnsweredAtOnce = Shared = _notNeeded = _reserved = 0;

    /// <summary>The answer to a question that nobody has needed yet.</summary>
    private sealed class AheadAnswer(object response)
    {
        public object Response { get; } = response;
    }
}
