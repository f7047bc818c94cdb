namespace EmailAuth.Syntax;

/// <summary>What kind of fault a text has. <see cref="SyntaxError.Position"/> and <see cref="SyntaxError.Reason"/> say which tag, term or character it is.</summary>
public enum SyntaxErrorCode
{
    /// <summary>The text does not follow the grammar at this place.</summary>
    Malformed,

    /// <summary>A part that is required is not there.</summary>
    Missing,

    /// <summary>A part that may appear once appears again.</summary>
    Duplicate,

    /// <summary>A number, a length or a date is outside its range.</summary>
    OutOfRange,

    /// <summary>The text or one of its parts is longer than the standard or a limit allows, or has more parts.</summary>
    TooLong,

    /// <summary>Well-formed, but a version, algorithm or other value that this library does not support.</summary>
    Unsupported,

    /// <summary>Two parts are each valid but contradict each other.</summary>
    Inconsistent,
}
