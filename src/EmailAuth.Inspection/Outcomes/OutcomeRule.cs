using System.Collections.Immutable;

namespace EmailAuth.Inspection.Outcomes;

/// <summary>What is said of a cause: its text, what to do, and whether the results prove it.</summary>
internal sealed record OutcomeRule(string Template, bool IsCertain, ImmutableArray<AdviceCode> Advice);
