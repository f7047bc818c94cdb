namespace EmailAuth.Testing;

/// <summary>A difference between what a vector expects and the outcome. Immutable.</summary>
/// <param name="member">The member of <c>expect</c>, such as <c>dkim[0].result</c>.</param>
/// <param name="got">The value in the outcome.</param>
/// <param name="expected">The value that the vector expects; acceptable values are joined by "or".</param>
public sealed class VectorMismatch(string member, string got, string expected)
{
    /// <summary>The member of <c>expect</c>, such as <c>dkim[0].result</c>.</summary>
    public string Member { get; } = member;

    /// <summary>The value in the outcome.</summary>
    public string Got { get; } = got;

    /// <summary>The value that the vector expects; acceptable values are joined by "or".</summary>
    public string Expected { get; } = expected;

    /// <summary>The mismatch in one line.</summary>
    public override string ToString() => $"{Member}: got {Got}, expected {Expected}";
}
