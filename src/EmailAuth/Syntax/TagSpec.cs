namespace EmailAuth.Syntax;

/// <summary>One <c>name=value</c> of a tag list (RFC 6376 section 3.2), as slices of the text.</summary>
internal readonly ref struct TagSpec
{
    public TagSpec(ReadOnlySpan<char> name, ReadOnlySpan<char> value, int namePosition, int valuePosition)
    {
        Name = name;
        Value = value;
        NamePosition = namePosition;
        ValuePosition = valuePosition;
    }

    /// <summary>The name as written: tag names are case-sensitive.</summary>
    public ReadOnlySpan<char> Name { get; }

    /// <summary>The value without the white space around it; white space inside it is kept.</summary>
    public ReadOnlySpan<char> Value { get; }

    /// <summary>Where the name starts in the text.</summary>
    public int NamePosition { get; }

    /// <summary>Where the value starts in the text.</summary>
    public int ValuePosition { get; }
}
