using System.Collections.Immutable;

namespace EmailAuth.Signatures;

/// <summary>
/// Fields that a message may have once (RFC 5322 section 3.6, RFC 2045 section 3) and of which programs show or obey one instance when there
/// are more, and sets of them. From is not among them: a second one makes the author unusable.
/// </summary>
internal static class SingleFields
{
    /// <summary>The names in lower case. Those from <see cref="FirstNoted"/> on are only reported: mail programs do not show them as content.</summary>
    public static readonly ImmutableArray<string> Names =
    [
        "subject", "to", "cc", "reply-to", "date", "content-type", "content-transfer-encoding", "mime-version", "message-id", "sender",
    ];

    /// <summary>The set of the fields of which an unsigned copy keeps a signature from passing.</summary>
    public const uint Judged = (1u << FirstNoted) - 1;

    private const int FirstNoted = 8;

    private static readonly ImmutableArray<string> Spelled =
    [
        "Subject", "To", "Cc", "Reply-To", "Date", "Content-Type", "Content-Transfer-Encoding", "MIME-Version", "Message-ID", "Sender",
    ];

    /// <summary>The names of a set, whose bits follow the order of <see cref="Names"/>.</summary>
    public static ImmutableArray<string> Of(uint set) => Of(set, Names);

    /// <summary>The names of a set as people write them, with commas.</summary>
    public static string Text(uint set) => string.Join(", ", Of(set, Spelled));

    /// <summary>Those of some names whose bits, in their order, are in a set.</summary>
    public static ImmutableArray<string> Of(uint set, ImmutableArray<string> names)
    {
        if (set == 0)
        {
            return [];
        }

        var found = ImmutableArray.CreateBuilder<string>();
        for (var index = 0; index < names.Length; index++)
        {
            if ((set & (1u << index)) != 0)
            {
                found.Add(names[index]);
            }
        }

        return found.ToImmutable();
    }
}
