namespace EmailAuth.Bimi;

/// <summary>Something in a document that SVG Tiny PS does not allow, and where.</summary>
/// <param name="Line">The line, from 1; 0 when the document as a whole is meant.</param>
/// <param name="Column">The column, from 1; 0 when the document as a whole is meant.</param>
/// <param name="Reason">What was found and what rules it out, in one line.</param>
public sealed record SvgViolation(int Line, int Column, string Reason)
{
    /// <summary>The reason, with the position in front.</summary>
    public override string ToString() => Line == 0 ? Reason : $"line {Line}, column {Column}: {Reason}";
}
