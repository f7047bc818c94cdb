using EmailAuth.Syntax;
using EmailAuth.Tests.TestSupport;

namespace EmailAuth.Benchmarks.Scale;

/// <summary>Domains of many labels, and records and zones of many entries.</summary>
internal static class DomainSeries
{
    private static readonly int[] ToTenThousand = [1, 10, 100, 1_000, 3_000, 10_000];

    private static readonly int[] ToThousands = [10, 30, 100, 300, 1_000, 3_000];

    // A name has at most 253 characters: 127 labels of one, and 120 below the prefixes that are asked for.
    private static readonly int[] Labels = [2, 4, 8, 16, 32, 64, 127];

    public static IEnumerable<ScaleSeries> All =>
    [
        new()
        {
            Name = "labels", Title = "Labels of the author domain: eight queries at most",
            Unit = "labels", Sizes = Labels, Observed = "DMARC queries",
            Prepare = count => new Judge(new Zone().Add("_dmarc.x", ZoneEntryKind.Txt, "v=DMARC1; p=reject; psd=y")).Of(
                $"From: a@{Name(count)}\r\n\r\nbody\r\n",
                outcome => outcome.Dmarc!.Walk.Length <= 8 && outcome.Author.Domain is not null,
                outcome => outcome.Dmarc!.Walk.Length),
        },
        new()
        {
            Name = "labels-fresh", Title = "Labels of author domains that were never seen before",
            Unit = "labels", Sizes = [2, 4, 8, 16, 32, 64, 120], Observed = "DMARC queries",
            Prepare = OfFreshNames,
        },
        new()
        {
            Name = "labels-spf", Title = "Labels of the MAIL FROM domain, reversed by ten macros of its SPF record",
            Unit = "labels", Sizes = [2, 4, 8, 16, 32, 64, 126], Observed = "terms that asked",
            Prepare = count => new Judge(new Zone().Add(
                Name(count), ZoneEntryKind.Txt, $"v=spf1{Repeat(" exists:%{dr}.%{d127r}.%{s}.%{o2r}.%{D}.example.com", 2)} -all")).Of(
                "From: a@example.com\r\n\r\nbody\r\n", outcome => outcome.Spf!.Code == Spf.SpfResultCode.Fail, outcome => outcome.Spf!.LookupCount,
                new SmtpEnvelope(Signer.Envelope.ClientAddress, "out.example.com", $"a@{Name(count)}")),
        },
        new()
        {
            Name = "labels-parse", Title = "Labels of a name that is parsed, and its parents",
            Unit = "labels", Sizes = Labels, Observed = "labels kept",
            Prepare = count =>
            {
                var text = Name(count);
                return _ => ValueTask.FromResult((long)DomainName.Parse(text).Value!.TakeLast(2).LabelCount);
            },
        },
        Dmarc("dmarc-tags", "Tags of a DMARC record", "tags", count => $"v=DMARC1; p=reject{Each(count, i => $"; x{i}=1")}"),
        Dmarc(
            "dmarc-uris", "Report addresses of a DMARC record", "addresses",
            count => $"v=DMARC1; p=reject; rua=mailto:a@example.com{Repeat(",mailto:a@example.com", count)}"),
        Dmarc("dmarc-separators", "Empty tags of a DMARC record", "semicolons", count => $"v=DMARC1; p=reject{Repeat(";", count)}"),
        new()
        {
            Name = "dmarc-texts", Title = "TXT records beside the DMARC record", Unit = "records", Sizes = ToTenThousand,
            Prepare = count => new Judge(Many(Signer.Zone(), "_dmarc.example.com", count, i => $"v=other{i}")).Of(
                "From: a@example.com\r\n\r\nbody\r\n", outcome => outcome.Dmarc!.Record is not null),
        },
        Key("key-tags", "Tags of a key record", "tags", count => Signer.KeyRecord + Each(count, i => $"; x{i}=1")),
        Key(
            "key-lists", "Hash algorithms, services and flags of a key record", "items",
            count => Signer.KeyRecord + $"; h=sha256{Repeat(":a", count)}; s=email{Repeat(":a", count)}; t=s{Repeat(":a", count)}"),
        Key(
            "key-white-space", "White space in the key of a key record", "spaces",
            count => Signer.KeyRecord.Insert(Signer.KeyRecord.Length - 8, Repeat(" ", count))),
        new()
        {
            Name = "zone", Title = "Names of a zone, from JSON to a resolver", Unit = "names", Sizes = ToThousands,
            Prepare = count => OfZone(Zone(count, i => $"n{i}.example.com")),
        },
        new()
        {
            Name = "zone-labels", Title = "Labels of a hundred names of a zone, from JSON to a resolver",
            Unit = "labels", Sizes = [2, 4, 8, 16, 32, 64, 124],
            Prepare = count => OfZone(Zone(100, i => $"n{i}.{Name(count)}")),
        },
        new()
        {
            Name = "zone-records", Title = "Records of one name of a zone, from JSON to a resolver", Unit = "records", Sizes = ToThousands,
            Prepare = count => OfZone(Many(new Zone(), "example.com", count, i => $"t{i}")),
        },
        new()
        {
            Name = "zone-recorded", Title = "Answers that are recorded, to the zone's JSON", Unit = "answers", Sizes = ToThousands,
            Prepare = OfRecording,
        },
    ];

    /// <summary>A name of so many labels.</summary>
    private static string Name(int labels) => string.Join('.', Enumerable.Repeat("x", labels));

    private static Work OfFreshNames(int count)
    {
        var judge = new Judge(new Zone());
        var fresh = 0;
        return cancellationToken =>
        {
            // Another top-level label each time, so that no cache has met the name or a parent of it.
            var top = $"{(char)('a' + (fresh % 26))}{(char)('a' + (fresh / 26 % 26))}{(char)('a' + (fresh++ / 676 % 26))}";
            var name = $"{Name(count - 1)}.{top}";
            return judge.Of($"From: a@{name}\r\n\r\nbody\r\n", outcome => outcome.Dmarc!.Walk.Length <= 8, outcome => outcome.Dmarc!.Walk.Length)(cancellationToken);
        };
    }

    private static ScaleSeries Dmarc(string name, string title, string unit, Func<int, string> record) => new()
    {
        Name = name,
        Title = title,
        Unit = unit,
        Sizes = [1, 10, 100, 1_000, 3_000],
        Prepare = count =>
        {
            var judge = new Judge(new Zone().Add("_dmarc.example.com", ZoneEntryKind.Txt, record(count)));
            return judge.Of("From: a@example.com\r\n\r\nbody\r\n", outcome => outcome.Dmarc!.Record is not null);
        },
    };

    private static ScaleSeries Key(string name, string title, string unit, Func<int, string> record) => new()
    {
        Name = name,
        Title = title,
        Unit = unit,
        Sizes = ToTenThousand,
        Prepare = count =>
        {
            var judge = new Judge(new Zone().Add("s._domainkey.example.com", ZoneEntryKind.Txt, record(count)));
            var message = Signer.Sign(Signer.Ordinary, Signer.OrdinaryNames, Signer.BodyHash("body\r\n"u8)) + Signer.Text(Signer.Ordinary) + "\r\nbody\r\n";
            return judge.Of(message, outcome => outcome.Dkim!.Code == Signatures.SignatureResultCode.Pass);
        },
    };

    private static Work OfZone(Zone zone)
    {
        var json = System.Text.Encoding.UTF8.GetBytes(zone.ToJson());
        return async cancellationToken =>
        {
            var resolver = new ZoneResolver(EmailAuth.Testing.Zone.Parse(json).Value!);
            return (await resolver.QueryTextAsync(DomainName.Parse("example.com").Value!, cancellationToken)).Texts.Length;
        };
    }

    private static Work OfRecording(int count)
    {
        var inner = new ZoneResolver(Zone(count, i => $"n{i}.example.com"));
        var names = Enumerable.Range(0, count).Select(i => DomainName.Parse($"n{i}.example.com").Value!).ToArray();
        return async cancellationToken =>
        {
            var recording = new RecordingResolver(inner);
            foreach (var name in names)
            {
                await recording.QueryTextAsync(name, cancellationToken);
            }

            return recording.ToZone().ToJson().Length;
        };
    }

    private static Zone Zone(int count, Func<int, string> name)
    {
        var zone = new Zone();
        for (var i = 0; i < count; i++)
        {
            zone.Add(name(i), ZoneEntryKind.Txt, "v=spf1 -all");
        }

        return zone;
    }

    private static Zone Many(Zone zone, string name, int count, Func<int, string> text)
    {
        for (var i = 0; i < count; i++)
        {
            zone.Add(name, ZoneEntryKind.Txt, text(i));
        }

        return zone;
    }

    private static string Repeat(string text, int count) => string.Concat(Enumerable.Repeat(text, count));

    private static string Each(int count, Func<int, string> text) => string.Concat(Enumerable.Range(0, count).Select(text));
}
