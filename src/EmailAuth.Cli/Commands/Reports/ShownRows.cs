using EmailAuth.Reports.Aggregate;

namespace EmailAuth.Cli.Commands.Reports;

/// <summary>The rows of an aggregate report that a page shows: the first ones.</summary>
internal sealed class ShownRows
{
    private const int Most = 20;

    private readonly List<AggregateRecord> _rows = [];

    /// <summary>The first rows.</summary>
    public IReadOnlyList<AggregateRecord> Rows => _rows;

    public ValueTask AddAsync(AggregateRecord row, CancellationToken cancellationToken)
    {
        if (_rows.Count < Most)
        {
            _rows.Add(row);
        }

        return ValueTask.CompletedTask;
    }

    public void Clear() => _rows.Clear();
}
