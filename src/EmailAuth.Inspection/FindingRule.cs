namespace EmailAuth.Inspection;

/// <summary>What a code says: the text with its gaps (<see cref="FindingText"/>), and the section that it rests on, or null.</summary>
internal sealed record FindingRule(string Template, string? Section = null);
