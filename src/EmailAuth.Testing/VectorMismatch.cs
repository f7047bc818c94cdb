namespace EmailAuth.Testing;

/// <summary>Something that a vector expects and the outcome does not say. Immutable.</summary>
/// <param name="member">The member of <c>expect</c>, such as <c>dkim[0].result</c>.</param>
/// <param name="got">What the outcome says.</param>
/// <param name="expected">What the vector expects; acceptable values are joined by "or".</param>
public sealed class VectorMismatch(string member, string got, string expected)
{
    /// <summary>The member of <c>expect</c>, such as <c>dkim[0].result</c>.</summary>
    public string Member { get; } = member;

    /// <summary>What the outcome says.</summary>
    public string Got { get; } = got;

    /// <summary>What the vector expects; acceptable values are joined by "or".</summary>
    public string Expected { get; } = expected;

    /// <summary>The mismatch in one line.</summary>
    public override string ToString() => $"{Member}: got {Got}, expected {Expected}";
}
