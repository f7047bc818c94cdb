using EmailAuth.Milter.Dialogue;

namespace EmailAuth.Milter.Authentication;

/// <summary>
/// The header field that puts a message aside (<c>QuarantineBy=header</c>). Its value is <c>reason=WORD</c>, with a word of REASONS.md, so nothing
/// that a sender wrote is in it.
/// </summary>
internal static class QuarantineField
{
    public const string Name = "X-EmailAuth-Quarantine";

    public static FieldInsertion For(AuthenticationOutcome outcome) => new(Name, "reason=" + outcome.Disposition.ReasonCode);
}
