using System.Collections.Immutable;
using System.Net;
using EmailAuth.Bimi;
using EmailAuth.Dns;
using EmailAuth.Inspection.Senders;
using EmailAuth.Inspection.Transport;

namespace EmailAuth.Inspection.Domains;

/// <summary>What is known about a domain before its inspection, and what the inspection may do. Immutable.</summary>
public sealed class DomainInspectionOptions
{
    /// <summary>What the domain is used for; null to guess it from what it publishes; it sends if these options have a message of it that passes, addresses or selectors. Default null.</summary>
    public DomainProfile? Profile { get; init; }

    /// <summary>Selectors in use (<c>s=</c>). Each must have a key. Default none.</summary>
    public ImmutableArray<string> Selectors { get; init; } = [];

    /// <summary>Whether selectors that large senders use are tried (<see cref="Dkim.KnownSelectors"/>). Default true.</summary>
    public bool TriesKnownSelectors { get; init; } = true;

    /// <summary>The addresses from which the domain sends; empty for the single addresses in its SPF record. Default empty.</summary>
    public ImmutableArray<IPAddress> Addresses { get; init; } = [];

    /// <summary>The name that these hosts use in HELO or EHLO; null when it is not known. Default null.</summary>
    public string? Helo { get; init; }

    /// <summary>A message that the domain sent; null without one. Default null.</summary>
    public SampleMessage? Message { get; init; }

    /// <summary>What reports say about the domain; null without reports, so that it is unknown. Default null.</summary>
    public IDomainHistory? History { get; init; }

    /// <summary>
    /// Whether the policy of MTA-STS is fetched from the web server of the domain. Off by default: then nothing is said about the policy.
    /// </summary>
    public bool FetchesPolicy { get; init; }

    /// <summary>The BIMI selector. Default <c>default</c>.</summary>
    public string BimiSelector { get; init; } = "default";

    /// <summary>Whether logo and certificate are fetched and verified. Default <see cref="BimiOptions.Default"/>, which fetches nothing.</summary>
    public BimiOptions Bimi { get; init; } = BimiOptions.Default;

    /// <summary>What probing the role addresses found (<see cref="RoleAddress"/>). Default empty: nobody was asked.</summary>
    public ImmutableArray<RoleAddress> RoleAddresses { get; init; } = [];

    /// <summary>The clock. Default the system's.</summary>
    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;

    /// <summary>For tests: serves policies in place of the web.</summary>
    internal Func<string, IDnsResolver, CancellationToken, Task<FetchedPolicy>>? Fetch { get; init; }
}
