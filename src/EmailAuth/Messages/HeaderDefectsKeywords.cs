using System.Diagnostics;

namespace EmailAuth.Messages;

/// <summary>What in a header breaks RFC 5322, in the words of JSON.</summary>
internal static class HeaderDefectsKeywords
{
    /// <summary>The word of each defect, in the order of the enumeration; empty without defects.</summary>
    public static IEnumerable<string> Keywords(this HeaderDefects defects) =>
        Enum.GetValues<HeaderDefects>().Where(defect => defect != HeaderDefects.None && defects.HasFlag(defect)).Select(Keyword);

    private static string Keyword(HeaderDefects defect) => defect switch
    {
        HeaderDefects.BareCarriageReturn => "bare_carriage_return",
        HeaderDefects.BareLineFeed => "bare_line_feed",
        HeaderDefects.NullByte => "null_byte",
        HeaderDefects.MalformedField => "malformed_field",
        HeaderDefects.SpaceBeforeColon => "space_before_colon",
        HeaderDefects.UnterminatedLine => "unterminated_line",
        HeaderDefects.None or _ => throw new UnreachableException(),
    };
}
