using System.Text;
using EmailAuth.Fuzz.Support;
using EmailAuth.Vectors;

namespace EmailAuth.Fuzz;

/// <summary>Inputs to start from, made of the test vectors: their zones, their messages, their dialogues.</summary>
internal static class SeedVectors
{
    private static readonly byte[] NoEdit = [3, 0, 0, 1];

    public static IReadOnlyList<Seed> Spf => [.. Read("spf").Select(vector => new Seed(Parts.Of(Dialogue(vector), Zone(vector))))];

    /// <summary>Messages below every choice of a signature.</summary>
    public static IReadOnlyList<Seed> ToSign =>
        [.. Messages("dkim", "dmarc").Select((message, i) => new Seed([(byte)(i * 37), (byte)(i % 50), 0, (byte)(i % 3), (byte)(i * 11), 0, (byte)'x', .. message]))];

    public static IReadOnlyList<Seed> Chains => [.. Read("arc").Select(vector => new Seed(Parts.Of(Zone(vector), vector.Input.Message!.Value.ToArray())))];

    public static IReadOnlyList<Seed> ToSeal => [.. Messages("arc", "dkim", "dmarc").Select((message, i) => new Seed([(byte)(i * 7), .. NoEdit, .. message]))];

    /// <summary>The vectors of a file that have what a seed is made of.</summary>
    public static IEnumerable<TestVector> Read(string suite) =>
        File.ReadLines(Seeds.PathOf("vectors", suite + ".jsonl"))
            .Select(line => TestVector.Parse(line).Value!)
            .Where(vector => suite == "spf" || vector.Input.Message is { Length: < 20_000 });

    private static Dictionary<string, byte[]>.ValueCollection Messages(params ReadOnlySpan<string> suites)
    {
        var messages = new Dictionary<string, byte[]>(StringComparer.Ordinal);
        foreach (var suite in suites)
        {
            foreach (var vector in Read(suite))
            {
                var message = vector.Input.Message!.Value.ToArray();
                messages.TryAdd(Convert.ToBase64String(message), message);
            }
        }

        return messages.Values;
    }

    public static byte[] Zone(TestVector vector) => vector.Zone is { } zone ? ZoneLines.Write(zone) : [];

    private static byte[] Dialogue(TestVector vector) =>
        Encoding.UTF8.GetBytes($"{vector.Input.ClientAddress}\n{vector.Input.Helo}\n{vector.Input.MailFrom}");
}
