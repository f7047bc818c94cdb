namespace EmailAuth.Inspection;

/// <summary>A term or tag of a record, and its meaning in plain words. Immutable.</summary>
public sealed class ExplainedTerm
{
    internal ExplainedTerm(string text, string meaning, int position, int length)
    {
        Text = text;
        Meaning = meaning;
        Position = position;
        Length = length;
    }

    /// <summary>The term as written, or a tag as name, "=" and value; a long key is shortened in its middle.</summary>
    public string Text { get; }

    /// <summary>The meaning, in English.</summary>
    public string Meaning { get; }

    /// <summary>The position in the record, from zero.</summary>
    public int Position { get; }

    /// <summary>The length in characters.</summary>
    public int Length { get; }

    /// <summary>The term and its meaning.</summary>
    public override string ToString() => $"{Text}: {Meaning}";
}
