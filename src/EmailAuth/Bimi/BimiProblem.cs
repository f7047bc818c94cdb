namespace EmailAuth.Bimi;

/// <summary>Something that is wrong with an indicator or a mark certificate, and where. Immutable.</summary>
public sealed class BimiProblem
{
    internal BimiProblem(SvgProblemCode code, int line, int column, string reason)
    {
        Code = code.Keyword();
        Line = line;
        Column = column;
        Reason = reason;
    }

    internal BimiProblem(MarkCertificateProblemCode code, string reason)
    {
        Code = code.Keyword();
        Reason = reason;
    }

    /// <summary>
    /// What kind of thing, in a word that stays as it is: of an indicator such as <c>element</c>, <c>attribute</c> or <c>reference</c>, of a
    /// certificate such as <c>expired</c>, <c>domain_mismatch</c> or <c>unknown_root</c>.
    /// </summary>
    public string Code { get; }

    /// <summary>What was found and what rules it out, in one line.</summary>
    public string Reason { get; }

    /// <summary>The line in the indicator, from 1; 0 when the document as a whole is meant, and for a certificate.</summary>
    public int Line { get; }

    /// <summary>The column in the indicator, from 1; 0 when the document as a whole is meant, and for a certificate.</summary>
    public int Column { get; }

    /// <summary>The reason, with the position in front.</summary>
    public override string ToString() => Line == 0 ? Reason : $"line {Line}, column {Column}: {Reason}";
}
