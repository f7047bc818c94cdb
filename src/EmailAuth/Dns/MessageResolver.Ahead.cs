using System.Net;
using System.Net.Sockets;
using EmailAuth.Syntax;

namespace EmailAuth.Dns;

/// <content>
/// Questions that are asked ahead, before it is known whether their answers are needed. They count when they are: what is merely guessed
/// takes nothing away from the message's other questions, so that a verdict does not hang on when answers come.
/// </content>
internal sealed partial class MessageResolver
{
    // The questions that nobody has needed yet.
    private HashSet<DnsQuestionKey>? _ahead;
    private int _notNeeded;
    private AheadResolver? _aheadResolver;

    /// <summary>The same view of the DNS for questions that are asked ahead. Who comes to need the answer asks this resolver again.</summary>
    public IDnsResolver Ahead => _aheadResolver ??= new AheadResolver(this);

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

    private int Needed => Lookups - _notNeeded;

    private ValueTask<DnsResponse<string>> QueryTextAsync(DomainName name, bool isAhead, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(name);
        return Ask(
            new DnsQuestionKey(ZoneRecordType.Txt, name), name, static (inner, name, token) => inner.QueryTextAsync(name, token), isAhead, cancellationToken);
    }

    private ValueTask<DnsResponse<MailHost>> QueryMailHostsAsync(DomainName name, bool isAhead, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(name);
        return Ask(
            new DnsQuestionKey(ZoneRecordType.MX, name), name, static (inner, name, token) => inner.QueryMailHostsAsync(name, token), isAhead, cancellationToken);
    }

    private ValueTask<DnsResponse<IPAddress>> QueryAddressesAsync(DomainName name, AddressFamily family, bool isAhead, CancellationToken cancellationToken)
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

    private ValueTask<DnsResponse<DomainName>> QueryPointersAsync(IPAddress address, bool isAhead, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(address);
        return Ask(
            new DnsQuestionKey(address), address, static (inner, address, token) => inner.QueryPointersAsync(address, token), isAhead, cancellationToken);
    }

    // Counts a question that was asked ahead, when it is needed for the first time; false when that would be one too many.
    private bool TryTakeUp(DnsQuestionKey question)
    {
        if (_ahead is null || !_ahead.Contains(question))
        {
            return true;
        }

        if (Needed >= _limits.MaxLookups)
        {
            return false;
        }

        _ahead.Remove(question);
        _notNeeded--;
        return true;
    }

    // A question that was cancelled while nobody needed it and is asked anew counts for itself.
    private void NoteAhead(DnsQuestionKey question, bool isAhead)
    {
        if (isAhead)
        {
            _notNeeded++;
            (_ahead ??= []).Add(question);
        }
        else
        {
            _ahead?.Remove(question);
        }
    }

    private void ForgetAhead()
    {
        _ahead = null;
        _notNeeded = 0;
    }

    private sealed class AheadResolver(MessageResolver message) : IDnsResolver
    {
        public ValueTask<DnsResponse<string>> QueryTextAsync(DomainName name, CancellationToken cancellationToken) =>
            message.QueryTextAsync(name, isAhead: true, cancellationToken);

        public ValueTask<DnsResponse<MailHost>> QueryMailHostsAsync(DomainName name, CancellationToken cancellationToken) =>
            message.QueryMailHostsAsync(name, isAhead: true, cancellationToken);

        public ValueTask<DnsResponse<IPAddress>> QueryAddressesAsync(DomainName name, AddressFamily family, CancellationToken cancellationToken) =>
            message.QueryAddressesAsync(name, family, isAhead: true, cancellationToken);

        public ValueTask<DnsResponse<DomainName>> QueryPointersAsync(IPAddress address, CancellationToken cancellationToken) =>
            message.QueryPointersAsync(address, isAhead: true, cancellationToken);
    }
}
