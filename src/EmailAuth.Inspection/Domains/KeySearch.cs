using System.Collections.Immutable;
using EmailAuth.Dns;
using EmailAuth.Inspection.Dkim;
using EmailAuth.Syntax;

namespace EmailAuth.Inspection.Domains;

/// <summary>Looks for the DKIM keys of a domain: under selectors in use, which must have a key, and under those that large senders use.</summary>
internal sealed class KeySearch(DomainName domain, IDnsResolver resolver)
{
    // Nobody signs with it, so a key there is from a wildcard.
    private const string ImprobableSelector = "emailauth-wildcard-check";

    /// <summary>The keys that were found, and those of selectors in use without one.</summary>
    public ImmutableArray<DkimKeyInspection> Keys { get; private set; } = [];

    /// <summary>The findings about the keys as a whole.</summary>
    public ImmutableArray<Finding> Findings { get; private set; } = [];

    /// <summary>Whether a wildcard says for every selector that there is no key, as a domain without mail should say.</summary>
    public bool IsAllRevoked { get; private set; }

    /// <summary>Looks.</summary>
    /// <param name="inUse">Selectors in use.</param>
    /// <param name="triesKnown">Whether the others are tried.</param>
    /// <param name="cancellationToken">Ends the search.</param>
    public async Task RunAsync(IEnumerable<string> inUse, bool triesKnown, CancellationToken cancellationToken)
    {
        var wildcard = await InspectAsync(ImprobableSelector, cancellationToken).ConfigureAwait(false);
        IsAllRevoked = wildcard?.Key is { IsRevoked: true };
        var keys = ImmutableArray.CreateBuilder<DkimKeyInspection>();
        var used = inUse.Distinct(StringComparer.OrdinalIgnoreCase).ToArray();
        foreach (var selector in used)
        {
            if (await InspectAsync(selector, cancellationToken).ConfigureAwait(false) is { } key)
            {
                keys.Add(key);
            }
        }

        var tried = triesKnown ? KnownSelectors.All.Select(static known => known.Selector).Except(used, StringComparer.OrdinalIgnoreCase).ToArray() : [];
        var wild = wildcard?.Records is [var text] ? text.Text : null;
        var failed = wildcard?.Failure is null ? null : wildcard;
        foreach (var selector in tried)
        {
            var key = await InspectAsync(selector, cancellationToken).ConfigureAwait(false);
            failed ??= key?.Failure is null ? null : key;
            if (key is { Records.IsEmpty: false } && key.Records[0].Text != wild)
            {
                keys.Add(AsNotInUse(key));
            }
        }

        Keys = keys.ToImmutable();
        Findings = Judge(wildcard, failed, tried.Length > 0);
    }

    private ImmutableArray<Finding> Judge(DkimKeyInspection? wildcard, DkimKeyInspection? failed, bool hasTried)
    {
        if (wildcard is { Records.IsEmpty: false } && !IsAllRevoked)
        {
            return [new Finding { Code = FindingCode.DkimWildcard, Severity = FindingSeverity.Warning, Name = wildcard.Name, Arguments = [domain.ToString()] }];
        }

        // These selectors are tried by guess: one finding is enough for all of them whose keys cannot be looked up.
        return failed?.Failure is { } failure ? [NotKnown(failed.Name, failure)]
            : hasTried && Keys.IsEmpty ? [NoKnownSelector()]
            : [];
    }

    private static Finding NotKnown(DomainName name, DnsResponse failure) => new()
    {
        Code = FindingCode.DkimLookupFailed,
        Severity = FindingSeverity.Note,
        Name = name,
        Arguments = [name.ToString(), failure.Reason ?? "no answer"],
    };

    private Finding NoKnownSelector() => new()
    {
        Code = FindingCode.DkimNoCommonSelector,
        Severity = FindingSeverity.Note,
        Name = domain,
        Arguments = [Numbers.Text(KnownSelectors.All.Length), domain.ToString()],
    };

    // A selector that nobody named may be an old one. That its key is revoked is then right.
    private static DkimKeyInspection AsNotInUse(DkimKeyInspection key) => key.Key is not { IsRevoked: true } ? key : new DkimKeyInspection
    {
        Name = key.Name,
        Aliases = key.Aliases,
        Records = [],
        NameFindings = [new Finding { Code = FindingCode.DkimRevokedSelector, Severity = FindingSeverity.Note, Name = key.Name, Arguments = [key.Name.ToString()] }],
    };

    private async Task<DkimKeyInspection?> InspectAsync(string selector, CancellationToken cancellationToken) =>
        DomainName.Parse(selector).Value is { } parsed && DkimKeyInspector.NameOf(domain, parsed) is { } name
            ? await DkimKeyInspector.InspectAsync(name, resolver, cancellationToken: cancellationToken).ConfigureAwait(false)
            : null;
}
