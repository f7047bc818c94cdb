using System.Collections.Immutable;
using EmailAuth.Signatures;

namespace EmailAuth.Dkim;

/// <summary>The fields that mail programs show to people or let decide how the body is shown, and sets of them.</summary>
internal static class DisplayedFields
{
    public static readonly ImmutableArray<string> Names =
    [
        "from", "sender", "reply-to", "to", "cc", "subject", "date", "mime-version", "content-type", "content-transfer-encoding",
    ];

    /// <summary>The set of names.</summary>
    /// <exception cref="ArgumentException">A name is not one of <see cref="Names"/>.</exception>
    public static uint SetOf(ImmutableArray<string> names) => SingleFields.SetOf(names, Names);

    /// <summary>Of which of them an instance that a message has is not selected, as a set.</summary>
    /// <param name="fields">The fields of the message, those of a signature selected.</param>
    public static uint NotCovered(HeaderFieldIndex fields)
    {
        var unsigned = 0u;
        for (var index = 0; index < Names.Length; index++)
        {
            if (fields.HasUnselected(Names[index]))
            {
                unsigned |= 1u << index;
            }
        }

        return unsigned;
    }

    /// <summary>The names of a set, whose bits follow the order of <see cref="Names"/>.</summary>
    public static ImmutableArray<string> Of(uint set) => SingleFields.Of(set, Names);
}
