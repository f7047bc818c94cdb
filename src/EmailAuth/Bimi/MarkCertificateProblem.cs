namespace EmailAuth.Bimi;

/// <summary>Something that is wrong with a mark certificate.</summary>
/// <param name="Code">What kind of thing.</param>
/// <param name="Reason">What was found, in one line.</param>
public sealed record MarkCertificateProblem(MarkCertificateProblemCode Code, string Reason);
