using EmailAuth.Syntax;

namespace EmailAuth.Signatures;

/// <summary>A tag that a list has twice (RFC 6376 section 3.2).</summary>
internal static class DuplicateTag
{
    /// <summary>The error. The name may be as long as the text; what is said of it is not.</summary>
    public static SyntaxError Error(in TagSpec tag)
    {
        const int Shown = 32;
        var name = tag.Name.Length <= Shown ? tag.Name : string.Concat(tag.Name[..Shown], "...");
        return new SyntaxError(SyntaxErrorCode.Duplicate, tag.NamePosition, $"the tag {name}= appears more than once (RFC 6376 section 3.2)");
    }
}
