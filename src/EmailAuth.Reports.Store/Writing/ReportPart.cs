using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace EmailAuth.Reports.Store.Writing;

/// <summary>
/// Which of several files of a report is meant. Each is a report of its own for the same period, with its own id and some of the rows: no row is in
/// two of them, so that a reader's sums are right though it knows nothing of the division. Immutable.
/// </summary>
/// <remarks>RFC 9990 has no parts: several reports to one domain about one period are what it allows (section 3.1), each with its own id.</remarks>
public sealed class ReportPart
{
    /// <summary>Which file, from 1.</summary>
    public required int Number { get; init; }

    /// <summary>How many there are.</summary>
    public required int Count { get; init; }

    /// <summary>How many rows the report has.</summary>
    public required long Rows { get; init; }

    /// <summary>The first row of the part.</summary>
    internal long Begin => Rows * (Number - 1) / Count;

    /// <summary>The first row after it.</summary>
    internal long End => Rows * Number / Count;

    /// <summary>The part of how many.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Number} of {Count}");

    /// <summary>The id, which follows from that of the report and the part.</summary>
    /// <param name="reportId">The id of the report.</param>
    internal string IdOf(string reportId) => Convert.ToHexStringLower(
        SHA256.HashData(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{reportId}/{Number}/{Count}"))).AsSpan(0, 16));
}
