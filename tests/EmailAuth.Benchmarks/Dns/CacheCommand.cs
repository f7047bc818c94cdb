using System.Collections.Immutable;
using System.Globalization;
using EmailAuth.Dns;
using EmailAuth.Syntax;
using EmailAuth.Tests.Dkim;

namespace EmailAuth.Benchmarks.Dns;

/// <summary>How many domains a cache holds, and what they take in truth.</summary>
internal static class CacheCommand
{
    public static void Run()
    {
        Console.WriteLine("Domains with four answers each: SPF, a key of RSA-2048, DMARC, no indicator.");
        Console.WriteLine();
        var table = new Table("cache", "domains held", "bytes a domain, as counted", "as the heap grows");
        foreach (var mebibytes in new[] { 16, 64 })
        {
            var limit = mebibytes * 1024L * 1024;
            var before = GC.GetTotalMemory(forceFullCollection: true);
            var cache = new DnsCache(limit, TimeProvider.System);

            // Until the first generation gives way, all that was added is held.
            var domains = 0;
            for (long bytes = -1; cache.Bytes > bytes; domains++)
            {
                bytes = cache.Bytes;
                Add(cache, domains);
            }

            var grown = GC.GetTotalMemory(forceFullCollection: true) - before;
            table.Add(
                string.Create(CultureInfo.InvariantCulture, $"{mebibytes} MiB"),
                domains.ToString("N0", CultureInfo.InvariantCulture),
                (limit / domains).ToString("N0", CultureInfo.InvariantCulture),
                (grown / Held(cache, domains)).ToString("N0", CultureInfo.InvariantCulture));
        }

        table.Write(Console.Out);
    }

    private static int Held(DnsCache cache, int domains) => Enumerable.Range(0, domains).Count(i => cache.TryGet(Questions(i)[0], out _));

    private static ImmutableArray<DnsQuestion> Questions(int i)
    {
        var domain = string.Create(CultureInfo.InvariantCulture, $"company{i:00000}.example");
        return
        [
            .. new[] { domain, "s._domainkey." + domain, "_dmarc." + domain, "default._bimi." + domain }
                .Select(name => new DnsQuestion(DomainName.Parse(name).Value!, DnsRecordType.Txt)),
        ];
    }

    private static void Add(DnsCache cache, int i)
    {
        var questions = Questions(i);
        var life = TimeSpan.FromHours(1);
        cache.Add(questions[0], DnsResponse.OfTexts([new string("v=spf1 ip4:198.51.100.0/24 include:_spf.provider.example -all")], life), life);
        cache.Add(questions[1], DnsResponse.OfTexts([new string(TestSigner.Rsa2048.Record.AsSpan())], life), life);
        cache.Add(questions[2], DnsResponse.OfTexts([new string($"v=DMARC1; p=reject; rua=mailto:dmarc@company{i:00000}.example".AsSpan())], life), life);
        cache.Add(questions[3], DnsResponse.NameError(life), life);
    }
}
