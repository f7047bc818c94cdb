namespace EmailAuth.Benchmarks.Compare;

/// <summary>What one contestant came to on one row.</summary>
internal sealed class Cell
{
    private readonly List<double> _microseconds = [];

    /// <summary>Why the contestant is not timed here: what was wrong with its verdict, or how its driver failed.</summary>
    public Fault? Fault { get; set; }

    /// <summary>The median of the rounds.</summary>
    public double Microseconds
    {
        get
        {
            var sorted = _microseconds.Order().ToArray();
            var middle = sorted.Length / 2;
            return sorted.Length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
        }
    }

    /// <summary>How far the slowest round is above the fastest one, as a part of the median.</summary>
    public double Spread => (_microseconds.Max() - _microseconds.Min()) / Microseconds;

    public void Add(double microseconds) => _microseconds.Add(microseconds);
}
