using System.Runtime.InteropServices;
using System.Text;

namespace EmailAuth.Testing;

/// <summary>A word of a master file, its escapes resolved, or the text of a quoted string.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct MasterFileToken
{
    /// <summary>The word, with a character for each <c>\DDD</c>.</summary>
    public required string Text { get; init; }

    /// <summary>The octets of the word when it has <c>\DDD</c>, which is one octet; null: those of <see cref="Text"/> in UTF-8.</summary>
    public byte[]? Escaped { get; init; }

    public bool IsQuoted { get; init; }

    /// <summary>Whether it is the word <c>\#</c>, after which the data is in hexadecimal (RFC 3597 section 5).</summary>
    public bool IsGenericMark { get; init; }

    /// <summary>What a name server has of the word.</summary>
    public byte[] ToOctets() => Escaped ?? Encoding.UTF8.GetBytes(Text);
}
