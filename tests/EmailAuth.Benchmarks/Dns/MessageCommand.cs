using System.Diagnostics;
using System.Globalization;
using EmailAuth.Benchmarks.Latency;
using EmailAuth.Dns;
using EmailAuth.Tests.TestSupport;

namespace EmailAuth.Benchmarks.Dns;

/// <summary>
/// What the DNS adds to a message: of a new domain each, with answers from nsd on loopback, through <see cref="StubResolver"/> and, as it was
/// before, through DnsClient; with every answer at hand; and with answers that take 20 ms.
/// </summary>
internal static class MessageCommand
{
    private const int Domains = 2_000;
    private const int AtOnce = 16;
    private const int Rounds = 7;
    private const int Runs = 25;

    // RESULTS.md says whether they are kept.
    private const double MostOfFormer = 0.6;
    private const double MostMilliseconds = 25;

    public static async Task<int> RunAsync()
    {
        if (NsdServer.Program is null)
        {
            Console.WriteLine("nsd is not installed.");
            return 1;
        }

        Console.WriteLine(Machine.Description);
        Console.WriteLine(Machine.Load);
        Console.WriteLine();
        var domains = new NewDomains(Domains);
        var isKept = await CompareAsync(domains).ConfigureAwait(false) <= MostOfFormer;
        AtHand();
        isKept &= await DelayedAsync(domains).ConfigureAwait(false) <= MostMilliseconds;
        Console.WriteLine();
        Console.WriteLine($"At most {MostOfFormer:P0} of the former processor time, and {MostMilliseconds} ms: {(isKept ? "kept" : "not kept")}.");
        Console.WriteLine(Machine.Load);
        return isKept ? 0 : 1;
    }

    // A new resolver each round, so that all is asked again; both have their turn in each round, after one that compiles the code.
    private static async Task<double> CompareAsync(NewDomains domains)
    {
        await using var server = await NsdServer.StartAsync(domains.Zone, CancellationToken.None).ConfigureAwait(false);
        var ours = new List<(double Microseconds, double Bytes)>();
        var theirs = new List<(double Microseconds, double Bytes)>();
        long questions = 0;
        for (var round = 0; round <= Rounds; round++)
        {
            using (var stub = new StubResolver(new StubResolverOptions { Servers = [server.EndPoint] }))
            {
                ours.Add(await MeasureAsync(domains, stub).ConfigureAwait(false));
                questions = stub.Lookups;
            }

            theirs.Add(await MeasureAsync(domains, new DnsClientResolver(new StubResolverOptions { Servers = [server.EndPoint] })).ConfigureAwait(false));
        }

        var none = new ZoneResolver(domains.Zone);
        var bare = new List<(double Microseconds, double Bytes)>();
        for (var round = 0; round <= Rounds; round++)
        {
            bare.Add(await MeasureAsync(domains, none).ConfigureAwait(false));
        }

        var ratio = Median(ours, one => one.Microseconds) / Median(theirs, one => one.Microseconds);
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"A message of 10 KB of a new domain each, {(double)questions / Domains:0.#} questions, DNS on loopback, {AtOnce} messages at once: per message, the median of {Rounds} rounds."));
        Console.WriteLine();
        var table = new Table("answers through", "processor time, us", "allocated, bytes", "of DnsClientResolver's");
        Add(table, "StubResolver", ours, string.Create(CultureInfo.InvariantCulture, $"{ratio:P0}"));
        Add(table, "DnsClientResolver", theirs, "100 %");
        Add(table, "ZoneResolver: all at hand", bare, "-");
        table.Write(Console.Out);
        Console.WriteLine();
        return ratio;
    }

    private static void Add(Table table, string name, List<(double Microseconds, double Bytes)> rounds, string share) => table.Add(
        name,
        Median(rounds, one => one.Microseconds).ToString("0", CultureInfo.InvariantCulture),
        Median(rounds, one => one.Bytes).ToString("N0", CultureInfo.InvariantCulture),
        share);

    private static double Median(List<(double Microseconds, double Bytes)> rounds, Func<(double Microseconds, double Bytes), double> value) =>
        rounds.Skip(1).Select(value).Order().ElementAt(Rounds / 2);

    private static async Task<(double Microseconds, double Bytes)> MeasureAsync(NewDomains domains, IDnsResolver resolver)
    {
        var pipeline = new AuthenticationPipeline(resolver, NewDomains.Options);
        var next = -1;
        GC.Collect();
        var allocated = GC.GetTotalAllocatedBytes(precise: true);
        var used = Machine.ProcessorTime;
        await Task.WhenAll(Enumerable.Range(0, AtOnce).Select(_ => Task.Run(async () =>
        {
            for (var i = Interlocked.Increment(ref next); i < Domains; i = Interlocked.Increment(ref next))
            {
                var (envelope, message) = domains.Messages[i];
                NewDomains.Check(await pipeline.AuthenticateAsync(envelope, message, CancellationToken.None).ConfigureAwait(false));
            }
        }))).ConfigureAwait(false);
        return ((Machine.ProcessorTime - used).TotalMicroseconds / Domains, (double)(GC.GetTotalAllocatedBytes(precise: true) - allocated) / Domains);
    }

    // Beside one pass over the octets, their SHA-256 and one RSA verification: what a machine that is busy with other things does to both.
    private static void AtHand()
    {
        const int Messages = 20_000;
        var mail = new OrdinaryMail();
        var bare = BareSignature.Of(mail.Sample.Rsa);
        var times = new double[Rounds];
        var arithmetic = double.MaxValue;
        long bytes = 0;
        for (var round = -1; round < Rounds; round++)
        {
            var before = Machine.ProcessorTime;
            for (var i = 0; i < Messages; i++)
            {
                bare.PassHashAndVerify(mail.Sample.Message);
            }

            arithmetic = Math.Min(arithmetic, (Machine.ProcessorTime - before).TotalMicroseconds / Messages);
            var allocated = GC.GetAllocatedBytesForCurrentThread();
            var used = Machine.ProcessorTime;
            for (var i = 0; i < Messages; i++)
            {
                OrdinaryMail.Complete(mail.Pipeline.AuthenticateAsync(mail.Envelope, mail.Sample.Message, CancellationToken.None));
            }

            times[Math.Max(round, 0)] = (Machine.ProcessorTime - used).TotalMicroseconds / Messages;
            bytes = (GC.GetAllocatedBytesForCurrentThread() - allocated) / Messages;
        }

        Array.Sort(times);
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"A message of 10 KB with every answer at hand: {times[0]:0.0} us of processor time ({times[0] / arithmetic:0.00} times the bare arithmetic, {arithmetic:0.0}; each the least of {Rounds} rounds), {bytes:N0} bytes."));
    }

    private static async Task<double> DelayedAsync(NewDomains domains)
    {
        var zone = new ZoneResolver(domains.Zone);
        var resolver = new DelayingResolver(zone, TimeSpan.FromMilliseconds(20));
        var pipeline = new AuthenticationPipeline(resolver, NewDomains.Options);
        var times = new double[Runs];
        for (var i = 0; i < Runs; i++)
        {
            var (envelope, message) = domains.Messages[i];
            var started = Stopwatch.GetTimestamp();
            var outcome = await pipeline.AuthenticateAsync(envelope, message, CancellationToken.None).ConfigureAwait(false);
            times[i] = Stopwatch.GetElapsedTime(started).TotalMilliseconds;
            NewDomains.Check(outcome);
        }

        Array.Sort(times);
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"20 ms an answer, a new domain with p=reject, BIMI on, handed over whole: {times[Runs / 2]:0.0} ms to the verdict (median of {Runs}; most {times[^1]:0.0})."));
        return times[Runs / 2];
    }
}
