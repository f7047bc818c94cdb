using System.Net;
using EmailAuth.Fuzz.Support;
using EmailAuth.Spf;
using EmailAuth.Tests.Spf;

namespace EmailAuth.Fuzz.Differential;

/// <summary>SPF, by pyspf: generated cases whose terms are bent more or less often, and the test vectors with their records mutated.</summary>
internal static class SpfDifferential
{
    private const int Batch = 200;

    private static readonly SpfOptions Options = new() { Receiver = "mx.example.org" };

    private static readonly SpfCase[] Vectors = [.. SeedVectors.Read("spf").Where(vector => vector.Zone is { } zone && zone.Names.All(name => zone[name].All(entry => entry.For is null))).Select(vector => ToCase(vector.Zone!, vector.Input))];

    private static readonly string[] Words = [.. EmailAuth.Fuzz.Words.Spf.Where(word => word.All(c => c is >= ' ' and <= '~'))];

    /// <summary>What pyspf does differently with records out of shape, beside what it does with good ones.</summary>
    private static readonly (string Why, Func<SpfCase, SpfResult, PyspfPeer.Answer, bool> IsIt)[] Explained =
    [
        ("RFC 7208 section 4.3: a zero-length label at the end is well-formed; pyspf asks for nothing then",
            (one, _, theirs) => theirs.Result == "none" && (one.MailFrom.EndsWith('.') || one.MailFrom.Length == 0) && (one.MailFrom + one.Helo).Contains('.', StringComparison.Ordinal)),
        ("RFC 5321 section 4.1.2: a reverse-path stands in angle brackets; pyspf takes them for a part of it",
            (one, _, _) => one.MailFrom.StartsWith('<')),
        ("RFC 7208 section 4.3: a single label is no domain to check; pyspf asks for it",
            (one, ours, _) => ours.Reason.Contains("single label", StringComparison.Ordinal)),
        ("RFC 7208 section 4.3: a sender without a local-part is postmaster; pyspf leaves it as it is",
            (one, _, _) => one.MailFrom.StartsWith('@')),
        ("RFC 5321 section 4.1.2: a quoted local-part may hold an at sign; pyspf takes the first one for the domain's",
            (one, _, _) => one.MailFrom.StartsWith('"')),
        ("RFC 7208 section 7.3: the result of an expansion is not expanded again; pyspf does so with a name or a text that holds a percent sign",
            (one, ours, theirs) => one.Holds("%%") && (PyspfPeer.Says(theirs, "invalid-macro-char") || ours.Explanation?.Contains('%', StringComparison.Ordinal) == true)),
        ("RFC 7208 section 7.1: a macro is a letter, transformers and delimiters, in braces; pyspf passes over what else stands there",
            (_, ours, _) => $"{ours.Reason}{ours.Evidence}".Contains("(RFC 7208 section 7.1)", StringComparison.Ordinal)),
        ("RFC 5234 section 2.3: the names of modifiers ignore case; pyspf knows that of mechanisms alone",
            (one, _, _) => HasModifier(one, name => name is not "redirect" && name.ToLowerInvariant() is "redirect") || HasModifier(one, name => name is not "exp" && name.ToLowerInvariant() is "exp")),
        ("RFC 5234 section 2.3: the transformer \"r\" ignores case",
            (one, _, _) => one.Entries.Any(entry => entry.Record.Data?.Split("%{").Skip(1).Any(macro => macro.Split('}')[0].Contains('R', StringComparison.Ordinal)) == true)),
        ("RFC 7208 section 5.4: mail hosts are asked in the order of their preferences; pyspf asks in the order of the answer",
            (_, _, theirs) => PyspfPeer.Says(theirs, "no answer in time for")),
        ("RFC 7208 section 6: the value of a modifier that is not defined is any macro-string",
            (_, _, theirs) => PyspfPeer.Says(theirs, "c,r,t macros allowed in exp= text only")),
        ("RFC 7208 section 6: only redirect and exp must not stand twice",
            (_, _, theirs) => PyspfPeer.Says(theirs, "MUST appear at most once") && !PyspfPeer.Says(theirs, "redirect=") && !PyspfPeer.Says(theirs, "exp=")),
        ("RFC 7208 section 6.2: an explanation without text is one; pyspf gives its own then",
            (_, ours, theirs) => ours.Explanation?.Length == 0 && theirs.Explanation is null && ours.ToMethodResult().Result == theirs.Result),
    ];

    public static IEnumerable<Comparison> Compare(PythonPeer peer, Random random)
    {
        SpfCase[] cases = [.. Enumerable.Range(0, Batch).Select(i => Next(random))];
        var answers = peer.Ask([.. cases.Select(PyspfPeer.ToJson)]);
        for (var i = 0; i < cases.Length; i++)
        {
            var one = cases[i];
            var theirs = PyspfPeer.Read(answers[i]);
            var ours = Expect.Completed(new SpfEvaluator(new ZoneResolver(one.Zone), Options, FixedTime.Default).EvaluateMailFromAsync(one.Client, one.Helo, one.MailFrom));
            yield return new Comparison(
                PyspfPeer.Difference(one, ours, theirs, Explained), () => $"{one}\n  ours {ours} \"{ours.Explanation}\"\n  theirs {theirs}\n{ours.Evidence}");
        }
    }

    private static bool HasModifier(SpfCase one, Func<string, bool> isIt) => one.Entries.Any(entry =>
        entry.Record.Type == ZoneEntryKind.Txt && entry.Record.Data!.Split(' ').Any(term => term.IndexOf('=', StringComparison.Ordinal) is var at and > 0 && isIt(term[..at])));

    private static SpfCase Next(Random random)
    {
        if (random.Next(2) == 0)
        {
            return new SpfGeneratedCase(random.Next(), malformed: random.Next(3) * 0.15);
        }

        var vector = Vectors[random.Next(Vectors.Length)];
        var mutated = new SpfCase { Client = vector.Client, Helo = vector.Helo, MailFrom = vector.MailFrom };
        mutated.Entries.AddRange(vector.Entries.Select(entry => (entry.Name, entry.Record.Type == ZoneEntryKind.Txt ? entry.Record with { Data = Mutated(entry.Record.Data!, random), Strings = default } : entry.Record)));
        return mutated;
    }

    private static SpfCase ToCase(Zone zone, VectorInput input)
    {
        var one = new SpfCase { Client = input.ClientAddress ?? IPAddress.Parse("192.0.2.1"), Helo = input.Helo ?? string.Empty, MailFrom = input.MailFrom ?? string.Empty };
        foreach (var name in zone.Names)
        {
            one.Entries.AddRange(zone[name].Where(entry => entry.Type != ZoneEntryKind.Spf).Select(entry => (name.ToString(), ToPeer(entry))));
        }

        return one;
    }

    // pyspf is given texts in one string, and one kind of failure.
    private static ZoneRecord ToPeer(ZoneRecord entry) => entry.Type switch
    {
        ZoneEntryKind.Txt when !entry.Strings.IsDefault => entry with { Data = string.Concat(entry.Strings), Strings = default },
        ZoneEntryKind.ServFail => entry with { Type = ZoneEntryKind.Timeout },
        _ => entry,
    };

    // Visible characters and spaces: what else a record may hold, pyspf does not say.
    private static string Mutated(string text, Random random)
    {
        for (var edits = random.Next(3); edits > 0; edits--)
        {
            var at = random.Next(text.Length + 1);
            text = random.Next(4) switch
            {
                0 => text.Insert(at, Words[random.Next(Words.Length)]),
                1 => text.Insert(at, ((char)random.Next(' ', '\x7f')).ToString()),
                2 when at < text.Length => text.Remove(at, 1),
                3 when at < text.Length => text[..at] + (char)random.Next(' ', '\x7f') + text[(at + 1)..],
                _ => text,
            };
        }

        // Its clock is that of the machine.
        return text.Replace("%{t", "%{d", StringComparison.OrdinalIgnoreCase);
    }
}
