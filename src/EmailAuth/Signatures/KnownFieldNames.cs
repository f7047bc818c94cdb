namespace EmailAuth.Signatures;

/// <summary>Field names that signatures usually cover, so that reading a signature's list of names allocates no strings for them.</summary>
internal static class KnownFieldNames
{
    private static readonly string[] Known =
    [
        "from", "sender", "reply-to", "to", "cc", "bcc", "subject", "date", "message-id", "in-reply-to", "references", "resent-date",
        "resent-from", "resent-sender", "resent-to", "resent-cc", "resent-bcc", "resent-message-id", "resent-reply-to", "mime-version",
        "content-type", "content-transfer-encoding", "content-disposition", "content-id", "content-description", "content-language",
        "received", "return-path", "delivered-to", "list-id", "list-help", "list-unsubscribe", "list-unsubscribe-post", "list-subscribe",
        "list-post", "list-owner", "list-archive", "feedback-id", "x-feedback-id", "auto-submitted", "autocrypt", "openpgp", "x-mailer",
        "user-agent", "x-priority", "importance", "priority", "precedence", "organization", "thread-topic", "thread-index", "accept-language",
        "x-google-original-from", "x-ms-exchange-senderadcheck", "x-mailer-info", "x-received", "x-gm-message-state", "x-csa-complaints",
        "dkim-signature", "authentication-results", "arc-seal", "arc-message-signature", "arc-authentication-results", "bimi-selector",
        "bimi-indicator", "x-report-abuse", "x-originating-ip", "x-entity-ref-id", "disposition-notification-to", "content-class",
    ];

    // By length: a handful of names share one.
    private static readonly string[][] ByLength =
        [.. Enumerable.Range(0, Known.Max(name => name.Length) + 1).Select(length => Known.Where(name => name.Length == length).ToArray())];

    /// <summary>The name in lower case.</summary>
    public static string Of(ReadOnlySpan<char> name)
    {
        if (name.Length < ByLength.Length)
        {
            foreach (var known in ByLength[name.Length])
            {
                if (name.Equals(known, StringComparison.OrdinalIgnoreCase))
                {
                    return known;
                }
            }
        }

        return string.Create(name.Length, name, static (buffer, source) => source.ToLowerInvariant(buffer));
    }
}
