using System.Collections.Immutable;
using EmailAuth.Signatures;

namespace EmailAuth.Dkim;

/// <summary>Fields that mail programs show to people, or that decide how the body is shown, and sets of them.</summary>
internal static class DisplayedFields
{
    public static readonly ImmutableArray<string> Names =
    [
        "from", "sender", "reply-to", "to", "cc", "subject", "date", "mime-version", "content-type", "content-transfer-encoding",
    ];

    private static readonly ImmutableArray<int> Hashes = [.. Names.Select(HeaderFieldIndex.HashOf)];

    /// <summary>The set of those of which the message has an instance that is not selected.</summary>
    /// <param name="fields">The fields of the message, those of a signature selected.</param>
    public static uint NotCovered(HeaderFieldIndex fields)
    {
        var unsigned = 0u;
        for (var index = 0; index < Names.Length; index++)
        {
            if (fields.HasUnselected(Names[index], Hashes[index]))
            {
                unsigned |= 1u << index;
            }
        }

        return unsigned;
    }

    /// <summary>The names of a set, whose bits follow the order of <see cref="Names"/>.</summary>
    public static ImmutableArray<string> Of(uint set) => SingleFields.Of(set, Names);
}
