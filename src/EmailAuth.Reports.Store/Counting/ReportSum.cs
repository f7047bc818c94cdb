using System.Security.Cryptography;

namespace EmailAuth.Reports.Store.Counting;

/// <summary>What a batch adds to a report: a period and a policy configuration.</summary>
internal sealed class ReportSum
{
    private readonly Dictionary<byte[], RowSum> _rows = new(BytesComparer.Instance);

    public required ReportPeriod Period { get; init; }

    /// <summary>The policy domain in lower case.</summary>
    public required string Domain { get; init; }

    /// <summary>The policy configuration with the addresses of <c>rua</c>, as the journal's codec writes it.</summary>
    public required byte[] Policy { get; init; }

    public required byte[] PolicyHash { get; init; }

    /// <summary>The id of the report, when this batch is its first.</summary>
    public string NewId { get; } = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));

    public long Messages { get; private set; }

    public long MessagesAboutReports { get; private set; }

    public int RowCount => _rows.Count;

    /// <summary>The rows in the order of their hashes.</summary>
    public IEnumerable<RowSum> Rows => _rows.Values.OrderBy(static row => row.Hash, BytesComparer.Instance);

    public void Add(ReadOnlySpan<byte> row, bool isReport)
    {
        var rows = _rows.GetAlternateLookup<ReadOnlySpan<byte>>();
        if (!rows.TryGetValue(row, out var sum))
        {
            sum = new RowSum { Hash = SHA256.HashData(row), Content = row.ToArray() };
            _rows.Add(sum.Content, sum);
        }

        sum.Messages++;
        Messages++;
        MessagesAboutReports += isReport ? 1 : 0;
    }
}
