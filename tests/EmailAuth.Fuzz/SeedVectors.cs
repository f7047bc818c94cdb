using System.Text;
using EmailAuth.Fuzz.Support;
using EmailAuth.Fuzz.Targets;
using EmailAuth.Messages;
using EmailAuth.Syntax;

namespace EmailAuth.Fuzz;

/// <summary>Inputs to start from, made of the test vectors: their zones, their messages, their dialogues.</summary>
internal static class SeedVectors
{
    private static readonly byte[] NoEdit = [3, 0, 0, 1];

    public static IReadOnlyList<Seed> Spf => [.. Read("spf").Select(vector => new Seed(Parts.Of(Dialogue(vector), Zone(vector))))];

    public static IReadOnlyList<Seed> Dmarc =>
        [.. Read("dmarc").Select(vector => new Seed(Parts.Of(Encoding.UTF8.GetBytes($"{DomainOf(vector)}\nspf example.com\ndkim mail.example.com\ndkim {vector.Input.MailFrom?.Split('@')[^1]}"), Zone(vector))))];

    public static IReadOnlyList<Seed> Published =>
        [.. new[] { "spf", "dkim", "dmarc" }.SelectMany(Read).Where((_, i) => i % 4 == 0).Select(vector => new Seed(Parts.Of(
            Encoding.UTF8.GetBytes(vector.Zone?.Names.FirstOrDefault()?.ToString() ?? "example.com"), Zone(vector))))];

    public static IReadOnlyList<Seed> Bimi =>
        [.. Read("bimi").Select(vector => new Seed(Parts.Of(
            Encoding.UTF8.GetBytes($"{DomainOf(vector)}\nexample.com\njoe\n v=BIMI1; s=brand"), Zone(vector),
            File.ReadAllBytes(TestData.PathOf("bimi", "mark.pem")), File.ReadAllBytes(TestData.PathOf("bimi", "logo.svg")))))];

    /// <summary>Whole deliveries, with the zone in JSON.</summary>
    public static IReadOnlyList<Seed> Deliveries =>
        [.. new[] { "dkim", "dmarc", "arc", "bimi", "iprev" }.SelectMany(Read).Where((_, i) => i % 4 == 0).Select(vector => new Seed(Parts.Of(
            Encoding.UTF8.GetBytes((vector.Zone ?? new Zone()).ToJson()), Dialogue(vector), vector.Input.Message!.Value.ToArray())))];

    /// <summary>Messages told piece by piece.</summary>
    public static IReadOnlyList<Seed> Sessions => [.. Read("dkim").Concat(Read("dmarc")).Concat(Read("iprev")).Where((_, i) => i % 3 == 0).Select(Session)];

    /// <summary>Messages below every choice of a signature.</summary>
    public static IReadOnlyList<Seed> ToSign =>
        [.. Messages("dkim", "dmarc").Select((message, i) => new Seed([(byte)(i * 37), (byte)(i % 50), 0, (byte)(i % 3), (byte)(i * 11), 0, (byte)'x', .. message]))];

    public static IReadOnlyList<Seed> Chains => [.. Read("arc").Select(vector => new Seed(Parts.Of(Zone(vector), vector.Input.Message!.Value.ToArray())))];

    public static IReadOnlyList<Seed> ToSeal => [.. Messages("arc", "dkim", "dmarc").Select((message, i) => new Seed([(byte)(i * 7), .. NoEdit, .. message]))];

    /// <summary>The texts of the TXT records of vectors that start in a way, each once.</summary>
    public static IReadOnlyList<Seed> Records(string suite, string start) =>
        [.. Read(suite).Select(vector => vector.Zone).OfType<Zone>().SelectMany(zone => zone.Names.SelectMany(name => zone[name]))
            .Select(entry => entry.Type != ZoneEntryKind.Txt ? null : entry.Strings.IsDefault ? entry.Data : string.Concat(entry.Strings))
            .OfType<string>().Where(text => text.StartsWith(start, StringComparison.Ordinal)).Distinct().Select(text => (Seed)text)];

    /// <summary>The values of the fields of vectors' messages that have a name, each once.</summary>
    public static IReadOnlyList<Seed> Fields(string suite, string name) =>
        [.. Read(suite).SelectMany(vector => PlainMessage.Of(Encoding.Latin1.GetString(vector.Input.Message!.Value.Span)).Fields)
            .Where(field => PlainMessage.NameOf(field) == name)
            .Select(field => field[(field.IndexOf(':', StringComparison.Ordinal) + 1)..^2]).Distinct().Select(value => (Seed)Encoding.Latin1.GetBytes(value))];

    /// <summary>The vectors of a file that have what a seed is made of.</summary>
    public static IEnumerable<TestVector> Read(string suite) =>
        File.ReadLines(TestData.PathOf("vectors", suite + ".jsonl"))
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

    private static DomainName? DomainOf(TestVector vector) => Author.Find(HeaderBlock.Parse(vector.Input.Message!.Value)).Domain;

    private static Seed Session(TestVector vector, int number)
    {
        var message = PlainMessage.Of(Encoding.Latin1.GetString(vector.Input.Message!.Value.Span));
        var calls = new List<(SessionCall, string)> { (SessionCall.Helo, vector.Input.Helo ?? "mail.example.com"), (SessionCall.MailFrom, vector.Input.MailFrom ?? "a@example.com") };
        calls.AddRange(message.Fields.Select(field => (SessionCall.Field, field[..^2])));
        calls.AddRange([(SessionCall.EndOfHeaders, ""), (SessionCall.Body, message.Body), (SessionCall.Complete, ""), (SessionCall.Reset, ""), (SessionCall.MailFrom, ""), (SessionCall.EndOfHeaders, ""), (SessionCall.Complete, "")]);
        return Parts.Of(Zone(vector), SessionTarget.Calls((byte)(number % 9), [.. calls]));
    }

    private static byte[] Dialogue(TestVector vector) =>
        Encoding.UTF8.GetBytes($"{vector.Input.ClientAddress}\n{vector.Input.Helo}\n{vector.Input.MailFrom}");
}
