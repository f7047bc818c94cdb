using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using EmailAuth.Dkim;
using EmailAuth.Fuzz.Support;
using EmailAuth.Fuzz.Targets;
using EmailAuth.Signatures;

namespace EmailAuth.Fuzz.Differential;

/// <summary>DKIM, by dkimpy: messages signed here over plain canonicalizations and test vectors, changed or not after they were signed.</summary>
internal static class DkimDifferential
{
    private const int Batch = 100;

    private static readonly long Now = FixedTime.Default.GetUtcNow().ToUnixTimeSeconds();

    // dkimpy allows clocks ten hours.
    private static readonly DkimOptions Options = new() { ClockSkew = TimeSpan.FromHours(10), MaxSignatures = 1000 };

    private static readonly DkimCase[] Vectors = [.. SeedVectors.Read("dkim").Where(vector => vector.Zone is not null).Select(vector => new DkimCase(
        Encoding.Latin1.GetString(vector.Input.Message!.Value.Span), KeysOf(vector.Zone!)))];

    private static readonly byte[][] ToSign = [.. SeedVectors.ToSign.Select(seed => seed.Bytes)];

    private static readonly ImmutableDictionary<string, string> SignersZone = KeysOf(Keys.Zone);

    public static IEnumerable<Comparison> Compare(PythonPeer peer, Random random)
    {
        DkimCase[] cases = [.. Enumerable.Range(0, Batch).Select(_ => Next(random)).OfType<DkimCase>()];
        var lines = peer.Ask([.. cases.Select(one => JsonSerializer.Serialize(new { message = Encoding.Latin1.GetBytes(one.Message), zone = one.Zone, now = Now }))]);
        for (var i = 0; i < cases.Length; i++)
        {
            var one = cases[i];
            using var answer = JsonDocument.Parse(lines[i]);
            if (answer.RootElement is not { ValueKind: JsonValueKind.Array } signatures)
            {
                // dkimpy refuses the whole message, as it does not have the form of RFC 5322: no answer to compare with.
                yield return new Comparison("no answer", () => string.Empty);
                continue;
            }

            var zone = new Zone();
            foreach (var (name, text) in one.Zone)
            {
                zone.Add(name, ZoneEntryKind.Txt, text);
            }

            var ours = Expect.Completed(new DkimVerifier(new ZoneResolver(zone), Options, FixedTime.Default).VerifyAsync(Encoding.Latin1.GetBytes(one.Message)));
            Answer[] theirs = [.. signatures.EnumerateArray().Select(s => new Answer(s[0].GetString()!, s[1].GetString()!))];
            for (var index = 0; index < Math.Min(theirs.Length, ours.Signatures.Length); index++)
            {
                var (mine, other) = (ours.Signatures[index], theirs[index]);
                yield return new Comparison(Difference(one, mine, index, other), () => $"{one}\n  ours {mine.Code} {mine.Reason}\n  theirs {other}");
            }
        }
    }

    private static string? Difference(DkimCase one, DkimResult ours, int index, Answer theirs)
    {
        if ((ours.Code == SignatureResultCode.Pass) == (theirs.Result == "pass"))
        {
            return null;
        }

        // Results are in the order of the fields.
        var fields = PlainMessage.Of(one.Message).Fields.Where(static field => PlainMessage.NameOf(field) == "dkim-signature");
        var field = fields.ElementAtOrDefault(index) ?? string.Empty;
        return DkimpyDifferences.Why(one, field, ours, theirs.Message) ?? string.Empty;
    }

    private static DkimCase? Next(Random random)
    {
        var edit = new byte[Edit.Length];
        if (random.Next(2) == 0)
        {
            var input = (byte[])ToSign[random.Next(ToSign.Length)].Clone();
            input[0] = (byte)(random.Next(256) & (random.Next(4) == 0 ? 0xFF : ~DkimSignedTarget.WhiteSpace)); // dkimpy refuses white space before a colon
            random.NextBytes(edit);
            return DkimSignedTarget.Sign(input) is { } signed ? new DkimCase(random.Next(2) == 0 ? signed : Edit.Apply(signed, edit), SignersZone) : null;
        }

        var vector = Vectors[random.Next(Vectors.Length)];
        for (var edits = random.Next(3); edits > 0; edits--)
        {
            random.NextBytes(edit);
            vector = vector with { Message = Edit.Apply(vector.Message, edit) };
        }

        return vector;
    }

    private static ImmutableDictionary<string, string> KeysOf(Zone zone) =>
        zone.Names.Where(name => zone[name] is [{ Type: ZoneEntryKind.Txt, Data: not null }]).ToImmutableDictionary(name => name.ToString(), name => zone[name][0].Data!, StringComparer.Ordinal);

    internal sealed record Answer(string Result, string Message);

    internal sealed record DkimCase(string Message, ImmutableDictionary<string, string> Zone)
    {
        public override string ToString() => $"{string.Join('\n', Zone.Select(one => $"  {one.Key} {one.Value}"))}\n{Message.Replace("\r", "\\r", StringComparison.Ordinal)}";
    }
}
