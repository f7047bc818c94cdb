using System.Collections.Immutable;
using System.Globalization;

namespace EmailAuth.Reports.Store.Failing;

/// <summary>A failure report of the store (RFC 9991), the first of like failures and how many there were; or a complaint (RFC 5965). Immutable.</summary>
public sealed class StoredFailure
{
    /// <summary>The store's key.</summary>
    public required long Key { get; init; }

    /// <summary>The report's id: 32 hexadecimal digits, chosen at random.</summary>
    public required string Id { get; init; }

    /// <summary>Whether it is a complaint (<see cref="Complaint"/>).</summary>
    public bool IsComplaint { get; init; }

    /// <summary>The domain whose record asks for the report; of a complaint, that of its first recipient.</summary>
    public required string PolicyDomain { get; init; }

    /// <summary>The addresses of <c>ruf</c>, in the record's order; of a complaint, its recipients without a scheme.</summary>
    public required ImmutableArray<string> ReportUris { get; init; }

    /// <summary>When the first failure was received; of a complaint, when it was added.</summary>
    public required DateTimeOffset FirstAt { get; init; }

    /// <summary>How many like failures there were.</summary>
    public required long Incidents { get; init; }

    /// <summary>The fields of the report without <c>Incidents</c>.</summary>
    public required string Fields { get; init; }

    /// <summary>What the report has of the message's header.</summary>
    public required string Header { get; init; }

    /// <summary>When the report became final; null while failures are still added.</summary>
    public DateTimeOffset? SealedAt { get; init; }

    /// <summary>The policy domain and the number.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{(IsComplaint ? "complaint to" : "failure of")} {PolicyDomain}: {Incidents}");
}
