using System.Collections.Immutable;
using EmailAuth.Signatures;

namespace EmailAuth.Arc;

/// <summary>The fields that a message signature covers when the options name none: those that people and filters read (RFC 6376 section 5.4.1).</summary>
internal static class ArcSealedFields
{
    // More instances than legitimate mail has would only make the field long; the lowest, which were added first, are signed.
    private const int MaxInstances = 10;

    // RFC 8617 section 4.1.2: existing signatures should be covered. Authentication-Results should not: later hosts remove them.
    private static readonly ImmutableArray<string> Names =
    [
        "from", "sender", "reply-to", "subject", "date", "to", "cc", "message-id", "in-reply-to", "references",
        "mime-version", "content-type", "content-transfer-encoding", "content-disposition", "resent-from", "resent-to", "resent-date",
        "list-id", "list-help", "list-unsubscribe", "list-unsubscribe-post", "list-subscribe", "list-post", "list-owner", "list-archive",
        "dkim-signature",
    ];

    public static ImmutableArray<string> Of(HeaderFieldIndex fields)
    {
        // RFC 6376 section 8.15: naming From once more keeps a second one from being added.
        var names = ImmutableArray.CreateBuilder<string>();
        names.Add("from");
        foreach (var name in Names)
        {
            for (var instance = Math.Min(MaxInstances, fields.CountOf(name)); instance > 0; instance--)
            {
                names.Add(name);
            }
        }

        return names.ToImmutable();
    }
}
