using EmailAuth.Benchmarks.Parts;

namespace EmailAuth.Benchmarks.Costs;

/// <summary>The parts whose costs <c>costs</c> tells: what the benchmarks of the same names do.</summary>
internal static class MailParts
{
    /// <summary>Those whose names contain the text, prepared one by one.</summary>
    public static async IAsyncEnumerable<Part> AllAsync(string only)
    {
        (string Name, Func<Task<(Action Least, Action Work)>> Prepare)[] all =
        [
            ("pipeline, 10 KB, one signature", () => Ready(Pipeline)),
            ("the same, a session in SMTP order", () => Ready(Session)),
            ("DKIM, one signature", () => Ready(() => Dkim(1))),
            ("DKIM, three signatures", () => Ready(() => Dkim(3))),
            ("ARC, one set", () => ArcAsync(1)),
            ("ARC, three sets", () => ArcAsync(3)),
            ("SPF, three includes", () => Ready(Spf)),
            ("DMARC", () => Ready(Dmarc)),
            ("arriving result fields found", () => Ready(Arriving)),
            ("Authentication-Results written", () => Ready(Written)),
            ("Authentication-Results read", () => Ready(Read)),
        ];
        foreach (var (name, prepare) in all)
        {
            if (name.Contains(only, StringComparison.Ordinal))
            {
                var (least, work) = await prepare().ConfigureAwait(false);
                yield return new Part(name, least, work);
            }
        }
    }

    private static Task<(Action Least, Action Work)> Ready(Func<(Action Least, Action Work)> prepare) => Task.FromResult(prepare());

    private static (Action Least, Action Work) Pipeline()
    {
        var benchmarks = new PipelineBenchmarks();
        benchmarks.Setup();
        return (() => benchmarks.Arithmetic(), () => benchmarks.Authenticate());
    }

    private static (Action Least, Action Work) Session()
    {
        var benchmarks = new SessionBenchmarks();
        benchmarks.Setup();
        return (() => benchmarks.Arithmetic(), () => AtOnce(new ValueTask<AuthenticationOutcome>(benchmarks.InSmtpOrder())));
    }

    private static (Action Least, Action Work) Dkim(int signatures)
    {
        var benchmarks = new DkimSignatureBenchmarks { Algorithm = "rsa-2048", Signatures = signatures };
        benchmarks.Setup();
        return (() => benchmarks.Arithmetic(), () => benchmarks.Verify());
    }

    private static async Task<(Action Least, Action Work)> ArcAsync(int sets)
    {
        var benchmarks = new ArcVerifierBenchmarks { Sets = sets };
        await benchmarks.SetupAsync().ConfigureAwait(false);
        return (() => benchmarks.Arithmetic(), () => benchmarks.Verify());
    }

    private static (Action Least, Action Work) Spf()
    {
        var benchmarks = new SpfBenchmarks();
        benchmarks.SetUp();
        return (() => benchmarks.Arithmetic(), () => AtOnce(benchmarks.ThreeIncludes()));
    }

    private static (Action Least, Action Work) Dmarc()
    {
        var benchmarks = new DmarcBenchmarks();
        return (() => AtOnce(benchmarks.BareLookups()), () => AtOnce(benchmarks.Evaluate()));
    }

    private static (Action Least, Action Work) Arriving()
    {
        var benchmarks = new ResultsBenchmarks();
        benchmarks.Setup();
        return (() => benchmarks.OnePass(), () => benchmarks.FindForged());
    }

    private static (Action Least, Action Work) Written()
    {
        var benchmarks = new ResultsBenchmarks();
        benchmarks.Setup();
        return (() => benchmarks.CopyOfTheText(), () => benchmarks.Write());
    }

    private static (Action Least, Action Work) Read()
    {
        var benchmarks = new ResultsBenchmarks();
        benchmarks.Setup();
        return (() => benchmarks.Decode(), () => benchmarks.Read());
    }

    // What waits would be timed elsewhere.
    private static void AtOnce<T>(ValueTask<T> result)
    {
        if (!result.IsCompletedSuccessfully)
        {
            throw new InvalidOperationException("Something waited.");
        }
    }
}
