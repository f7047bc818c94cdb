namespace EmailAuth.Spf;

/// <summary>A modifier of an SPF record (RFC 7208 section 6).</summary>
public sealed class SpfModifier : SpfTerm
{
    internal SpfModifier(string name, string value, int position)
        : base($"{name}={value}", position)
    {
        Name = name;
        Value = value;
    }

    /// <summary>The name as written, such as <c>redirect</c>; names compare without regard to case.</summary>
    public string Name { get; }

    /// <summary>The value as written, macros unexpanded.</summary>
    public string Value { get; }

    // RFC 7208 section 4.6.4: exp does not count.
    private protected override bool IsCounted => HasRecordTarget;

    private protected override bool HasRecordTarget => Target is not null && Name.Equals("redirect", StringComparison.OrdinalIgnoreCase);

    private protected override string DefiningSection => HasRecordTarget ? "6.1" : Target is not null ? "6.2" : "6";
}
