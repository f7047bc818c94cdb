using System.Collections.Immutable;

namespace EmailAuth.Dkim;

/// <summary>What a signer adds to a message: a signature of each identity, or nothing and why.</summary>
public sealed class DkimSigning
{
    internal DkimSigning()
    {
    }

    /// <summary>
    /// The DKIM-Signature fields from the top down, one of each identity. Each is whole: name, colon, value folded with CRLF, no CRLF at its end. They go
    /// on top of the message, unchanged. Empty when the message is not signed.
    /// </summary>
    public ImmutableArray<string> Fields { get; internal init; } = [];

    /// <summary>Why the message is not signed, in one line with the section; null when there are fields.</summary>
    public string? Reason => Fault?.Text;

    /// <summary>The same in a word that never changes, such as <c>several_authors</c> (src/REASONS.md lists all); null when there are fields.</summary>
    public string? ReasonCode => Fault?.Reason.Keyword();

    /// <summary>
    /// What an operator should know although the message is signed, each in one line: a short or very long key, a key whose record could not be fetched, or a record for
    /// testing (<c>t=y</c>).
    /// </summary>
    public ImmutableArray<string> Warnings { get; internal init; } = [];

    /// <summary>Why the message is not signed; null when there are fields.</summary>
    internal DkimSigningFault? Fault { get; init; }
}
