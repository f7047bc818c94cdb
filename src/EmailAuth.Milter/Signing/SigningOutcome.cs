using System.Collections.Immutable;
using EmailAuth.Dkim;
using EmailAuth.Messages;

namespace EmailAuth.Milter.Signing;

/// <summary>What became of the signing of a message of a client whose mail is signed.</summary>
/// <param name="Result">Whether the message was signed, or the code of the reason why not.</param>
/// <param name="Author">Who From says wrote it.</param>
internal sealed record SigningOutcome(string Result, Author Author)
{
    /// <summary>In whose name it was signed, in the order of the fields; empty when it was not.</summary>
    public ImmutableArray<DkimSigningIdentity> Identities { get; init; } = [];
}
