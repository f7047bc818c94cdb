using System.Text;

namespace EmailAuth.Fuzz;

/// <summary>Changes inputs at random: bytes, slices, repetitions, words that grammars know, and pieces of other inputs.</summary>
internal sealed class Mutator(Random random, IReadOnlyList<byte[]> pool)
{
    private static readonly byte[][] Words =
    [
        .. new[]
        {
            "\r\n", "\r\n ", "\r\n\r\n", "\r", "\n", "\0", "\t", " ", "(", ")", "\\", "\"", "<", ">", "@", ",", ";", ":", "=", "%", "%{", "}", "/", "//", ".",
            "..", "\u00ff", "\u00e9", "\ud83d\ude00", "xn--", "xn--a", "=?utf-8?q?x?=", "=3B", "=\r\n", "v=", "v=1;", "p=", "b=", "bh=", "h=", "h=from", "d=", "s=", "i=", "l=",
            "t=", "x=", "c=relaxed/simple", "a=rsa-sha256", "q=dns/txt", "z=", "k=rsa", "t=s", "v=spf1 ", "include:", "redirect=", "exp=", "exists:", "ptr", "mx", "a/24//64", "ip4:",
            "ip6:", "%{ir}.%{v}", "%{d1r+-.,/_=}", "%{S}", "%{p}", "%%", "%_", "%-", "~all", "?", "v=DMARC1;", "sp=", "np=", "psd=y", "rua=mailto:", "!10m", "v=BIMI1;", "l=https://", "a=",
            "cv=none", "cv=fail", "i=1;", "i=50", "i=51", "none", "spf=pass", "dkim=fail", "smtp.mailfrom=", "header.d=", "reason=\"", "policy.", "From: ", "from\t:", "ARC-Seal: ",
            "ARC-Message-Signature: ", "ARC-Authentication-Results: ", "DKIM-Signature: ", "Authentication-Results: ", "mx.example.org", "example.com", "[", "]", "{", "null", "true",
            "1e999", "-1", "\\u0000", "\\ud800", "\"zone\"", "\"TIMEOUT\"", "\"TXT\"", "\"data\"", "\"strings\"", "<svg", "</svg>", "<!--", "<!DOCTYPE", "&amp;", "&#0;", "<![CDATA[", "xlink:href",
            "4294967296", "18446744073709551616", "99999999999999999999", "::", "::ffff:1.2.3.4", "1.2.3.4", "255.255.255.256", "_domainkey", "*",
        }.Select(Encoding.UTF8.GetBytes),
    ];

    public byte[] Next()
    {
        var input = new List<byte>(pool[random.Next(pool.Count)]);
        for (var edits = 1 + random.Next(random.Next(4) == 0 ? 24 : 4); edits > 0; edits--)
        {
            Edit(input);
        }

        return [.. input];
    }

    private void Edit(List<byte> input)
    {
        var at = random.Next(input.Count + 1);
        switch (random.Next(9))
        {
            case 0 when at < input.Count:
                input[at] = (byte)random.Next(256);
                break;
            case 1 when at < input.Count:
                input[at] ^= (byte)(1 << random.Next(8));
                break;
            case 2:
                input.RemoveRange(at, random.Next(Math.Min(input.Count - at, 1 << random.Next(10)) + 1));
                break;
            case 3:
                var from = random.Next(input.Count + 1);
                input.InsertRange(at, input.GetRange(from, random.Next(Math.Min(input.Count - from, 200) + 1)));
                break;
            case 4:
                Repeat(input, at, Words[random.Next(Words.Length)]);
                break;
            case 5:
                var other = pool[random.Next(pool.Count)];
                var start = random.Next(other.Length + 1);
                input.InsertRange(at, other.AsSpan(start, random.Next(Math.Min(other.Length - start, 400) + 1)).ToArray());
                break;
            case 6 when at < input.Count && (input[at] | 0x20) is >= (byte)'a' and <= (byte)'z':
                input[at] ^= 0x20;
                break;
            case 7:
                input.RemoveRange(at, input.Count - at);
                break;
            default:
                input.InsertRange(at, Words[random.Next(Words.Length)]);
                break;
        }
    }

    private void Repeat(List<byte> input, int at, byte[] word)
    {
        for (var times = 1 << random.Next(11); times > 0 && input.Count < 200_000; times--)
        {
            input.InsertRange(at, word);
        }
    }
}
