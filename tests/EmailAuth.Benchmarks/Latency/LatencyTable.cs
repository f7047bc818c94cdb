using System.Diagnostics;
using System.Globalization;
using EmailAuth.Messages;

namespace EmailAuth.Benchmarks.Latency;

/// <summary>
/// How long a message takes when each DNS answer takes some time: handed over whole, and from the last byte of its body in a session whose
/// body comes after the answers.
/// </summary>
internal static class LatencyTable
{
    private const int Runs = 25;

    private static readonly int[] Delays = [0, 5, 20, 100];

    public static async Task PrintAsync()
    {
        var newsletter = new Newsletter();
        var peer = await MailauthPeer.MeasureAsync(newsletter, Delays).ConfigureAwait(false);
        Console.WriteLine("One newsletter of 10 KB: SPF with three includes, two DKIM signatures, DMARC two labels up, BIMI, iprev.");
        Console.WriteLine("Milliseconds, median (and most) of {0} runs. A DNS answer takes the time of the first column.", Runs);
        Console.WriteLine();
        Console.WriteLine("{0,8} {1,8} {2,20} {3,26} {4,20}", "answer", "lookups", "one-shot", "session, after last byte", "mailauth one-shot");
        for (var i = 0; i < Delays.Length; i++)
        {
            var oneShot = await MeasureAsync(newsletter, Delays[i], OneShotAsync).ConfigureAwait(false);
            var session = await MeasureAsync(newsletter, Delays[i], AfterLastByteAsync).ConfigureAwait(false);
            Console.WriteLine(
                "{0,5} ms {1,8} {2,20} {3,26} {4,20}",
                Delays[i],
                oneShot.Lookups,
                oneShot.Text,
                session.Text,
                peer is null ? "(not installed)" : peer[i].ToString("0.00", CultureInfo.InvariantCulture));
        }
    }

    private static async Task<(string Text, int Lookups)> MeasureAsync(
        Newsletter newsletter, int delay, Func<AuthenticationPipeline, Newsletter, int, Task<(TimeSpan Time, AuthenticationOutcome Outcome)>> run)
    {
        var zone = newsletter.Resolver();
        var times = new double[Runs];
        var asked = 0;
        var pipeline = new AuthenticationPipeline(new DelayingResolver(zone, TimeSpan.Zero), Options);
        for (var warmUp = 0; warmUp < 200; warmUp++)
        {
            await run(pipeline, newsletter, 0).ConfigureAwait(false);
        }

        for (var i = 0; i < Runs; i++)
        {
            var resolver = new DelayingResolver(zone, TimeSpan.FromMilliseconds(delay));
            var (time, outcome) = await run(pipeline.With(resolver, Options), newsletter, delay).ConfigureAwait(false);
            Check(outcome);
            times[i] = time.TotalMilliseconds;
            asked = resolver.Asked;
        }

        Array.Sort(times);
        return (string.Create(CultureInfo.InvariantCulture, $"{times[Runs / 2]:0.00} ({times[^1]:0.00})"), asked);
    }

    private static AuthenticationOptions Options { get; } = new() { AuthservId = "mx.example.org" };

    private static async Task<(TimeSpan Time, AuthenticationOutcome Outcome)> OneShotAsync(AuthenticationPipeline pipeline, Newsletter newsletter, int delay)
    {
        var started = Stopwatch.GetTimestamp();
        var outcome = await pipeline.AuthenticateAsync(newsletter.Envelope, newsletter.Message, CancellationToken.None).ConfigureAwait(false);
        return (Stopwatch.GetElapsedTime(started), outcome);
    }

    // The body comes when every answer is there, as on any line slower than the DNS.
    private static async Task<(TimeSpan Time, AuthenticationOutcome Outcome)> AfterLastByteAsync(AuthenticationPipeline pipeline, Newsletter newsletter, int delay)
    {
        var header = HeaderBlock.Parse(newsletter.Message);
        var session = pipeline.BeginSession(newsletter.Envelope.ClientAddress, newsletter.Envelope.Helo);
        await using (session.ConfigureAwait(false))
        {
            session.BeginBody(newsletter.Envelope.MailFrom!, header);
            await Task.Delay(delay * 5).ConfigureAwait(false);
            session.AppendBody(newsletter.Message.AsSpan(header.BodyOffset));
            var started = Stopwatch.GetTimestamp();
            var outcome = await session.CompleteAsync(CancellationToken.None).ConfigureAwait(false);
            return (Stopwatch.GetElapsedTime(started), outcome);
        }
    }

    private static void Check(AuthenticationOutcome outcome)
    {
        const string Expected = "spf=pass spf=pass dkim=pass dkim=pass arc=none dmarc=pass bimi=pass iprev=pass";
        var results = string.Join(' ', outcome.Results.Select(result => $"{result.Method}={result.Result}"));
        if (results != Expected)
        {
            throw new InvalidOperationException($"The newsletter does not pass: {results}");
        }
    }
}
