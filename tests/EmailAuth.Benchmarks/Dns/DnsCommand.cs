using System.Globalization;
using EmailAuth.Dns;
using EmailAuth.Syntax;
using EmailAuth.Tests.TestSupport;

namespace EmailAuth.Benchmarks.Dns;

/// <summary>
/// What a question costs that is not in the cache: a TXT record of a new name each time, from nsd on loopback, 64 in flight. Each resolver has
/// its turn in each round; the processor time is that of the whole process, so of what the system does for it too.
/// </summary>
internal static class DnsCommand
{
    private const int InFlight = 64;
    private const int Questions = 40_000;
    private const int Rounds = 7;

    // Until the code is compiled for good.
    private const int WarmUps = 4;

    // RESULTS.md says whether they are kept.
    private const double MostMicroseconds = 10;
    private const double MostBytes = 1024;

    private static long _names;

    public static async Task<int> RunAsync()
    {
        if (NsdServer.Program is null)
        {
            Console.WriteLine("nsd is not installed.");
            return 1;
        }

        var zone = new Zone().Add("*.bench.example", ZoneEntryKind.Txt, "v=spf1 ip4:192.0.2.0/24 -all");
        await using var server = await NsdServer.StartAsync(zone, CancellationToken.None).ConfigureAwait(false);
        using var stub = new StubResolver(new StubResolverOptions { Servers = [server.EndPoint], MaxCacheBytes = 0 });
        var client = new DnsClientResolver(new StubResolverOptions { Servers = [server.EndPoint], MaxCacheBytes = 0 });
        var (cares, absent) = await CaresPeer.CompileAsync().ConfigureAwait(false);
        using (cares)
        {
            var ours = new Series(name => stub.QueryAsync(new DnsQuestion(name, DnsRecordType.Txt), CancellationToken.None));
            var theirs = new Series(name => client.QueryAsync(new DnsQuestion(name, DnsRecordType.Txt), CancellationToken.None));
            var others = new List<double>();
            for (var round = -WarmUps; round < Rounds; round++)
            {
                await ours.MeasureAsync(isKept: round >= 0).ConfigureAwait(false);
                await theirs.MeasureAsync(isKept: round >= 0).ConfigureAwait(false);
                if (cares is not null && round >= 0)
                {
                    others.Add(await cares.MeasureAsync(server.EndPoint.Port, Questions, InFlight, _names += Questions).ConfigureAwait(false));
                }
            }

            Print(ours, theirs, others, cares?.Name, absent);
            return ours.Microseconds <= MostMicroseconds && ours.Bytes <= MostBytes ? 0 : 1;
        }
    }

    private static void Print(Series ours, Series theirs, List<double> others, string? cares, string? absent)
    {
        Console.WriteLine(Machine.Description);
        Console.WriteLine(Machine.Load);
        Console.WriteLine();
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"TXT of {Questions:N0} new names from nsd on loopback, {InFlight} in flight: per question, the median of {Rounds} rounds in which each has its turn. The thread pool's spin limit is 0, as in the command and the milter."));
        Console.WriteLine();
        var table = new Table("resolver", "processor time, us", "allocated, bytes");
        table.Add("StubResolver", Text(ours.Microseconds, "0.0"), Text(ours.Bytes, "N0"));
        table.Add("DnsClientResolver", Text(theirs.Microseconds, "0.0"), Text(theirs.Bytes, "N0"));
        table.Add(cares ?? "c-ares", others.Count > 0 ? Text(Median(others), "0.0") : $"absent: {absent}", "-");
        table.Write(Console.Out);
        Console.WriteLine();
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"StubResolver is to take at most {MostMicroseconds:0} us and {MostBytes:N0} bytes: {(ours.Microseconds <= MostMicroseconds && ours.Bytes <= MostBytes ? "kept" : "not kept")}."));
    }

    private static string Text(double value, string format) => value.ToString(format, CultureInfo.InvariantCulture);

    private static double Median(List<double> values) => values.Order().ElementAt(values.Count / 2);

    /// <summary>The rounds of one resolver in this process.</summary>
    private sealed class Series(Func<DomainName, ValueTask<DnsResponse>> ask)
    {
        private readonly List<double> _microseconds = [];
        private readonly List<double> _bytes = [];

        public double Microseconds => Median(_microseconds);

        public double Bytes => Median(_bytes);

        /// <param name="isKept">Whether it counts; the first rounds compile the code.</param>
        public async Task MeasureAsync(bool isKept)
        {
            // The names are made before the clock starts, and are longer than those that the library keeps.
            var names = Enumerable.Range(0, Questions).Select(_ => DomainName.Parse(string.Create(CultureInfo.InvariantCulture, $"n{Interlocked.Increment(ref _names)}.bench.example")).Value!).ToArray();
            var next = -1;
            GC.Collect();
            var allocated = GC.GetTotalAllocatedBytes(precise: true);
            var used = Machine.ProcessorTime;
            await Task.WhenAll(Enumerable.Range(0, InFlight).Select(_ => Task.Run(async () =>
            {
                for (var i = Interlocked.Increment(ref next); i < Questions; i = Interlocked.Increment(ref next))
                {
                    var response = await ask(names[i]).ConfigureAwait(false);
                    if (response.Status != DnsStatus.Records)
                    {
                        throw new InvalidOperationException($"{names[i]}: {response.Status} {response.Detail}");
                    }
                }
            }))).ConfigureAwait(false);
            if (isKept)
            {
                _microseconds.Add((Machine.ProcessorTime - used).TotalMicroseconds / Questions);
                _bytes.Add((double)(GC.GetTotalAllocatedBytes(precise: true) - allocated) / Questions);
            }
        }
    }
}
