namespace EmailAuth.Reports.Feedback;

/// <summary>How much a report has of the message that it is about. The body is never in it.</summary>
public enum OriginalContent
{
    /// <summary>Fields that say how the message came about and went, with hashes in place of the people (RFC 6590). The default.</summary>
    Redacted,

    /// <summary>The same with Subject as it is.</summary>
    Subject,

    /// <summary>The whole header as it was received, with all addresses.</summary>
    Header,
}
