using System.Collections.Immutable;
using System.Net;
using EmailAuth.Bimi;
using EmailAuth.Inspection.Domains;
using EmailAuth.Inspection.Senders;

namespace EmailAuth.Cli.Domains;

/// <summary>What the command line says about domains.</summary>
internal sealed record DomainOptions
{
    public DomainProfile? Profile { get; init; }

    public ImmutableArray<string> Selectors { get; init; } = [];

    public ImmutableArray<IPAddress> Addresses { get; init; } = [];

    public string? Helo { get; init; }

    public bool FetchesPolicy { get; init; }

    public BimiOptions Bimi { get; init; } = BimiOptions.Default;

    public SampleMessage? Message { get; init; }

    public IDomainHistory? History { get; init; }

    /// <summary>The options of an inspection.</summary>
    /// <param name="roles">What its mail host replied.</param>
    public DomainInspectionOptions With(ImmutableArray<RoleAddress> roles) => new()
    {
        Profile = Profile,
        Selectors = Selectors,
        Addresses = Addresses,
        Helo = Helo,
        FetchesPolicy = FetchesPolicy,
        Bimi = Bimi,
        Message = Message,
        RoleAddresses = roles,
        History = History,
    };
}
