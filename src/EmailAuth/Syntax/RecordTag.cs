namespace EmailAuth.Syntax;

/// <summary>A tag of a record that a domain publishes, such as <c>p=reject</c>, and where it is in the record's text. Immutable.</summary>
/// <remarks>
/// Tags are in the order of the text and are not checked: a tag may appear twice, have an unknown name, or a value that its record does not
/// allow.
/// </remarks>
public sealed class RecordTag
{
    internal RecordTag(string name, string value, int position, int valuePosition)
    {
        Name = name;
        Value = value;
        Position = position;
        ValuePosition = valuePosition;
    }

    /// <summary>The name as written. Whether case matters is for the record to say: in DMARC it does not.</summary>
    public string Name { get; }

    /// <summary>The value as written, without the white space around it; empty without a value.</summary>
    public string Value { get; }

    /// <summary>Where the name starts in the record, counted from zero.</summary>
    public int Position { get; }

    /// <summary>How many characters there are from the start of the name to the end of the value.</summary>
    public int Length => ValuePosition + Value.Length - Position;

    /// <summary>Where the value starts in the record, counted from zero; where it would start when it is empty.</summary>
    public int ValuePosition { get; }

    /// <summary>The name, "=" and the value, without white space between them.</summary>
    public override string ToString() => $"{Name}={Value}";
}
