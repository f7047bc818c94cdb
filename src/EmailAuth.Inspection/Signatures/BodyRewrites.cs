namespace EmailAuth.Inspection.Signatures;

/// <summary>A known change of a whole body: what it is, and how it is taken back.</summary>
/// <param name="Code">The code.</param>
/// <param name="Arguments">The code's arguments.</param>
/// <param name="Undo">The body before the change; null when it cannot have been made.</param>
internal sealed record BodyRewrite(ChangeCode Code, string[] Arguments, Func<byte[], byte[]?> Undo);

/// <summary>Changes of lines and white space that programs make on the way, each of them of a whole body.</summary>
internal static class BodyRewrites
{
    // From this length on, the end of a line may be a break that a host made (RFC 5322 section 2.1.1); Postfix breaks after 998 octets.
    private const int LongLine = 900;

    public static readonly BodyRewrite[] OfLines =
    [
        Lines(ChangeCode.BodyFromLines, "a > was put before them", static (line, result) => Cut(line, line.TrimStart((byte)'>').StartsWith("From "u8) && line[0] == '>', result)),
        Lines(ChangeCode.BodyFromLines, "the > before them was removed", static (line, result) => Put(line, line.TrimStart((byte)'>').StartsWith("From "u8), (byte)'>', result)),
        Lines(ChangeCode.BodyFromLines, "a space was put before them", static (line, result) => Cut(line, line.StartsWith(" From "u8), result)),
        Lines(ChangeCode.BodyDots, "a dot was doubled", static (line, result) => Cut(line, line.StartsWith(".."u8), result)),
        Lines(ChangeCode.BodyDots, "a dot was removed", static (line, result) => Put(line, line.StartsWith("."u8), (byte)'.', result)),
        new(ChangeCode.BodyLinesBroken, [], static body => JoinLong(body, hasSpace: true)),
        new(ChangeCode.BodyLinesBroken, [], static body => JoinLong(body, hasSpace: false)),
        Lines(ChangeCode.BodyWhiteSpace, "at the end of lines it was added", static (line, result) => TrimEnd(line, " \t"u8, result)),
        Lines(ChangeCode.BodyWhiteSpace, "the space after -- was removed", static (line, result) => SetDelimiter(line, result)),
        Lines(ChangeCode.BodyWhiteSpace, "a space was put before lines that begin with one", static (line, result) => Cut(line, line.StartsWith(" "u8), result)),
        Replaced(ChangeCode.BodyWhiteSpace, "tabs became eight spaces", "        ", "\t"),
        Replaced(ChangeCode.BodyWhiteSpace, "tabs became four spaces", "    ", "\t"),
        Replaced(ChangeCode.BodyWhiteSpace, "tabs became spaces", " ", "\t"),
        Replaced(ChangeCode.BodyWhiteSpace, "eight spaces became tabs", "\t", "        "),
        Replaced(ChangeCode.BodyWhiteSpace, "four spaces became tabs", "\t", "    "),
        Replaced(ChangeCode.BodyWhiteSpace, "spaces became tabs", "\t", " "),
        Lines(ChangeCode.BodyWhiteSpace, "lines were indented by a tab", static (line, result) => Cut(line, line.StartsWith("\t"u8), result)),
        Lines(ChangeCode.BodyWhiteSpace, "runs of spaces were doubled", static (line, result) => HalveSpaces(line, result)),
        Replaced(ChangeCode.BodyWhiteSpace, "no-break spaces became spaces", " ", "\u00C2\u00A0"),
        Replaced(ChangeCode.BodyLineEnds, "CR LF became CR CR LF", "\r\r\n", "\r\n"),
        Replaced(ChangeCode.BodyLineEnds, "each line end was doubled", "\r\n\r\n", "\r\n"),
        Replaced(ChangeCode.BodyLineEnds, "LF alone became CR LF", "\r\n", "\n"),
        Replaced(ChangeCode.BodyLineEnds, "CR alone became CR LF", "\r\n", "\r"),
        new(ChangeCode.BodyLineEnds, ["CR LF became LF alone"], static body => WithCrlf(body)),
    ];

    private static BodyRewrite Replaced(ChangeCode code, string what, string now, string before)
    {
        byte[] present = System.Text.Encoding.Latin1.GetBytes(now), signed = System.Text.Encoding.Latin1.GetBytes(before);
        return new(code, [what], body => Replace(body, present, signed));
    }

    private static byte[]? Replace(byte[] body, byte[] now, byte[] before)
    {
        var rest = body.AsSpan();
        if (rest.IndexOf(now) < 0)
        {
            return null;
        }

        var result = new OctetWriter(body.Length);
        while (rest.IndexOf(now) is var place and >= 0)
        {
            result.Write(rest[..place]);
            result.Write(before);
            rest = rest[(place + now.Length)..];
        }

        result.Write(rest);
        return result.ToArray();
    }

    private static BodyRewrite Lines(ChangeCode code, string what, LineRewrite rewrite) => new(code, [what], body =>
    {
        var result = new OctetWriter(body.Length);
        var isChanged = false;
        ReadOnlySpan<byte> rest = body;
        while (!rest.IsEmpty)
        {
            var end = rest.IndexOf("\r\n"u8);
            var line = end < 0 ? rest : rest[..end];
            isChanged |= rewrite(line, result);
            if (end >= 0)
            {
                result.Write("\r\n"u8);
            }

            rest = rest[(end < 0 ? rest.Length : end + 2)..];
        }

        return isChanged ? result.ToArray() : null;
    });

    private static bool Cut(ReadOnlySpan<byte> line, bool applies, OctetWriter result)
    {
        result.Write(applies ? line[1..] : line);
        return applies;
    }

    private static bool Put(ReadOnlySpan<byte> line, bool applies, byte octet, OctetWriter result)
    {
        if (applies)
        {
            result.Write([octet]);
        }

        result.Write(line);
        return applies;
    }

    private static bool TrimEnd(ReadOnlySpan<byte> line, ReadOnlySpan<byte> white, OctetWriter result)
    {
        var trimmed = line.TrimEnd(white);
        result.Write(trimmed);
        return trimmed.Length < line.Length;
    }

    // The line before a signature of a person: two hyphens and a space (RFC 3676 section 4.3).
    private static bool SetDelimiter(ReadOnlySpan<byte> line, OctetWriter result)
    {
        result.Write(line);
        if (!line.SequenceEqual("--"u8))
        {
            return false;
        }

        result.Write(" "u8);
        return true;
    }

    private static bool HalveSpaces(ReadOnlySpan<byte> line, OctetWriter result)
    {
        var isChanged = false;
        while (line.IndexOf("  "u8) is var place and >= 0)
        {
            result.Write(line[..(place + 1)]);
            line = line[(place + 2)..];
            isChanged = true;
        }

        result.Write(line);
        return isChanged;
    }

    private static byte[]? JoinLong(byte[] body, bool hasSpace)
    {
        var result = new OctetWriter(body.Length);
        var isChanged = false;
        ReadOnlySpan<byte> rest = body;
        while (rest.IndexOf("\r\n"u8) is var end and >= 0)
        {
            var next = rest[(end + 2)..];
            result.Write(rest[..end]);
            if (end >= LongLine && !next.IsEmpty && (!hasSpace || next[0] == ' '))
            {
                isChanged = true;
                next = next[(hasSpace ? 1 : 0)..];
            }
            else
            {
                result.Write("\r\n"u8);
            }

            rest = next;
        }

        result.Write(rest);
        return isChanged ? result.ToArray() : null;
    }

    private static byte[]? WithCrlf(byte[] body)
    {
        var result = new OctetWriter(body.Length + 64);
        var isChanged = false;
        ReadOnlySpan<byte> rest = body;
        while (rest.IndexOf((byte)'\n') is var place and >= 0)
        {
            var isBare = place == 0 || rest[place - 1] != '\r';
            isChanged |= isBare;
            result.Write(rest[..place]);
            result.Write(isBare ? "\r\n"u8 : "\n"u8);
            rest = rest[(place + 1)..];
        }

        result.Write(rest);
        return isChanged ? result.ToArray() : null;
    }

    private delegate bool LineRewrite(ReadOnlySpan<byte> line, OctetWriter result);
}
