using System.Runtime.InteropServices;

namespace EmailAuth.Benchmarks.Compare;

/// <summary>EmailAuth beside the other verifiers: the same corpus, verdicts checked, one table for DKIM and one for SPF.</summary>
internal static class CompareCommand
{
    private const int Interrupted = 130;

    private const string DkimPreface =
        """
        DKIM, from the octets of a message to the verdict: microseconds per message, the median of {0} rounds. A round times each verifier on each row
        in turn; one round before warms up. Each verifier times itself over many messages, one after the other, in processor time of its whole
        process, which hardly depends on what else the machine does. Each gets the message as octets in memory and parses it each time, and asks for
        the key record each time, which comes from memory. EmailAuth keeps imported keys itself and MimeKit's locator keeps them as in MimeKit's
        documentation; the others import the key for each message. Before the clock runs all messages of a row have to pass, and one with a changed
        body and one with a changed Subject must not. "arithmetic" is one pass over the octets, their SHA-256 and one signature checked with an
        imported key. × says how many times the arithmetic EmailAuth takes, and how many times EmailAuth the others take.
        """;

    private const string SpfPreface =
        """
        SPF, from the client's address, its HELO name and MAIL FROM to the verdict, all records in memory: microseconds per check, the median of {0}
        rounds, taken as for DKIM. EmailAuth asks for each record each time and keeps what it parsed; the others keep nothing. Before the clock runs
        a listed client has to pass and another one must fail; the loop has to be a permerror for both.
        """;

    public static async Task<int> RunAsync(string[] arguments)
    {
        if (arguments is ["--help" or "-h"])
        {
            Console.WriteLine(CompareOptions.Usage);
            return 0;
        }

        var (options, error) = CompareOptions.Parse(arguments);
        if (options is null)
        {
            Console.Error.WriteLine($"compare: {error}\n\n{CompareOptions.Usage}");
            return 2;
        }

        using var stop = new CancellationTokenSource();
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
        var folder = Directory.CreateTempSubdirectory("emailauth-compare-");
        try
        {
            Console.WriteLine($"{Machine.Description}\n");
            var right = true;
            if (options.Dkim)
            {
                Console.Error.WriteLine("DKIM: making the messages");
                using var corpus = new DkimCorpus(folder.FullName);
                Console.WriteLine(DkimPreface, options.Rounds);
                Contestant[] here = [DkimVerifiers.Arithmetic(corpus), DkimVerifiers.EmailAuth(corpus), DkimVerifiers.MimeKit(corpus)];
                right &= await CompareAsync("DKIM", corpus.Corpus, here, us: 1, Peer.OfDkim, folder.FullName, options.Rounds, stop.Token).ConfigureAwait(false);
            }

            if (options.Spf)
            {
                var corpus = SpfCorpus.Make();
                Console.WriteLine(SpfPreface, options.Rounds);
                Contestant[] here = [SpfVerifiers.EmailAuth(corpus), SpfVerifiers.Arsoft(corpus)];
                right &= await CompareAsync("SPF", corpus, here, us: 0, Peer.OfSpf, folder.FullName, options.Rounds, stop.Token).ConfigureAwait(false);
            }

            return right ? 0 : 1;
        }
        catch (OperationCanceledException)
        {
            return Interrupted;
        }
        finally
        {
            folder.Delete(recursive: true);
        }

        void Stop(PosixSignalContext context)
        {
            context.Cancel = true;
            stop.Cancel();
        }
    }

    /// <returns>Whether every verdict of EmailAuth was right.</returns>
    private static async Task<bool> CompareAsync(
        string title, Corpus corpus, Contestant[] here, int us, IReadOnlyList<Peer> peers, string folder, int rounds, CancellationToken cancellationToken)
    {
        var contestants = new List<Contestant>(here);
        var absent = new List<(string Name, string Why)>();
        try
        {
            foreach (var peer in peers)
            {
                var (driver, why) = await StartAsync(peer, corpus, folder, cancellationToken).ConfigureAwait(false);
                if (driver is not null)
                {
                    contestants.Add(driver);
                }
                else
                {
                    absent.Add((peer.Name, why!));
                }
            }

            var contest = new Contest(title, corpus, contestants);
            await contest.RunAsync(rounds, cancellationToken).ConfigureAwait(false);
            Console.WriteLine();
            Report.Write(contest, us, absent, Console.Out);
            return Enumerable.Range(0, contest.Rows.Count).All(row => contest[row, us].Fault is null);
        }
        finally
        {
            foreach (var contestant in contestants)
            {
                await contestant.DisposeAsync().ConfigureAwait(false);
            }
        }
    }

    private static async Task<(Driver? Driver, string? Absent)> StartAsync(Peer peer, Corpus corpus, string folder, CancellationToken cancellationToken)
    {
        try
        {
            return await Driver.StartAsync(await peer.Start(folder, cancellationToken).ConfigureAwait(false), corpus, cancellationToken).ConfigureAwait(false);
        }
        catch (DriverException e)
        {
            return (null, e.Message);
        }
    }
}
