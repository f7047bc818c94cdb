using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;
using EmailAuth.Dns;
using EmailAuth.Syntax;

namespace EmailAuth.Spf;

/// <content>The mechanisms that ask the DNS (RFC 7208 section 5), macro expansion (section 7) and explanations (section 6.2).</content>
internal sealed partial class SpfCheck
{
    private DnsResponse? _pointers;
    private Dictionary<DomainName, bool>? _validated;

    private async ValueTask<SpfMatch> AskAsync(SpfMechanism mechanism, DomainName domain, short step, short term)
    {
        if (!CountTerm(mechanism, domain))
        {
            return SpfMatch.PermError;
        }

        var target = mechanism.Target is null ? domain
            : mechanism.Target.IsConstant ? mechanism.Target.Name
            : await TargetAsync(mechanism.Target, domain, step, term).ConfigureAwait(false);
        var match = mechanism.Kind switch
        {
            SpfMechanismKind.Ptr => await MatchPointersAsync(target, step, term).ConfigureAwait(false),
            _ when target is null => MatchNoName(mechanism, domain),
            SpfMechanismKind.Include => await MatchIncludeAsync(mechanism, target, domain, step, term).ConfigureAwait(false),
            SpfMechanismKind.A => await MatchHostAsync(mechanism, target, step, term).ConfigureAwait(false),
            SpfMechanismKind.MX => await MatchMailHostsAsync(mechanism, target, step, term).ConfigureAwait(false),
            SpfMechanismKind.Exists => await MatchExistsAsync(target, step, term).ConfigureAwait(false),
            SpfMechanismKind.All or SpfMechanismKind.IP4 or SpfMechanismKind.IP6 => throw new UnreachableException(), // ask nothing
            _ => throw new UnreachableException(),
        };

        _awaitedHosts = [];

        // A failed lookup of ptr is no error (section 5.5), but the end of the time is.
        if (_lookups.IsTimeUp)
        {
            TimeUp();
            return SpfMatch.TempError;
        }

        return match;
    }

    // RFC 7208 section 4.8 leaves a target that is no name undefined. It cannot exist: nothing is asked and nothing matches.
    // As the domain of an include it has no record (section 4.3), but for a local part beyond ASCII, which never matches (RFC 8616 section 4).
    private SpfMatch MatchNoName(SpfMechanism mechanism, DomainName domain)
    {
        if (mechanism.Kind != SpfMechanismKind.Include || (!_input.HasAsciiLocalPart && mechanism.Target is { UsesLocalPart: true }))
        {
            return SpfMatch.No;
        }

        Reason = $"{mechanism} of {domain} names no possible domain (RFC 7208 section 5.2)";
        return SpfMatch.PermError;
    }

    // RFC 7208 section 5.2: the table of results.
    private async ValueTask<SpfMatch> MatchIncludeAsync(SpfMechanism mechanism, DomainName target, DomainName domain, short step, short term)
    {
        var verdict = await CheckHostAsync(target, step, term).ConfigureAwait(false);
        switch (verdict.Code)
        {
            case SpfResultCode.Pass:
                return SpfMatch.Yes;
            case SpfResultCode.Fail or SpfResultCode.SoftFail or SpfResultCode.Neutral:
                return SpfMatch.No;
            case SpfResultCode.TempError:
                return SpfMatch.TempError;
            case SpfResultCode.None:
                Reason = $"{mechanism} of {domain} leads to {target}, which has no SPF record (RFC 7208 section 5.2)";
                return SpfMatch.PermError;
            case SpfResultCode.PermError:
                return SpfMatch.PermError;
            default:
                throw new UnreachableException();
        }
    }

    // RFC 7208 section 5.3
    private async ValueTask<SpfMatch> MatchHostAsync(SpfMechanism mechanism, DomainName target, short step, short term)
    {
        var response = await _lookups.QueryAsync(AddressesOf(target), step, term).ConfigureAwait(false);
        if (response.Status == DnsStatus.Failure)
        {
            return TempError(mechanism, target, response.Reason);
        }

        return !CountVoid(response.IsVoid, target) ? SpfMatch.PermError
            : AnyShares(response, mechanism) ? SpfMatch.Yes
            : SpfMatch.No;
    }

    // RFC 7208 section 5.4: the exchanges in order of preference; without any, the domain's own address is not asked for.
    private async ValueTask<SpfMatch> MatchMailHostsAsync(SpfMechanism mechanism, DomainName target, short step, short term)
    {
        var response = await _lookups.QueryAsync(new DnsQuestion(target, DnsRecordType.Mx), step, term).ConfigureAwait(false);
        if (response.Status == DnsStatus.Failure)
        {
            return TempError(mechanism, target, response.Reason);
        }

        if (!CountVoid(response.IsVoid, target))
        {
            return SpfMatch.PermError;
        }

        // RFC 7208 sections 4.6.4 and 5.4: an address lookup for each host, at most ten. More hosts are an error whichever is asked first,
        // so that the result does not hang on the order of the answer. These lookups count neither as terms nor as void.
        var hosts = HostsInOrder(response);
        if (hosts.Length > _options.MaxMailHosts)
        {
            Reason = string.Create(
                CultureInfo.InvariantCulture, $"{mechanism} asks for {hosts.Length} mail hosts of {target}, more than the limit of {_options.MaxMailHosts} (RFC 7208 section 4.6.4)");
            return SpfMatch.PermError;
        }

        _awaitedHosts = hosts;
        foreach (var host in hosts)
        {
            var addresses = await _lookups.QueryAsync(AddressesOf(host), step, term).ConfigureAwait(false);
            if (addresses.Status == DnsStatus.Failure)
            {
                return TempError(mechanism, host, addresses.Reason);
            }

            if (AnyShares(addresses, mechanism))
            {
                return SpfMatch.Yes;
            }
        }

        return SpfMatch.No;
    }

    // RFC 7208 section 5.5: a failed lookup of the client's names, or of one name's addresses, is no error.
    private async ValueTask<SpfMatch> MatchPointersAsync(DomainName? target, short step, short term)
    {
        var names = await PointersAsync(step, term).ConfigureAwait(false);
        if (!CountVoid(names.IsVoid, _input.Client.Address))
        {
            return SpfMatch.PermError;
        }

        return target is not null && await FirstValidatedAsync(NamesWithin(names, target), step, term).ConfigureAwait(false) is not null
            ? SpfMatch.Yes
            : SpfMatch.No;
    }

    // RFC 7208 section 5.7: an A record, for IPv6 clients also.
    private async ValueTask<SpfMatch> MatchExistsAsync(DomainName target, short step, short term)
    {
        var response = await _lookups.QueryAsync(new DnsQuestion(target, DnsRecordType.A), step, term).ConfigureAwait(false);
        if (response.Status == DnsStatus.Failure)
        {
            Reason = $"the lookup of {target} failed: {response.Reason} (RFC 7208 section 5.7)";
            return SpfMatch.TempError;
        }

        return !CountVoid(response.IsVoid, target) ? SpfMatch.PermError
            : response.Count > 0 ? SpfMatch.Yes
            : SpfMatch.No;
    }

    // RFC 7208 section 5: what is neither an answer nor NXDOMAIN is a temperror.
    private SpfMatch TempError(SpfMechanism mechanism, DomainName name, string? reason)
    {
        Reason = $"the lookup of {name} for {mechanism} failed: {reason} (RFC 7208 section {mechanism.Section})";
        return SpfMatch.TempError;
    }

    // In order of preference; a null MX (RFC 7505) is none.
    private static DomainName[] HostsInOrder(DnsResponse response) =>
        [.. response.MailHosts.Where(static host => host.Exchange is not null).OrderBy(static host => host.Preference).Select(static host => host.Exchange!)];

    // RFC 7208 section 4.6.4: names after the tenth are ignored. Erratum 4751: the name is within the target, not the target within the
    // name; so only such names are validated.
    private DomainName[] NamesWithin(DnsResponse names, DomainName target) =>
        [.. names.Names.Take(_options.MaxPointers).Where(name => name.IsEqualToOrBelow(target))];

    private bool AnyShares(DnsResponse response, SpfMechanism mechanism)
    {
        foreach (var address in response.Addresses)
        {
            if (_input.Client.Shares(address, mechanism))
            {
                return true;
            }
        }

        return false;
    }

    private ValueTask<DnsResponse> PointersAsync(short step, short term)
    {
        return _pointers is null ? AskAsync() : new ValueTask<DnsResponse>(_pointers);

        async ValueTask<DnsResponse> AskAsync() =>
            _pointers = await _lookups.QueryAsync(DnsQuestion.Pointers(_input.Client.Address), step, term).ConfigureAwait(false);
    }

    // RFC 7208 section 5.5: a name is validated when the client's address is among its own.
    private async ValueTask<bool> IsValidatedAsync(DomainName name, short step, short term)
    {
        _validated ??= [];
        if (_validated.TryGetValue(name, out var known))
        {
            return known;
        }

        var response = await _lookups.QueryAsync(AddressesOf(name), step, term).ConfigureAwait(false);
        var isValidated = false;
        foreach (var address in response.Addresses)
        {
            isValidated |= _input.Client.Is(address);
        }

        _validated[name] = isValidated;
        return isValidated;
    }

    // RFC 7208 section 4.8: the name a domain-spec stands for; null when there can be no such name.
    private async ValueTask<DomainName?> TargetAsync(SpfDomainSpec spec, DomainName domain, short step, short term)
    {
        if (spec.IsConstant)
        {
            return spec.Name;
        }

        var pointer = spec.AsksPointers ? await PointerNameAsync(domain, step, term).ConfigureAwait(false) : null;
        return Expander.ExpandName(spec, domain, pointer);
    }

    private DnsQuestion AddressesOf(DomainName name) =>
        new(name, _input.Client.Family == AddressFamily.InterNetwork ? DnsRecordType.A : DnsRecordType.Aaaa);

    private SpfMacroExpander Expander => _expander ??= new SpfMacroExpander(_input, _timeProvider, _options.Receiver);

    // RFC 7208 section 7.3: the validated name that is the domain, or else one below it, or else any; "unknown" without one.
    private async ValueTask<string> PointerNameAsync(DomainName domain, short step, short term)
    {
        var names = (await PointersAsync(step, term).ConfigureAwait(false)).Names.Take(_options.MaxPointers);
        var inOrder = names.OrderBy(name => name == domain ? 0 : name.IsEqualToOrBelow(domain) ? 1 : 2).ToArray();
        return (await FirstValidatedAsync(inOrder, step, term).ConfigureAwait(false))?.ToString() ?? "unknown";
    }

    private async ValueTask<DomainName?> FirstValidatedAsync(DomainName[] names, short step, short term)
    {
        _awaitedHosts = names;
        DomainName? found = null;
        for (var i = 0; i < names.Length && found is null && !_lookups.IsTimeUp; i++)
        {
            found = await IsValidatedAsync(names[i], step, term).ConfigureAwait(false) ? names[i] : null;
        }

        _awaitedHosts = [];
        return found;
    }

    // RFC 7208 section 6.2: whatever goes wrong here, the result stands and there is no explanation.
    private async ValueTask<string?> ExplainAsync(SpfDomainSpec spec, DomainName domain, short step)
    {
        var name = await TargetAsync(spec, domain, step, SpfTrace.ExplanationTerm).ConfigureAwait(false);
        if (name is null || _lookups.IsTimeUp)
        {
            return NoExplanation(_lookups.IsTimeUp ? "the check's time was up" : "the domain-spec names no possible domain");
        }

        var response = await _lookups.QueryAsync(new DnsQuestion(name, DnsRecordType.Txt), step, SpfTrace.ExplanationTerm).ConfigureAwait(false);
        if (response.Count != 1)
        {
            return NoExplanation(string.Create(CultureInfo.InvariantCulture, $"{response.Count} TXT records instead of one"));
        }

        // The grammar holds no character beyond US-ASCII, so an explanation that does is a syntax error as well.
        var text = SpfMacroString.Parse(response.Texts[0], 0, SpfMacroUse.Explanation);
        if (!text.IsSuccess)
        {
            return NoExplanation(text.Error.ToString());
        }

        var pointer = text.Value.Uses('p') ? await PointerNameAsync(domain, step, SpfTrace.ExplanationTerm).ConfigureAwait(false) : null;
        return Expander.ExpandExplanation(text.Value, domain, pointer, _options.MaxExplanationLength)
            ?? NoExplanation(string.Create(CultureInfo.InvariantCulture, $"longer than the limit of {_options.MaxExplanationLength} characters"));
    }

    private string? NoExplanation(string why)
    {
        Trace.ExplanationFailure = "no explanation: " + why;
        return null;
    }
}
