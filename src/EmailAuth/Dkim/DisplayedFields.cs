using System.Collections.Immutable;

namespace EmailAuth.Dkim;

/// <summary>The fields that mail programs show to people or let decide how the body is shown, and sets of them.</summary>
internal static class DisplayedFields
{
    public static readonly ImmutableArray<string> Names =
    [
        "from", "sender", "reply-to", "to", "cc", "subject", "date", "mime-version", "content-type", "content-transfer-encoding",
    ];

    /// <summary>The names of a set, whose bits follow the order of <see cref="Names"/>.</summary>
    public static ImmutableArray<string> Of(uint set)
    {
        var names = ImmutableArray.CreateBuilder<string>();
        for (var index = 0; index < Names.Length; index++)
        {
            if ((set & (1u << index)) != 0)
            {
                names.Add(Names[index]);
            }
        }

        return names.ToImmutable();
    }
}
