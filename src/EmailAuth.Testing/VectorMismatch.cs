namespace EmailAuth.Testing;

/// <summary>Something that a vector expects and the outcome does not say.</summary>
/// <param name="Member">The member of <c>expect</c>, such as <c>dkim[0].result</c>.</param>
/// <param name="Got">What the outcome says.</param>
/// <param name="Expected">What the vector expects; acceptable values are joined by "or".</param>
public sealed record VectorMismatch(string Member, string Got, string Expected)
{
    /// <summary>The mismatch in one line.</summary>
    public override string ToString() => $"{Member}: got {Got}, expected {Expected}";
}
