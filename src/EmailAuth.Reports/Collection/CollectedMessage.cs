using System.Collections.Immutable;
using EmailAuth.Reports.Aggregate;
using EmailAuth.Reports.Failures;

namespace EmailAuth.Reports.Collection;

/// <summary>
/// What a journal keeps of a message for reports: no local part, no recipient, nothing of its header or body, but what <see cref="Failures"/> has. Immutable.
/// </summary>
public sealed class CollectedMessage
{
    /// <summary>When the message was received. It decides the period in which the message counts.</summary>
    public required DateTimeOffset ReceivedAt { get; init; }

    /// <summary>The policy that applied.</summary>
    public required PublishedPolicy Policy { get; init; }

    /// <summary>
    /// The addresses of <c>rua</c> as the record has them, in its order; empty when the domain asks for failure reports alone: the message is then not counted.
    /// </summary>
    public required ImmutableArray<string> ReportUris { get; init; }

    /// <summary>
    /// Whether the message is itself a report, or an answer to one. It is counted, and a report in which all messages are such is never sent,
    /// so that two receivers do not report about their reports for ever.
    /// </summary>
    public bool IsReport { get; init; }

    /// <summary>The row of the message, whose count is 1.</summary>
    public required AggregateRecord Record { get; init; }

    /// <summary>The failures of the message of which its domain wants to know (RFC 9991); empty by default.</summary>
    public ImmutableArray<FailureIncident> Failures { get; init; } = [];

    /// <summary>The policy domain and the row.</summary>
    public override string ToString() => $"{Policy.Domain}: {Record}";
}
