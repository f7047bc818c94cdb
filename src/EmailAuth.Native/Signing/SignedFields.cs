using System.Collections.Immutable;

namespace EmailAuth.Native.Signing;

/// <summary>What goes on top of a message, or why nothing does.</summary>
/// <param name="Fields">The fields, top first; empty when there is a reason.</param>
/// <param name="Reason">Why the message is not signed; null when it is.</param>
/// <param name="ReasonCode">The same in a word.</param>
internal sealed record SignedFields(ImmutableArray<string> Fields, string? Reason, string? ReasonCode);
