using System.Collections.Immutable;
using EmailAuth.Dkim;
using EmailAuth.Dns;
using EmailAuth.Syntax;

namespace EmailAuth.Inspection.Dkim;

/// <summary>Inspects the DKIM key that a domain publishes under a selector (RFC 6376 section 3.6.1). Stateless; safe to use from many threads.</summary>
public static class DkimKeyInspector
{
    private const string KeyLabel = "_domainkey";

    /// <summary>
    /// Selectors that large senders and the manuals of signing software use. The DNS cannot list the selectors of a domain. A domain may
    /// use any name, so finding no key proves nothing.
    /// </summary>
    public static ImmutableArray<string> CommonSelectors { get; } =
    [
        "default", "selector1", "selector2", "google", "k1", "k2", "k3", "s1", "s2", "dkim", "mail", "smtp", "key1", "sig1", "mx", "mandrill", "pm", "fm1", "fm2", "fm3", "zoho", "protonmail",
    ];

    /// <summary>The name at which a key is published; null when selector and domain together are too long for the DNS.</summary>
    /// <param name="domain">The signing domain (<c>d=</c>).</param>
    /// <param name="selector">The selector (<c>s=</c>).</param>
    public static DomainName? NameOf(DomainName domain, DomainName selector)
    {
        ArgumentNullException.ThrowIfNull(domain);
        ArgumentNullException.ThrowIfNull(selector);
        return domain.Prepend($"{selector}.{KeyLabel}");
    }

    /// <summary>Looks up the key at a name and inspects it.</summary>
    /// <param name="name">The name of the key record (<see cref="NameOf"/>).</param>
    /// <param name="resolver">Where to ask. What it throws counts as a failed lookup.</param>
    /// <param name="options">The allowed key sizes; null for <see cref="DkimOptions.Default"/>.</param>
    /// <param name="cancellationToken">Ends the inspection.</param>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was cancelled.</exception>
    public static async Task<DkimKeyInspection> InspectAsync(
        DomainName name, IDnsResolver resolver, DkimOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(resolver);
        var response = await new InspectionResolver(resolver).TextsAsync(name, cancellationToken).ConfigureAwait(false);
        var records = response.Texts.Select(text => InspectText(name, text, options)).ToImmutableArray();
        return new DkimKeyInspection
        {
            Name = name,
            Failure = response.Status == DnsStatus.Failure ? response : null,
            Aliases = response.Aliases,
            Records = records,
            NameFindings = Judge(name, response),
        };
    }

    /// <summary>Inspects the text of a record that is published, or will be.</summary>
    /// <param name="name">The name at which it is published.</param>
    /// <param name="text">The text, character-strings joined.</param>
    /// <param name="options">The allowed key sizes; null for <see cref="DkimOptions.Default"/>.</param>
    public static PublishedRecord InspectText(DomainName name, string text, DkimOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(text);
        var record = new PublishedRecord(name, text);
        new DkimKeyReading(record, options ?? DkimOptions.Default).Read();
        return record;
    }

    /// <summary>The finding for a domain without a key under any of <see cref="CommonSelectors"/>.</summary>
    /// <param name="domain">The signing domain.</param>
    public static Finding NoCommonSelector(DomainName domain)
    {
        ArgumentNullException.ThrowIfNull(domain);
        return new Finding
        {
            Code = FindingCode.DkimNoCommonSelector,
            Severity = FindingSeverity.Note,
            Name = domain,
            Arguments = [Numbers.Text(CommonSelectors.Length), domain.ToString()],
        };
    }

    private static ImmutableArray<Finding> Judge(DomainName name, DnsResponse response)
    {
        var isAlias = !response.Aliases.IsEmpty;
        var names = response.Aliases.Prepend(name).Select(static alias => alias.ToString()).ToImmutableArray();
        return response switch
        {
            { Status: DnsStatus.Failure } => [Found(FindingSeverity.Warning, FindingCode.DkimLookupFailed, [names[0], response.Reason!])],
            { Status: DnsStatus.NameError } => [Found(FindingSeverity.Error, isAlias ? FindingCode.DkimAliasOfMissingName : FindingCode.DkimNameMissing, names)],
            { Status: DnsStatus.NoData } => [Found(FindingSeverity.Error, isAlias ? FindingCode.DkimAliasWithoutText : FindingCode.DkimNoText, names)],
            _ => [.. SeveralRecords().Concat(isAlias ? [Found(FindingSeverity.Note, FindingCode.DkimAlias, names)] : [])],
        };

        IEnumerable<Finding> SeveralRecords() =>
            response.Count > 1 ? [Found(FindingSeverity.Error, FindingCode.DkimSeveralRecords, [Numbers.Text(response.Count)])] : [];

        Finding Found(FindingSeverity severity, FindingCode code, ImmutableArray<string> arguments) =>
            new() { Code = code, Severity = severity, Name = name, Arguments = arguments };
    }
}
