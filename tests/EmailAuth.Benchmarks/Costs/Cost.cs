using System.Globalization;

namespace EmailAuth.Benchmarks.Costs;

/// <summary>What a part costs, per message or check, and what its least costs.</summary>
internal sealed record Cost(string Name, double Microseconds, double Least, double Bytes)
{
    private const char Separator = '\t';

    /// <summary>A line of what another build writes.</summary>
    public static Cost Parse(string line)
    {
        var cells = line.Split(Separator);
        return new Cost(cells[0], Number(cells[1]), Number(cells[2]), Number(cells[3]));
    }

    /// <summary>The lesser of each figure: what else the machine does only adds.</summary>
    public Cost LesserOf(Cost other) => this with
    {
        Microseconds = Math.Min(Microseconds, other.Microseconds),
        Least = Math.Min(Least, other.Least),
        Bytes = Math.Min(Bytes, other.Bytes),
    };

    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"{Name}{Separator}{Microseconds:0.0000}{Separator}{Least:0.0000}{Separator}{Bytes:0}");

    private static double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);
}
