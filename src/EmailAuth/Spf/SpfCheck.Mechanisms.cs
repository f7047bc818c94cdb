using System.Diagnostics;
using System.Globalization;
using EmailAuth.Dns;
using EmailAuth.Syntax;

namespace EmailAuth.Spf;

/// <content>The mechanisms that ask the DNS (RFC 7208 section 5), macro expansion (section 7) and explanations (section 6.2).</content>
internal sealed partial class SpfCheck
{
    private DnsResponse? _pointers;
    private Dictionary<DomainName, bool>? _validated;

    private async ValueTask<SpfMatch> AskAsync(SpfMechanism mechanism, DomainName domain, SpfPosition position)
    {
        if (!CountTerm(mechanism, domain))
        {
            return SpfMatch.PermError;
        }

        var (isKnown, target) = mechanism.Target is null ? (true, domain) : await TargetAsync(mechanism.Target, domain, position).ConfigureAwait(false);
        var match = (mechanism.Kind, target) switch
        {
            _ when !isKnown => SpfMatch.No,
            (SpfMechanismKind.Ptr, _) => await MatchPointersAsync(target, position).ConfigureAwait(false),
            (_, null) => MatchNoName(mechanism, domain),
            (SpfMechanismKind.Include, { } name) =>
                MatchIncluded((await CheckHostAsync(name, position).ConfigureAwait(false)).Code, mechanism, name, domain),
            (_, { } name) => await MatchHostsAsync(mechanism, name, position).ConfigureAwait(false),
        };

        // A failed lookup of ptr is no error (section 5.5), but the end of the time is.
        if (_answers.IsTimeUp)
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
        if (mechanism.Kind != SpfMechanismKind.Include || (!_arguments.HasAsciiLocalPart && mechanism.Target is { UsesLocalPart: true }))
        {
            return SpfMatch.No;
        }

        Why = new SpfWhy(SpfReason.InvalidTarget, $"{mechanism} of {domain} does not name a possible domain (RFC 7208 section 5.2)");
        return SpfMatch.PermError;
    }

    // RFC 7208 section 5.2: the table of results.
    private SpfMatch MatchIncluded(SpfResultCode code, SpfMechanism mechanism, DomainName target, DomainName domain)
    {
        switch (code)
        {
            case SpfResultCode.Pass:
                return SpfMatch.Yes;
            case SpfResultCode.Fail or SpfResultCode.SoftFail or SpfResultCode.Neutral:
                return SpfMatch.No;
            case SpfResultCode.TempError:
                return SpfMatch.TempError;
            case SpfResultCode.None:
                Why = new SpfWhy(SpfReason.TargetWithoutRecord, $"{mechanism} of {domain} leads to {target}, which has no SPF record (RFC 7208 section 5.2)");
                return SpfMatch.PermError;
            case SpfResultCode.PermError:
                return SpfMatch.PermError;
            default:
                throw new UnreachableException();
        }
    }

    // RFC 7208 sections 5.3, 5.4 and 5.7: "a", "mx" and "exists".
    private async ValueTask<SpfMatch> MatchHostsAsync(SpfMechanism mechanism, DomainName target, SpfPosition position)
    {
        var question = new DnsQuestion(target, mechanism.RecordTypeFor(_arguments.Client.Family));
        if (await _answers.AskAsync(question, position).ConfigureAwait(false) is not { } response)
        {
            return SpfMatch.No;
        }

        if (response.Status == DnsStatus.Failure)
        {
            return TempError(mechanism, target, response.Reason);
        }

        return !CountVoid(response.IsVoid, target) ? SpfMatch.PermError
            : mechanism.Kind == SpfMechanismKind.MX ? await MatchMailHostsAsync(mechanism, target, response, position).ConfigureAwait(false)
            : mechanism.Kind == SpfMechanismKind.Exists ? (response.Count > 0 ? SpfMatch.Yes : SpfMatch.No)
            : AnyShares(response, mechanism) ? SpfMatch.Yes
            : SpfMatch.No;
    }

    // RFC 7208 section 5.4: the exchanges in order of preference; without any, the domain's own address is not asked for.
    private async ValueTask<SpfMatch> MatchMailHostsAsync(SpfMechanism mechanism, DomainName target, DnsResponse response, SpfPosition position)
    {
        // RFC 7208 sections 4.6.4 and 5.4: an address lookup for each host, at most ten. More hosts are an error whichever is asked first,
        // so that the result does not hang on the order of the answer. These lookups count neither as terms nor as void.
        var hosts = HostsInOrder(response);
        if (hosts.Length > Options.MaxMailHosts)
        {
            Why = new SpfWhy(SpfReason.MailHostLimit, string.Create(
                CultureInfo.InvariantCulture, $"{mechanism} asks for {hosts.Length} mail hosts of {target}, more than the limit of {Options.MaxMailHosts} (RFC 7208 section 4.6.4)"));
            return SpfMatch.PermError;
        }

        foreach (var host in hosts)
        {
            var addresses = await _answers.AskAsync(AddressesOf(host), position, isHost: true).ConfigureAwait(false);
            if (addresses is { Status: DnsStatus.Failure })
            {
                return TempError(mechanism, host, addresses.Reason);
            }

            if (addresses is not null && AnyShares(addresses, mechanism))
            {
                return SpfMatch.Yes;
            }
        }

        return SpfMatch.No;
    }

    // RFC 7208 section 5.5: a failed lookup of the client's names, or of one name's addresses, is no error.
    private async ValueTask<SpfMatch> MatchPointersAsync(DomainName? target, SpfPosition position)
    {
        if (await PointersAsync(position).ConfigureAwait(false) is not { } names)
        {
            return SpfMatch.No;
        }

        if (!CountVoid(names.IsVoid, _arguments.Client.Address))
        {
            return SpfMatch.PermError;
        }

        return target is not null && (await FirstValidatedAsync(NamesWithin(names, target), position).ConfigureAwait(false)).Name is not null
            ? SpfMatch.Yes
            : SpfMatch.No;
    }

    // RFC 7208 section 5: what is neither an answer nor NXDOMAIN is a temperror.
    private SpfMatch TempError(SpfMechanism mechanism, DomainName name, string? reason)
    {
        var term = mechanism.Kind == SpfMechanismKind.Exists ? string.Empty : $" for {mechanism}";
        Why = new SpfWhy(SpfReason.DnsFailure, $"the lookup of {name}{term} failed: {reason} (RFC 7208 section {mechanism.Section})");
        return SpfMatch.TempError;
    }

    /// <summary>The mail hosts of an answer in order of preference; a null MX (RFC 7505) names none.</summary>
    public static DomainName[] HostsInOrder(DnsResponse response) =>
        [.. response.MailHosts.Where(static host => host.Exchange is not null).OrderBy(static host => host.Preference).Select(static host => host.Exchange!)];

    // RFC 7208 section 4.6.4: names after the tenth are ignored. Erratum 4751: the name is within the target, not the target within the
    // name; so only such names are validated.
    private DomainName[] NamesWithin(DnsResponse names, DomainName target) =>
        [.. names.Names.Take(Options.MaxPointers).Where(name => name.IsEqualToOrBelow(target))];

    private bool AnyShares(DnsResponse response, SpfMechanism mechanism)
    {
        foreach (var address in response.Addresses)
        {
            if (_arguments.Client.Shares(address, mechanism))
            {
                return true;
            }
        }

        return false;
    }

    private ValueTask<DnsResponse?> PointersAsync(SpfPosition position)
    {
        return _pointers is null ? AskAsync() : new ValueTask<DnsResponse?>(_pointers);

        async ValueTask<DnsResponse?> AskAsync() =>
            _pointers = await _answers.AskAsync(DnsQuestion.Pointers(_arguments.Client.Address), position).ConfigureAwait(false);
    }

    // RFC 7208 section 5.5: a name is validated when the client's address is among its own; null when these are not known yet.
    private async ValueTask<bool?> IsValidatedAsync(DomainName name, SpfPosition position)
    {
        _validated ??= [];
        if (_validated.TryGetValue(name, out var known))
        {
            return known;
        }

        if (await _answers.AskAsync(AddressesOf(name), position, isHost: true).ConfigureAwait(false) is not { } response)
        {
            return null;
        }

        var isValidated = false;
        foreach (var address in response.Addresses)
        {
            isValidated |= _arguments.Client.Is(address);
        }

        _validated[name] = isValidated;
        return isValidated;
    }

    // RFC 7208 section 4.8: the name a domain-spec stands for, null when there can be no such name; and whether that is known yet.
    private ValueTask<(bool IsKnown, DomainName? Name)> TargetAsync(SpfDomainSpec spec, DomainName domain, SpfPosition position) =>
        spec.IsConstant ? new ValueTask<(bool, DomainName?)>((true, spec.Name)) : ExpandAsync(spec, domain, position);

    private async ValueTask<(bool IsKnown, DomainName? Name)> ExpandAsync(SpfDomainSpec spec, DomainName domain, SpfPosition position)
    {
        var pointer = spec.AsksPointers ? await PointerNameAsync(domain, position).ConfigureAwait(false) : null;
        return spec.AsksPointers && pointer is null ? (false, null) : (true, Expander.ExpandName(spec, domain, pointer));
    }

    private DnsQuestion AddressesOf(DomainName name) => new(name, _arguments.Client.IsIPv4 ? DnsRecordType.A : DnsRecordType.Aaaa);

    // RFC 7208 section 7.3: the validated name that is the domain, or else one below it, or else any; "unknown" without one. Null when that
    // is not known yet.
    private async ValueTask<string?> PointerNameAsync(DomainName domain, SpfPosition position)
    {
        if (await PointersAsync(position).ConfigureAwait(false) is not { } response)
        {
            return null;
        }

        var inOrder = response.Names.Take(Options.MaxPointers).OrderBy(name => name == domain ? 0 : name.IsEqualToOrBelow(domain) ? 1 : 2).ToArray();
        var (isKnown, first) = await FirstValidatedAsync(inOrder, position).ConfigureAwait(false);
        return isKnown ? first?.ToString() ?? "unknown" : null;
    }

    // The first name that is validated, and whether it is known that none before it is.
    private async ValueTask<(bool IsKnown, DomainName? Name)> FirstValidatedAsync(DomainName[] names, SpfPosition position)
    {
        var isKnown = true;
        for (var i = 0; i < names.Length && !_answers.IsTimeUp; i++)
        {
            var isValidated = await IsValidatedAsync(names[i], position).ConfigureAwait(false);
            if (isValidated is true)
            {
                return (isKnown, names[i]);
            }

            isKnown &= isValidated is not null;
        }

        return (isKnown, null);
    }

    // RFC 7208 section 6.2: whatever goes wrong here, the result stands and there is no explanation.
    private async ValueTask<string?> ExplainAsync(SpfDomainSpec spec, DomainName domain, short step)
    {
        var position = new SpfPosition(step, SpfTrace.ExplanationTerm);
        var (_, name) = await TargetAsync(spec, domain, position).ConfigureAwait(false);
        if (name is null || _answers.IsTimeUp)
        {
            return NoExplanation(_answers.IsTimeUp ? "the check's time was up" : "the domain-spec names no possible domain");
        }

        var response = await _answers.AskAsync(new DnsQuestion(name, DnsRecordType.Txt), position).ConfigureAwait(false);
        if (response is not { Count: 1 })
        {
            return NoExplanation(string.Create(CultureInfo.InvariantCulture, $"{response?.Count ?? 0} TXT records instead of one"));
        }

        // The grammar holds no character beyond US-ASCII, so an explanation that does is a syntax error as well.
        var text = SpfMacroString.Parse(response.Texts[0], 0, SpfMacroUse.Explanation);
        if (!text.IsSuccess)
        {
            return NoExplanation(text.Error.ToString());
        }

        var pointer = text.Value.Uses('p') ? await PointerNameAsync(domain, position).ConfigureAwait(false) : null;
        return Expander.ExpandExplanation(text.Value, domain, pointer, Options.MaxExplanationLength)
            ?? NoExplanation(string.Create(CultureInfo.InvariantCulture, $"longer than the limit of {Options.MaxExplanationLength} characters"));
    }

    private string? NoExplanation(string why)
    {
        Trace.ExplanationFailure = "no explanation: " + why;
        return null;
    }
}
