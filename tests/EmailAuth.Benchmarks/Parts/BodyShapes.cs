using System.Text;

namespace EmailAuth.Benchmarks.Parts;

/// <summary>Bodies by what stands in them: as mail has them, and as somebody makes them who wants to cost much.</summary>
internal static class BodyShapes
{
    public static IReadOnlyList<string> All { get; } =
        ["ordinary", "indented", "space at line ends", "tabs", "double spaces", "spaces of all kinds", "empty lines", "spaces alone", "one line", "bare CR"];

    /// <summary>A body of about so many octets.</summary>
    public static byte[] Make(string shape, int octets)
    {
        var unit = shape switch
        {
            "ordinary" => "The minutes of last week's meeting, and what is left to do before summer.\r\n",
            "indented" => "    if (the minutes are long)\r\n        we stop here and go on tomorrow;\r\n",
            "space at line ends" => "The minutes of last week's meeting, and what is left to do before summer. \r\n",
            "tabs" => "abc\t",
            "double spaces" => "abc  ",
            "spaces of all kinds" => "a \tb\t c  d e\tf \r\n",
            "empty lines" => "\r\n",
            "spaces alone" => " ",
            "one line" => "x",
            _ => "abc\r",
        };
        return Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat(unit, octets / unit.Length)) + "end\r\n");
    }
}
