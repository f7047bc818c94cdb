namespace EmailAuth.Reports.Reading;

/// <summary>By what two copies of a report are recognized (RFC 9990 section 3.5.4).</summary>
/// <remarks>
/// The id alone does not suffice: senders use one id again for other periods, and send another count under the same id. Two keys that are
/// equal are the same report. When two keys differ in <see cref="ContentHash"/> alone (<see cref="IsSameReport"/>), the sender sent another
/// version: periods that overlap cannot be untangled, so that a store takes one of them whole and refuses the other. Names are compared
/// without regard to case. Which of two senders made a report, only the signature of the mail says: the submitter is a claim.
/// </remarks>
public readonly record struct ReportKey
{
    /// <summary>The kind of report.</summary>
    public required ReportKind Kind { get; init; }

    /// <summary>Who made it, lower case: the domain of the contact's address, or the organization's name; empty when it is not said.</summary>
    public required string Submitter { get; init; }

    /// <summary>The domain that it is about, lower case; empty when it is not said.</summary>
    public required string Domain { get; init; }

    /// <summary>The id that the submitter gave it; for feedback, the Message-ID of the message it is about; empty when it is not said.</summary>
    public required string Id { get; init; }

    /// <summary>The start of the period; for feedback, when the message arrived; null when it is not said.</summary>
    public DateTimeOffset? Begin { get; init; }

    /// <summary>The end of the period; null for feedback, and when it is not said.</summary>
    public DateTimeOffset? End { get; init; }

    /// <summary>SHA-256 of the report without its containers, 64 hexadecimal digits in lower case.</summary>
    public required string ContentHash { get; init; }

    /// <summary>Whether another key is that of the same report or of another version of it: all but the content is equal.</summary>
    /// <param name="other">The other key.</param>
    public bool IsSameReport(ReportKey other) => this with { ContentHash = string.Empty } == other with { ContentHash = string.Empty };

    /// <summary>The key in one line.</summary>
    public override string ToString() => $"{Kind} {Submitter} {Domain} {Id} {Begin:u} {End:u} {ContentHash}";
}
