using System.Collections.Immutable;
using System.Net;
using System.Net.Sockets;
using EmailAuth.Dns;
using EmailAuth.Syntax;

namespace EmailAuth.Iprev;

/// <summary>Checks that an address and a host name point to each other (RFC 8601 section 3). Thread-safe.</summary>
public sealed class IprevEvaluator
{
    private readonly IDnsResolver _resolver;
    private readonly IprevOptions _options;

    /// <summary>Makes an evaluator.</summary>
    /// <param name="resolver">Answers the queries.</param>
    /// <param name="options">The options, or null for the defaults.</param>
    public IprevEvaluator(IDnsResolver resolver, IprevOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(resolver);
        _resolver = resolver;
        _options = options ?? IprevOptions.Default;
    }

    /// <summary>Checks an address.</summary>
    /// <param name="address">The client's address.</param>
    /// <param name="cancellationToken">Ends the queries.</param>
    public async ValueTask<IprevResult> EvaluateAsync(IPAddress address, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(address);
        var session = new DnsSession(_resolver);
        try
        {
            return await EvaluateAsync(session, address, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            session.Cancel();
        }
    }

    /// <summary>The same for a connection that has a view of the DNS of its own.</summary>
    internal async ValueTask<IprevResult> EvaluateAsync(DnsSession session, IPAddress address, CancellationToken cancellationToken)
    {
        address = Normalize(address);
        var dns = session.Begin(DnsPurpose.ClientNames, 1 + _options.MaxNames);
        var pointers = await dns.QueryAsync(DnsQuestion.Pointers(address), cancellationToken).ConfigureAwait(false);
        if (pointers.Status == DnsStatus.Failure)
        {
            return new IprevResult
            {
                Code = IprevResultCode.TempError,
                Address = address,
                LookupCount = 1,
                ReasonKind = IprevReason.DnsFailure,
                Reason = $"the query for the names of {address} failed: {pointers.Reason} (RFC 8601 section 2.7.3)",
            };
        }

        if (pointers.Names.IsEmpty)
        {
            return new IprevResult
            {
                Code = IprevResultCode.PermError,
                Address = address,
                LookupCount = 1,
                ReasonKind = IprevReason.NoName,
                Reason = $"{address} points to no name (RFC 8601 section 2.7.3)",
            };
        }

        return await MatchAsync(dns, address, pointers.Names, cancellationToken).ConfigureAwait(false);
    }

    // All names are asked at once; the first in the order of the answer that points back decides.
    private async ValueTask<IprevResult> MatchAsync(
        DnsAsker dns, IPAddress address, ImmutableArray<DomainName> names, CancellationToken cancellationToken)
    {
        var count = Math.Min(names.Length, _options.MaxNames);
        var type = address.AddressFamily == AddressFamily.InterNetwork ? DnsRecordType.A : DnsRecordType.Aaaa;
        for (var i = 1; i < count; i++)
        {
            dns.Prefetch(new DnsQuestion(names[i], type));
        }

        DomainName? match = null;
        string? failure = null;
        for (var i = 0; i < count && match is null; i++)
        {
            var response = await dns.QueryAsync(new DnsQuestion(names[i], type), cancellationToken).ConfigureAwait(false);
            match = Contains(response.Addresses, address) ? names[i] : null;
            failure ??= response.Reason;
        }

        dns.End();
        var (reason, text) = match is null ? NoMatch(address, names, count, failure) : default;
        return new IprevResult
        {
            Code = match is not null ? IprevResultCode.Pass : failure is not null ? IprevResultCode.TempError : IprevResultCode.Fail,
            Address = address,
            HostName = match,
            Names = names,
            LookupCount = count + 1,
            ReasonKind = reason,
            Reason = text,
        };
    }

    private static (IprevReason Reason, string? Text) NoMatch(IPAddress address, ImmutableArray<DomainName> names, int count, string? failure)
    {
        if (failure is not null)
        {
            return (IprevReason.DnsFailure, $"a query for a name of {address} failed: {failure} (RFC 8601 section 2.7.3)");
        }

        return count < names.Length
            ? (IprevReason.NameLimit, $"none of the first {count} names (MaxNames) that {address} points to points back to it (RFC 8601 section 2.7.3)")
            : (IprevReason.NoMatch, $"none of the names that {address} points to points back to it (RFC 8601 section 2.7.3)");
    }

    private static bool Contains(ImmutableArray<IPAddress> addresses, IPAddress address)
    {
        foreach (var candidate in addresses)
        {
            if (candidate.Equals(address))
            {
                return true;
            }
        }

        return false;
    }

    // An address with a scope does not equal what the DNS gives: the scope is no part of it.
    private static IPAddress Normalize(IPAddress address)
    {
        if (address.IsIPv4MappedToIPv6)
        {
            return address.MapToIPv4();
        }

        return address.AddressFamily == AddressFamily.InterNetworkV6 && address.ScopeId != 0 ? new IPAddress(address.GetAddressBytes()) : address;
    }
}
