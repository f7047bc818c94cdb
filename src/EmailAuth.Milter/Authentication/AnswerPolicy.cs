using System.Collections.Immutable;
using System.Diagnostics;
using EmailAuth.Milter.Dialogue;
using EmailAuth.Policy;
using EmailAuth.Spf;

namespace EmailAuth.Milter.Authentication;

/// <summary>Turns an outcome into an answer: the fields to write into the message, and the action.</summary>
internal sealed class AnswerPolicy(MilterOptions options)
{
    private const string FieldName = "Authentication-Results";
    private const string SpfFieldName = "Received-SPF";

    /// <summary>Translates the library's decision into the milter's terms, according to the operator's settings.</summary>
    public MessageAnswer Decide(AuthenticationOutcome outcome)
    {
        var disposition = outcome.Disposition;

        // The header was searched for fields that must be removed: one that exceeds a limit was not, whichever client sent it.
        var isUnchecked = outcome.Relay?.Address is { } client && options.LeavesUnchecked(client) && outcome.HeaderLimit is null;
        return new MessageAnswer
        {
            Decision = isUnchecked ? MilterDecision.Accept : disposition.Action switch
            {
                DispositionAction.Quarantine => MilterDecision.Quarantine,
                DispositionAction.Reject => MilterDecision.Reject,
                DispositionAction.TempFail => MilterDecision.TemporaryFailure,
                DispositionAction.Accept => MilterDecision.Accept,
                _ => throw new UnreachableException(),
            },
            IsHeld = options.QuarantineBy == QuarantineBy.Hold,
            Reply = isUnchecked ? null : disposition.Reply,
            IsOfUncheckedClient = isUnchecked,
            Removals = [.. outcome.FieldsToRemove.Select(field => new FieldRemoval(field.Name, field.Occurrence))],
            Insertions = Insertions(outcome),
            Reason = disposition.Reason,
            Outcome = outcome,
        };
    }

    private ImmutableArray<FieldInsertion> Insertions(AuthenticationOutcome outcome)
    {
        var insertions = ImmutableArray.CreateBuilder<FieldInsertion>();
        insertions.Add(new FieldInsertion(FieldName, outcome.HeaderValue));
        if (outcome.ExtendedHeaderValue is { } extended)
        {
            insertions.Add(new FieldInsertion(FieldName, extended));
        }

        if (options.AddsReceivedSpf && outcome.Spf is { } spf)
        {
            insertions.Add(new FieldInsertion(SpfFieldName, ReceivedSpfWriter.WriteValue(spf, outcome.AuthservId)));
        }

        // Each mailbox's filter files what has the field, and the field is removed from all mail that arrives.
        if (options.QuarantineBy == QuarantineBy.Header && outcome.Disposition.Action == DispositionAction.Quarantine)
        {
            insertions.Add(QuarantineField.For(outcome));
        }

        return insertions.ToImmutable();
    }
}
