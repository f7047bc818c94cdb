using System.Runtime.InteropServices;

namespace EmailAuth.Testing;

/// <summary>A word of a master file, its escapes resolved, or the text of a quoted string.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct MasterFileToken
{
    public required string Text { get; init; }

    public bool IsQuoted { get; init; }

    /// <summary>Whether it is the word <c>\#</c>, after which the data is in hexadecimal (RFC 3597 section 5).</summary>
    public bool IsGenericMark { get; init; }
}
