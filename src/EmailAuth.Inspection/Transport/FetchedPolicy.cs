namespace EmailAuth.Inspection.Transport;

/// <summary>What the web server of a policy answered.</summary>
/// <param name="Text">The policy; null when it could not be fetched.</param>
/// <param name="MediaType">The type that the server gives; null for none.</param>
/// <param name="Reason">Why it could not be fetched; null when it was.</param>
/// <param name="IsTemporary">Whether a later attempt may succeed.</param>
internal sealed record FetchedPolicy(string? Text, string? MediaType, string? Reason, bool IsTemporary = false);
