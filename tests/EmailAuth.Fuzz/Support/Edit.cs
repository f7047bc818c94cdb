using System.Buffers.Binary;

namespace EmailAuth.Fuzz.Support;

/// <summary>One small change to a text of bytes, told by four bytes: what, two of where, and a byte.</summary>
internal static class Edit
{
    public const int Length = 4;

    public static string Apply(string text, ReadOnlySpan<byte> edit)
    {
        if (text.Length == 0)
        {
            return ((char)edit[3]).ToString();
        }

        var at = BinaryPrimitives.ReadUInt16LittleEndian(edit[1..]) % text.Length;
        var space = at + Math.Max(0, text.AsSpan(at).IndexOfAny(' ', '\t'));
        var line = at + Math.Max(0, text.AsSpan(at).IndexOf("\r\n"));
        return (edit[0] % 8) switch
        {
            0 => text[..at] + (char)edit[3] + text[(at + 1)..],
            1 => text.Insert(at, ((char)edit[3]).ToString()),
            2 => text.Remove(at, Math.Min(1 + (edit[3] % 16), text.Length - at)),
            3 => text + (edit[3] % 2 == 0 ? "\r\n" : " "),

            // What "relaxed" is to pass over, and near it.
            4 => text[..at] + (char)(text[at] ^ 0x20) + text[(at + 1)..],
            5 => text.Insert(space, edit[3] % 2 == 0 ? " " : "\t"),
            6 => text.Insert(space, "\r\n"),
            _ => text.Insert(line, edit[3] % 3 == 0 ? "\r\n" : edit[3] % 3 == 1 ? " " : "\r"),
        };
    }
}
