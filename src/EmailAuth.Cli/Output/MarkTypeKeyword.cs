using System.Diagnostics;
using EmailAuth.Bimi;

namespace EmailAuth.Cli.Output;

/// <summary>The kind of a mark, in the words of JSON.</summary>
internal static class MarkTypeKeyword
{
    public static string Keyword(this MarkType type) => type switch
    {
        MarkType.Unknown => "unknown",
        MarkType.RegisteredMark => "registered_mark",
        MarkType.GovernmentMark => "government_mark",
        MarkType.PriorUseMark => "prior_use_mark",
        MarkType.ModifiedRegisteredMark => "modified_registered_mark",
        MarkType.ProvisionalMark => "provisional_mark",
        _ => throw new UnreachableException(),
    };
}
