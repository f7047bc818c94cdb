using System.Collections.Immutable;
using EmailAuth.Milter.Signing;
using EmailAuth.Policy;

namespace EmailAuth.Milter.Dialogue;

/// <summary>What to do with a message, in the milter's terms.</summary>
internal sealed record MessageAnswer
{
    /// <summary>Whether the message is accepted, held or refused.</summary>
    public required MilterDecision Decision { get; init; }

    /// <summary>The reply of a refusal, or null for the MTA's own.</summary>
    public SmtpReply? Reply { get; init; }

    /// <summary>Whether the message is not judged, because the client that a relay recorded is in UncheckedClients.</summary>
    public bool IsOfUncheckedClient { get; init; }

    /// <summary>Whether the MTA holds a message that is put aside; otherwise a field that is inserted says it.</summary>
    public bool IsHeld { get; init; } = true;

    /// <summary>Fields to remove, in any order.</summary>
    public ImmutableArray<FieldRemoval> Removals { get; init; } = [];

    /// <summary>Fields to insert at the top, the topmost first.</summary>
    public ImmutableArray<FieldInsertion> Insertions { get; init; } = [];

    /// <summary>The reason, in one line for the log, and for the MTA to keep with a message that it holds; null when it is not known.</summary>
    public string? Reason { get; init; }

    /// <summary>What became of its signing; null when mail of its client is not signed.</summary>
    public SigningOutcome? Signing { get; init; }

    /// <summary>The outcome, for the log; null when the message failed.</summary>
    public AuthenticationOutcome? Outcome { get; init; }
}

/// <summary>A field to remove.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Occurrence">Its number among the message's fields of that name, from 1 at the top.</param>
internal sealed record FieldRemoval(string Name, int Occurrence);

/// <summary>A field to insert.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Value">The text after the colon and its space, folded with CRLF.</param>
internal sealed record FieldInsertion(string Name, string Value);
