using System.Text;

namespace EmailAuth.Fuzz.Support;

/// <summary>Cuts an input into parts, at lines that are "~~~".</summary>
internal ref struct Parts(ReadOnlySpan<byte> input)
{
    private ReadOnlySpan<byte> _rest = input;

    public const string Separator = "\n~~~\n";

    /// <summary>The next part; the last one is whatever is left, separators and all, through <see cref="Rest"/>.</summary>
    public bool TryTake(out ReadOnlySpan<byte> part)
    {
        var end = _rest.IndexOf("\n~~~\n"u8);
        part = end < 0 ? default : _rest[..end];
        _rest = end < 0 ? _rest : _rest[(end + Separator.Length)..];
        return end >= 0;
    }

    /// <summary>What is left.</summary>
    public readonly ReadOnlySpan<byte> Rest => _rest;

    public static byte[] Of(params ReadOnlySpan<byte[]> parts)
    {
        var joined = new List<byte>();
        for (var i = 0; i < parts.Length; i++)
        {
            joined.AddRange(i == 0 ? [] : Encoding.ASCII.GetBytes(Separator));
            joined.AddRange(parts[i]);
        }

        return [.. joined];
    }
}
