using System.Collections.Immutable;

namespace EmailAuth.Signatures;

/// <summary>
/// The fields that a signature covers when the options name none: those that people and filters read (RFC 6376 section 5.4.1), and those that count for
/// receivers only when they are signed.
/// </summary>
internal static class FieldsToSign
{
    /// <summary>The names in lower case. Not Received, Return-Path and Authentication-Results, which hosts on the way add or remove.</summary>
    public static readonly ImmutableArray<string> Default =
    [
        "from", "sender", "reply-to", "subject", "date", "to", "cc", "message-id", "in-reply-to", "references",
        "mime-version", "content-type", "content-transfer-encoding", "content-disposition", "resent-from", "resent-to", "resent-cc",
        "resent-date", "list-id", "list-help", "list-unsubscribe", "list-unsubscribe-post", "list-subscribe", "list-post", "list-owner", "list-archive",

        // Feedback-ID is read by Gmail, the next two by RFC 9477 section 3.1, the last by BIMI.
        "feedback-id", "cfbl-address", "cfbl-feedback-id", "bimi-selector",
    ];

    // More instances than legitimate mail has would only make the field long; the lowest, which were added first, are signed. Of a name that is signed
    // once more all are, or another one could be added: the limits of a header bound how many there are (MessageLimits).
    private const int MaxInstances = 10;

    /// <summary>The names for <c>h=</c>: first those that are signed once more, then each as often as the message has it.</summary>
    /// <param name="fields">The fields of the message.</param>
    /// <param name="names">The names in lower case, each once.</param>
    /// <param name="oversigned">
    /// The names that are signed once more than the message has them, so that a signature breaks when another one is added (RFC 6376 section 8.15).
    /// They need not be among the others.
    /// </param>
    public static ImmutableArray<string> Of(HeaderFieldIndex fields, ImmutableArray<string> names, ImmutableArray<string> oversigned)
    {
        var selected = ImmutableArray.CreateBuilder<string>();
        selected.AddRange(oversigned);
        foreach (var name in names.Union(oversigned, StringComparer.Ordinal))
        {
            var count = fields.CountOf(name);
            for (var instance = oversigned.Contains(name, StringComparer.Ordinal) ? count : Math.Min(MaxInstances, count); instance > 0; instance--)
            {
                selected.Add(name);
            }
        }

        return selected.ToImmutable();
    }
}
