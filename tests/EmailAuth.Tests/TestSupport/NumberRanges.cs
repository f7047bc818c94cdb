using System.Globalization;

namespace EmailAuth.Tests.TestSupport;

/// <summary>Numbers in few words: those that follow each other are a range.</summary>
internal static class NumberRanges
{
    /// <summary>The numbers as <c>0-3,7</c>.</summary>
    /// <param name="numbers">The numbers, the lowest first.</param>
    /// <param name="format">How each is written.</param>
    /// <param name="separator">What is between two ranges.</param>
    public static string Of(IEnumerable<int> numbers, string format = "d", char separator = ',') => string.Join(separator, numbers
        .Select((number, index) => (Run: number - index, Text: number.ToString(format, CultureInfo.InvariantCulture)))
        .GroupBy(static one => one.Run, static one => one.Text)
        .Select(static run => run.Count() == 1 ? run.First() : $"{run.First()}-{run.Last()}"));

    /// <summary>The characters below a limit that a rule holds for, in hexadecimal: <c>0020-0021 0023</c>.</summary>
    public static string OfCharacters(Func<char, bool> holds, int below = 0x10000) =>
        Of(Enumerable.Range(0, below).Where(code => holds((char)code)), "x4", ' ');
}
