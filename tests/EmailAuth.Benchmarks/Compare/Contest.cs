namespace EmailAuth.Benchmarks.Compare;

/// <summary>Times every contestant on every row of a corpus, in rounds.</summary>
/// <param name="title">What the lines of progress begin with.</param>
/// <param name="corpus">What is judged.</param>
/// <param name="contestants">Who judges.</param>
internal sealed class Contest(string title, Corpus corpus, IReadOnlyList<Contestant> contestants)
{
    private static readonly TimeSpan Budget = TimeSpan.FromMilliseconds(80);

    // Twice as long, for compilers that work while a program runs.
    private static readonly TimeSpan WarmUp = 2 * Budget;

    private readonly Cell[,] _cells = new Cell[corpus.Rows.Count, contestants.Count];

    public IReadOnlyList<Row> Rows => corpus.Rows;

    public IReadOnlyList<Contestant> Contestants => contestants;

    public Cell this[int row, int contestant] => _cells[row, contestant];

    /// <summary>Checks the verdicts, then times one round that warms up and so many that count.</summary>
    public async Task RunAsync(int rounds, CancellationToken cancellationToken)
    {
        for (var round = -1; round <= rounds; round++)
        {
            for (var row = 0; row < corpus.Rows.Count; row++)
            {
                Progress(round, rounds, corpus.Rows[row]);
                for (var contestant = 0; contestant < contestants.Count; contestant++)
                {
                    cancellationToken.ThrowIfCancellationRequested();
                    var cell = round < 0 ? _cells[row, contestant] = new Cell() : _cells[row, contestant];
                    try
                    {
                        await (round < 0 ? CheckAsync(cell, corpus.Rows[row], contestants[contestant], cancellationToken)
                            : TimeAsync(cell, corpus.Rows[row], contestants[contestant], counts: round > 0, cancellationToken)).ConfigureAwait(false);
                    }
                    catch (DriverException e)
                    {
                        cell.Fault ??= new Fault("driver failed", e.Message);
                    }
                }
            }
        }

        if (!Console.IsErrorRedirected)
        {
            Console.Error.Write("\r\e[K");
        }
    }

    private static async Task CheckAsync(Cell cell, Row row, Contestant contestant, CancellationToken cancellationToken)
    {
        if (!contestant.Judges)
        {
            return;
        }

        foreach (var item in row.Timed)
        {
            var verdict = await contestant.CheckAsync(item, cancellationToken).ConfigureAwait(false);
            cell.Fault ??= row.IsRight(verdict) ? null : Fault.OfVerdict(verdict, row.Expected);
        }

        foreach (var item in row.Others)
        {
            var verdict = await contestant.CheckAsync(item, cancellationToken).ConfigureAwait(false);
            cell.Fault ??= row.IsRightOfOthers(verdict) ? null : Fault.OfVerdict(verdict, row.OthersExpected);
        }
    }

    private static async Task TimeAsync(Cell cell, Row row, Contestant contestant, bool counts, CancellationToken cancellationToken)
    {
        if (cell.Fault is not null)
        {
            return;
        }

        var timing = await contestant.TimeAsync(row, counts ? Budget : WarmUp, cancellationToken).ConfigureAwait(false);
        cell.Fault = timing.Wrong > 0 ? new Fault("wrong verdicts", $"{timing.Wrong} of {timing.Count} verdicts were not {row.Expected}") : null;
        if (counts)
        {
            cell.Add(timing.Microseconds);
        }
    }

    private void Progress(int round, int rounds, Row row)
    {
        var what = round switch { < 0 => "checking", 0 => "warming up", _ => $"round {round} of {rounds}" };
        if (!Console.IsErrorRedirected)
        {
            Console.Error.Write($"\r\e[K{title}: {what}: {row.Name}");
        }
        else if (row == corpus.Rows[0])
        {
            Console.Error.WriteLine($"{title}: {what}");
        }
    }
}
