namespace EmailAuth.Spf;

/// <summary>A modifier of an SPF record (RFC 7208 section 6).</summary>
public sealed class SpfModifier
{
    internal SpfModifier(string name, string value, int position)
    {
        Name = name;
        Value = value;
        Position = position;
    }

    /// <summary>The name as written, such as <c>redirect</c>; names compare without regard to case.</summary>
    public string Name { get; }

    /// <summary>The value as written, macros unexpanded.</summary>
    public string Value { get; }

    /// <summary>Where the modifier starts in the record, counted from zero.</summary>
    public int Position { get; }

    /// <summary>The value of <c>redirect</c> and <c>exp</c>; null for a modifier that RFC 7208 does not define.</summary>
    internal SpfDomainSpec? Target { get; init; }

    /// <summary>The modifier as written in the record.</summary>
    public override string ToString() => $"{Name}={Value}";
}
