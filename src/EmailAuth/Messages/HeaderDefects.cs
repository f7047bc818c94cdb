namespace EmailAuth.Messages;

/// <summary>What in a header block breaks RFC 5322 section 2.1 or 2.2. Defects are reported; the bytes are judged as they arrived.</summary>
[Flags]
public enum HeaderDefects
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>A CR without LF after it.</summary>
    BareCarriageReturn = 1,

    /// <summary>An LF without CR before it.</summary>
    BareLineFeed = 2,

    /// <summary>A NUL byte.</summary>
    NullByte = 4,

    /// <summary>
    /// A line that is neither a field nor the continuation of one; in a field that was given by itself, any line that white space does not begin.
    /// </summary>
    MalformedField = 8,

    /// <summary>White space between a field's name and its colon (allowed only by the obsolete syntax, RFC 5322 section 4.5.8).</summary>
    SpaceBeforeColon = 16,

    /// <summary>The block ends without CRLF.</summary>
    UnterminatedLine = 32,
}

/// <summary>What follows from defects.</summary>
internal static class HeaderDefectsExtensions
{
    /// <summary>
    /// Whether a field may hold lines that a lenient reader takes for fields: those after a bare CR or LF, and of a field that was given by itself
    /// those after a CRLF without white space.
    /// </summary>
    public static bool MayHideLines(this HeaderDefects defects) =>
        (defects & (HeaderDefects.BareCarriageReturn | HeaderDefects.BareLineFeed | HeaderDefects.MalformedField)) != HeaderDefects.None;
}
