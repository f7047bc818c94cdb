namespace EmailAuth.Spf;

/// <summary>A modifier of an SPF record (RFC 7208 section 6).</summary>
public sealed class SpfModifier : SpfTerm
{
    internal SpfModifier(string name, string value, int position)
        : base(position)
    {
        Name = name;
        Value = value;
    }

    /// <summary>The name as written, such as <c>redirect</c>; names compare without regard to case.</summary>
    public string Name { get; }

    /// <summary>The value as written, macros unexpanded.</summary>
    public string Value { get; }

    /// <summary>Whether the term asks: <c>redirect</c>; <c>exp</c> does not count (RFC 7208 section 4.6.4).</summary>
    public override bool AsksDns => LeadsToRecord;

    /// <inheritdoc/>
    public override bool LeadsToRecord => Target is not null && Name.Equals("redirect", StringComparison.OrdinalIgnoreCase);

    /// <inheritdoc/>
    public override string Section => LeadsToRecord ? "6.1" : Target is not null ? "6.2" : "6";

    /// <summary>The modifier as written in the record.</summary>
    public override string ToString() => $"{Name}={Value}";
}
