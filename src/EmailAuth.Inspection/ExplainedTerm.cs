namespace EmailAuth.Inspection;

/// <summary>A term or tag of a record, and what it says in plain words. Immutable.</summary>
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

    /// <summary>What it says, in English.</summary>
    public string Meaning { get; }

    /// <summary>Where it starts in the record, counted from zero.</summary>
    public int Position { get; }

    /// <summary>How many characters of the record it spans.</summary>
    public int Length { get; }

    /// <summary>The term and its meaning.</summary>
    public override string ToString() => $"{Text}: {Meaning}";
}
