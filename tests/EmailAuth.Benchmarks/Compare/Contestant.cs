namespace EmailAuth.Benchmarks.Compare;

/// <summary>A verifier that judges items of the corpus by their number and times itself.</summary>
internal abstract class Contestant : IAsyncDisposable
{
    /// <summary>Name and version.</summary>
    public abstract string Name { get; }

    /// <summary>Whether its verdicts mean anything; those of the bare arithmetic do not.</summary>
    public virtual bool Judges => true;

    /// <summary>The verdict on one item in one word, perhaps with a reason after it.</summary>
    public abstract ValueTask<string> CheckAsync(int item, CancellationToken cancellationToken);

    /// <summary>Judges the timed items of a row in turn until so much processor time has passed, and compares each verdict with the expected one.</summary>
    public abstract ValueTask<Timing> TimeAsync(Row row, TimeSpan budget, CancellationToken cancellationToken);

    public abstract ValueTask DisposeAsync();
}
