using System.Net;
using EmailAuth.Dns;
using EmailAuth.Spf;
using EmailAuth.Tests.TestSupport;

namespace EmailAuth.Benchmarks.Scale;

/// <summary>SPF by depth, by length, and by how much its answers hold; with every answer at hand, and with none.</summary>
internal static class SpfSeries
{
    private static readonly IPAddress Client = IPAddress.Parse("192.0.2.1");

    public static IEnumerable<ScaleSeries> All =>
    [
        new()
        {
            Name = "spf", Title = "Depth of a chain of includes, to the limit of ten",
            Unit = "includes", Sizes = [1, 2, 3, 4, 5, 6, 8, 10], Observed = "terms that asked",
            Prepare = depth => Of(Includes(depth), SpfOptions.Default, SpfResultCode.Pass, result => result.LookupCount),
        },
        new()
        {
            Name = "spf-beyond", Title = "A chain of includes past the limit: permerror after ten",
            Unit = "includes", Sizes = [11, 30, 100, 300, 1_000], Observed = "terms that asked",
            Prepare = depth => Of(Includes(depth), SpfOptions.Default, SpfResultCode.PermError, result => result.LookupCount),
        },
        new()
        {
            Name = "spf-lifted", Title = "Depth of a chain of includes with the limit lifted to 100",
            Unit = "includes", Sizes = [1, 3, 10, 30, 100], Observed = "terms that asked",
            Prepare = depth => Of(Includes(depth), Lifted, SpfResultCode.Pass, result => result.LookupCount),
        },
        new()
        {
            Name = "spf-lifted-evidence", Title = "The same, to the account of every term",
            Unit = "includes", Sizes = [1, 3, 10, 30, 100], Observed = "characters",
            Prepare = depth => Of(Includes(depth), Lifted, SpfResultCode.Pass, result => result.Evidence!.ToString().Length),
        },
        new()
        {
            Name = "spf-wide-evidence", Title = "Includes of one record with the limit lifted, to the account of every term",
            Unit = "includes", Sizes = [1, 3, 10, 30, 100], Observed = "characters",
            Prepare = width => Of(Wide(width), Lifted, SpfResultCode.Pass, result => result.Evidence!.ToString().Length),
        },
        new()
        {
            Name = "spf-waiting", Title = "Depth of a chain of includes with the limit lifted, each answer late, others asked ahead",
            Unit = "includes", Sizes = [1, 3, 10, 30, 100],
            Prepare = depth => Of(ScriptedResolver.Yielding(new ZoneResolver(Includes(depth))), Lifted, SpfResultCode.Pass),
        },
        new()
        {
            Name = "spf-wide-waiting", Title = "Includes of one record with the limit lifted, each answer late, others asked ahead",
            Unit = "includes", Sizes = [1, 3, 10, 30, 100],
            Prepare = width => Of(ScriptedResolver.Yielding(new ZoneResolver(Wide(width))), Lifted, SpfResultCode.Pass),
        },
        new()
        {
            Name = "spf-terms", Title = "Networks of a record of 2 to 64 KB, which is not kept, of which the last matches",
            Unit = "terms", Sizes = [120, 300, 1_000, 3_000],
            Prepare = count => Of(Record($"v=spf1{Repeat(" ip4:203.0.113.0/24", count - 1)} ip4:192.0.2.0/24 -all"), SpfOptions.Default, SpfResultCode.Pass),
        },
        new()
        {
            Name = "spf-terms-ahead", Title = "Networks of a record, before ten includes whose answers come late",
            Unit = "terms", Sizes = [1, 10, 100, 1_000, 3_000],
            Prepare = count => Of(
                ScriptedResolver.Yielding(new ZoneResolver(Wide(10, Repeat(" ip4:203.0.113.0/24", count)))), SpfOptions.Default, SpfResultCode.Pass),
        },
        new()
        {
            Name = "spf-modifiers", Title = "Unknown modifiers of a record that is not kept", Unit = "modifiers", Sizes = [600, 1_000, 3_000, 8_000],
            Prepare = count => Of(Record($"v=spf1{Repeat(" a=b", count)} ip4:192.0.2.0/24 -all"), SpfOptions.Default, SpfResultCode.Pass),
        },
        new()
        {
            Name = "spf-spaces", Title = "Spaces of a record", Unit = "spaces", Sizes = [1, 10, 100, 1_000, 10_000, 60_000],
            Prepare = count => Of(Record($"v=spf1{Repeat(" ", count)}ip4:192.0.2.0/24 -all"), SpfOptions.Default, SpfResultCode.Pass),
        },
        new()
        {
            Name = "spf-macros", Title = "Macros of one term, each of a local part with 500 delimiters",
            Unit = "macros", Sizes = [1, 10, 100, 1_000, 6_000],
            Prepare = count => Of(
                Record($"v=spf1 exists:{Repeat("%{l500r-}", count)}.example.com ip4:192.0.2.0/24 -all"),
                SpfOptions.Default, SpfResultCode.Pass, sender: $"{Repeat("a-", 500)}@example.com"),
        },
        new()
        {
            Name = "spf-macros-ahead", Title = "Macros of each of ten terms, each answer late, others asked ahead",
            Unit = "macros", Sizes = [1, 10, 100, 600],
            Prepare = count => Of(
                ScriptedResolver.Yielding(new ZoneResolver(Record($"v=spf1{Each(10, i => $" exists:{Repeat("%{l500r-}", count)}.d{i}.example.com")} -all"))),
                new SpfOptions { MaxVoidLookups = 10 }, SpfResultCode.Fail, sender: $"{Repeat("a-", 500)}@example.com"),
        },
        new()
        {
            Name = "spf-escapes", Title = "Escaped macros of an explanation", Unit = "macros", Sizes = [1, 10, 100, 1_000, 6_000],
            Prepare = count => Of(
                Record("v=spf1 exp=why.example.com -all").Add("why.example.com", ZoneEntryKind.Txt, Repeat("%{L}%{h}", count)),
                new SpfOptions { MaxExplanationLength = 65_535 }, SpfResultCode.Fail, sender: "a b c d@example.com"),
        },
        new()
        {
            Name = "spf-texts", Title = "TXT records beside the SPF record", Unit = "records", Sizes = [1, 10, 100, 1_000, 10_000],
            Prepare = count => Of(
                Many(Record("v=spf1 ip4:192.0.2.0/24 -all"), "example.com", ZoneEntryKind.Txt, count, i => $"v=other{i}"), SpfOptions.Default, SpfResultCode.Pass),
        },
        new()
        {
            Name = "spf-addresses", Title = "Addresses of a host, none the client's", Unit = "addresses", Sizes = [1, 10, 100, 1_000, 10_000],
            Prepare = count => Of(
                Many(
                    Record("v=spf1 a:host.example.com ip4:192.0.2.0/24 -all"),
                    "host.example.com", ZoneEntryKind.A, count, i => $"10.{i >> 16}.{(i >> 8) & 255}.{i & 255}"),
                SpfOptions.Default, SpfResultCode.Pass),
        },
        new()
        {
            Name = "spf-hosts", Title = "Mail hosts of a domain: past ten a permerror", Unit = "hosts", Sizes = [11, 100, 1_000, 10_000],
            Prepare = count => Of(
                Many(Record("v=spf1 mx -all"), "example.com", ZoneEntryKind.MX, count, i => $"m{i}.example.com"), SpfOptions.Default, SpfResultCode.PermError),
        },
        new()
        {
            Name = "spf-pointers", Title = "Names of the client: ten are looked at", Unit = "names", Sizes = [1, 10, 100, 1_000, 10_000],
            Prepare = count => Of(
                Many(Record("v=spf1 ptr ip4:192.0.2.0/24 -all"), "1.2.0.192.in-addr.arpa", ZoneEntryKind.Ptr, count, i => $"p{i}.example.com"),
                SpfOptions.Default, SpfResultCode.Pass),
        },
    ];

    private static SpfOptions Lifted { get; } = new() { MaxLookups = SpfOptions.MostLookups };

    private static Work Of(Zone zone, SpfOptions options, SpfResultCode expected, Func<SpfResult, long>? observe = null, string sender = "a@example.com") =>
        Of(new ZoneResolver(zone), options, expected, observe, sender);

    private static Work Of(IDnsResolver resolver, SpfOptions options, SpfResultCode expected, Func<SpfResult, long>? observe = null, string sender = "a@example.com")
    {
        var evaluator = new SpfEvaluator(resolver, options);
        return async cancellationToken =>
        {
            var result = await evaluator.EvaluateMailFromAsync(Client, "mail.example.com", sender, cancellationToken);

            // The reason is made when it is asked for.
            return result.Code == expected && result.Reason.Length > 0 ? observe?.Invoke(result) ?? 0 : throw new InvalidOperationException(result.ToString());
        };
    }

    private static Zone Record(string text) => new Zone().Add("example.com", ZoneEntryKind.Txt, text);

    private static Zone Includes(int depth)
    {
        var zone = Record("v=spf1 include:d1.example.com -all");
        for (var i = 1; i < depth; i++)
        {
            zone.Add($"d{i}.example.com", ZoneEntryKind.Txt, $"v=spf1 include:d{i + 1}.example.com -all");
        }

        return zone.Add($"d{depth}.example.com", ZoneEntryKind.Txt, "v=spf1 ip4:192.0.2.0/24 -all");
    }

    private static Zone Wide(int width, string between = "")
    {
        var zone = Record($"v=spf1{Each(width, i => $" include:d{i + 1}.example.com")}{between} ip4:192.0.2.0/24 -all");
        for (var i = 1; i <= width; i++)
        {
            zone.Add($"d{i}.example.com", ZoneEntryKind.Txt, "v=spf1 ip4:203.0.113.0/24 -all");
        }

        return zone;
    }

    private static Zone Many(Zone zone, string name, ZoneEntryKind type, int count, Func<int, string> data)
    {
        for (var i = 0; i < count; i++)
        {
            zone.Add(name, type, data(i));
        }

        return zone;
    }

    private static string Repeat(string text, int count) => string.Concat(Enumerable.Repeat(text, count));

    private static string Each(int count, Func<int, string> text) => string.Concat(Enumerable.Range(0, count).Select(text));
}
