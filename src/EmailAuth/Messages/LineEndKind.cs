namespace EmailAuth.Messages;

/// <summary>What ends the lines of a header.</summary>
internal enum LineEndKind
{
    /// <summary>Not known yet: every line so far ended in a bare LF, and the header has not ended.</summary>
    Undecided,

    /// <summary>CRLF, as mail travels. A bare LF is not a line end.</summary>
    CarriageReturnLineFeed,

    /// <summary>LF alone, as files keep mail.</summary>
    LineFeed,
}
