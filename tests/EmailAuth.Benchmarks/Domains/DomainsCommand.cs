using System.Diagnostics;
using System.Globalization;
using System.Net;
using EmailAuth.Benchmarks.Load;
using EmailAuth.Dns;
using EmailAuth.Inspection.Domains;
using EmailAuth.Syntax;
using EmailAuth.Tests.TestSupport;

namespace EmailAuth.Benchmarks.Domains;

/// <summary>
/// <c>domains [COUNT] [IN-FLIGHT]</c>: inspects domains whose DNS is a real name server (NSD) on loopback that answers 20 ms late, many domains at
/// the same time, and prints the time, the questions and the rounds.
/// </summary>
internal static class DomainsCommand
{
    private const string Address = "127.0.0.53";
    private const string Key = "v=DKIM1; k=ed25519; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=";
    private static readonly TimeSpan Delay = TimeSpan.FromMilliseconds(20);

    public static async Task<int> RunAsync(string[] arguments)
    {
        var count = NumberAt(0, 1_000);
        var inFlight = NumberAt(1, 32);
        if (NsdServer.Program is null)
        {
            Console.Error.WriteLine("nsd is not installed");
            return 1;
        }

        await using var server = await NsdServer.StartAsync(ZoneOf(count), CancellationToken.None);
        using var delayed = DelayedDns.Start(Address, server.EndPoint, Delay);
        var options = new StubResolverOptions { Servers = [new IPEndPoint(IPAddress.Parse(Address), 53)], Timeout = TimeSpan.FromSeconds(5) };
        var counting = new CountingResolver(new StubResolver(options));

        // The first domain has the code compiled.
        await DomainInspector.InspectAsync(NameOf(0), counting);
        counting.Reset();
        var rounds = new int[16];
        var (questions, errors) = (0L, 0);
        var start = Stopwatch.GetTimestamp();
        await Parallel.ForEachAsync(Enumerable.Range(0, count), new ParallelOptions { MaxDegreeOfParallelism = inFlight }, async (number, _) =>
        {
            var inspection = await DomainInspector.InspectAsync(NameOf(number), counting, cancellationToken: CancellationToken.None);
            Interlocked.Increment(ref rounds[inspection.DnsRounds]);
            Interlocked.Add(ref questions, inspection.DnsQuestions);
            Interlocked.Add(ref errors, inspection.HasUnknown || inspection.Findings.Any(static finding => finding.Severity == Inspection.FindingSeverity.Error) ? 1 : 0);
        });
        var elapsed = Stopwatch.GetElapsedTime(start);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{count} domains, {inFlight} at the same time, {Delay.TotalMilliseconds} ms an answer: {elapsed.TotalSeconds:0.0} s, {count / elapsed.TotalSeconds:0} domains/s"));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"questions: {questions} ({(double)questions / count:0.0} a domain), {counting.Count} asked of the resolver, which keeps answers"));
        Console.WriteLine($"rounds: {string.Join(", ", rounds.Select(static (domains, number) => (domains, number)).Where(static round => round.domains > 0).Select(static round => string.Create(CultureInfo.InvariantCulture, $"{round.domains} domains in {round.number}")))}");
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"domains with an error or something unknown: {errors}"));
        return errors > 0 || rounds.Skip(DomainInspector.MostRounds + 1).Any(static domains => domains > 0) ? 1 : 0;

        int NumberAt(int index, int otherwise) =>
            arguments.Length > index && int.TryParse(arguments[index], NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number > 0 ? number : otherwise;
    }

    private static DomainName NameOf(int number) => DomainName.Parse(string.Create(CultureInfo.InvariantCulture, $"domain{number}.example")).Value!;

    // As most domains are: one of a hoster with includes on two levels, one with hosts of its own, one that is parked.
    private static Zone ZoneOf(int count)
    {
        var zone = new Zone()
            .Add("spf.hoster.example", ZoneEntryKind.Txt, "v=spf1 include:nets.hoster.example ~all")
            .Add("nets.hoster.example", ZoneEntryKind.Txt, "v=spf1 ip4:198.51.100.0/24 ip6:2001:db8:1::/48 ~all")
            .Add("mx.hoster.example", ZoneEntryKind.A, "198.51.100.1")
            .Add("mx.hoster.example", ZoneEntryKind.Aaaa, "2001:db8:1::1")
            .Add("1.2.0.192.in-addr.arpa", ZoneEntryKind.Ptr, "mail.hoster.example")
            .Add("mail.hoster.example", ZoneEntryKind.A, "192.0.2.1");
        for (var number = 0; number < count; number++)
        {
            var name = NameOf(number).ToString();
            if (number % 3 == 2)
            {
                zone.Add(name, ZoneEntryKind.Txt, "v=spf1 -all").Add($"_dmarc.{name}", ZoneEntryKind.Txt, "v=DMARC1; p=reject");
                zone.Add(NameOf(number), new ZoneRecord { Type = ZoneEntryKind.MX, Data = "." });
                continue;
            }

            zone.Add(name, ZoneEntryKind.Txt, number % 3 == 0 ? "v=spf1 include:spf.hoster.example -all" : "v=spf1 ip4:192.0.2.1 mx -all")
                .Add($"s1._domainkey.{name}", ZoneEntryKind.Txt, Key)
                .Add($"_dmarc.{name}", ZoneEntryKind.Txt, $"v=DMARC1; p=quarantine; rua=mailto:dmarc@{name}")
                .Add($"_mta-sts.{name}", ZoneEntryKind.Txt, "v=STSv1; id=1")
                .Add($"_smtp._tls.{name}", ZoneEntryKind.Txt, $"v=TLSRPTv1; rua=mailto:tls@{name}");
            zone.Add(NameOf(number), new ZoneRecord { Type = ZoneEntryKind.MX, Preference = 10, Data = "mx.hoster.example" });
        }

        return zone;
    }

    private sealed class CountingResolver(IDnsResolver inner) : IDnsResolver
    {
        private long _count;

        public long Count => Interlocked.Read(ref _count);

        public void Reset() => Interlocked.Exchange(ref _count, 0);

        public ValueTask<DnsResponse> QueryAsync(DnsQuestion question, CancellationToken cancellationToken)
        {
            Interlocked.Increment(ref _count);
            return inner.QueryAsync(question, cancellationToken);
        }
    }
}
