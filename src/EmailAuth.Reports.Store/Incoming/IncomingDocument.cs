using EmailAuth.Reports.Reading;

namespace EmailAuth.Reports.Store.Incoming;

/// <summary>A report that came in, as a store keeps it beside its facts. Immutable.</summary>
public sealed class IncomingDocument
{
    /// <summary>The hash of what versions of a report have in common.</summary>
    public required string Identity { get; init; }

    /// <summary>The hash of the content; documents with the same identity and content are copies.</summary>
    public required string ContentHash { get; init; }

    /// <summary>The kind.</summary>
    public required ReportKind Kind { get; init; }

    /// <summary>How far it is as its standard asks for.</summary>
    public required ReportVerdict Verdict { get; init; }

    /// <summary>Who made it; empty when it is not said.</summary>
    public required string Submitter { get; init; }

    /// <summary>The domain that it is about; empty when it is not said.</summary>
    public required string Domain { get; init; }

    /// <summary>The id that its submitter gave it; empty for complaints, whose ids may be personal.</summary>
    public string ReportId { get; init; } = string.Empty;

    /// <summary>The first day that it is about, in UTC.</summary>
    public required DateOnly FirstDay { get; init; }

    /// <summary>The last day that it is about, in UTC.</summary>
    public required DateOnly LastDay { get; init; }

    /// <summary>The domains that signed the mail, separated by spaces; empty without any, or when the mail was not verified.</summary>
    public string Signers { get; init; } = string.Empty;

    /// <summary>Whether the submitter's domain, or one above it, signed the mail.</summary>
    public bool IsSigned { get; init; }

    /// <summary>How many messages it counts; for TLS reports sessions.</summary>
    public long Messages { get; init; }

    /// <summary>How many of them are not aligned, or failed.</summary>
    public long Failed { get; init; }

    /// <summary>The kind, the submitter and the domain.</summary>
    public override string ToString() => $"{Kind} of {Submitter} about {Domain}";
}
