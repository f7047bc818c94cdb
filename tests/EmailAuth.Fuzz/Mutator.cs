using System.Text;

namespace EmailAuth.Fuzz;

/// <summary>Changes inputs at random: bytes, slices, repetitions, words that grammars know, and pieces of other inputs.</summary>
internal sealed class Mutator(Random random, IReadOnlyList<byte[]> pool, IReadOnlyList<string> words)
{
    private readonly byte[][] _words = [.. words.Select(Encoding.UTF8.GetBytes)];

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
                Repeat(input, at, _words[random.Next(_words.Length)]);
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
                input.InsertRange(at, _words[random.Next(_words.Length)]);
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
