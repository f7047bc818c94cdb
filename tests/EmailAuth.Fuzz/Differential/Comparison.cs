namespace EmailAuth.Fuzz.Differential;

/// <summary>One case judged twice.</summary>
/// <param name="Difference">Null when both agree; a section that decides for us; or empty when nothing explains it.</param>
/// <param name="Case">The case and both verdicts, to be read.</param>
internal sealed record Comparison(string? Difference, Func<string> Case);
