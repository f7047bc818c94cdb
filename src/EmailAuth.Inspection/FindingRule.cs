namespace EmailAuth.Inspection;

/// <summary>The rule of a code: the text with its placeholders (<see cref="FindingText"/>), and the section behind it, or null.</summary>
internal sealed record FindingRule(string Template, string? Section = null);
