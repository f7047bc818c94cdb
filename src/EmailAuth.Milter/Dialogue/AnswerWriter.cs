using System.Diagnostics;
using EmailAuth.Hosting;
using EmailAuth.Milter.Protocol;
using EmailAuth.Policy;

namespace EmailAuth.Milter.Dialogue;

/// <summary>Answers the end of a message: modifications, then the final reply. No other code modifies a message.</summary>
internal static class AnswerWriter
{
    public static MilterResponse Answer(this MessageAnswer verdict, MilterModifications modifications, MilterActions allowed)
    {
        switch (verdict.Decision)
        {
            case MilterDecision.Reject when verdict.Reply is null:
                return MilterResponse.Reject;
            case MilterDecision.TemporaryFailure when verdict.Reply is null:
                return MilterResponse.TemporaryFailure;
            case MilterDecision.Reject or MilterDecision.TemporaryFailure:
                return MilterResponse.Refuse(verdict.Reply.ToString());
            case MilterDecision.Accept or MilterDecision.Quarantine:
                break;
            default:
                throw new UnreachableException();
        }

        if (allowed.HasFlag(MilterActions.ChangeHeaders))
        {
            // Fields are removed from the bottom up, so that the numbers of the fields above do not change, whether or not an MTA counts removed
            // fields. They are removed before anything is inserted, because inserting would change the numbers.
            foreach (var removal in verdict.Removals.OrderByDescending(r => r.Occurrence))
            {
                modifications.RemoveHeader(removal.Occurrence, removal.Name);
            }
        }

        // Each field is inserted at the very top, so the topmost comes last.
        foreach (var insertion in verdict.Insertions.Reverse())
        {
            modifications.InsertHeader(0, insertion.Name, insertion.Value);
        }

        if (verdict is { Decision: MilterDecision.Quarantine, IsHeld: true } && allowed.HasFlag(MilterActions.Quarantine))
        {
            modifications.Quarantine(verdict.Reason ?? "message authentication failed");
        }

        return MilterResponse.Continue;
    }

    /// <summary>The action that was applied to a message with this answer.</summary>
    public static AppliedAction Applied(this MessageAnswer verdict, MilterActions allowed)
    {
        var isRefused = verdict.Decision is MilterDecision.Reject or MilterDecision.TemporaryFailure;
        return new AppliedAction
        {
            Action = verdict.Decision switch
            {
                MilterDecision.Accept => DispositionAction.Accept,
                MilterDecision.Quarantine => !verdict.IsHeld || allowed.HasFlag(MilterActions.Quarantine) ? DispositionAction.Quarantine : DispositionAction.Accept,
                MilterDecision.Reject => DispositionAction.Reject,
                MilterDecision.TemporaryFailure => DispositionAction.TempFail,
                _ => throw new UnreachableException(),
            },
            IsAnnotated = !isRefused && !verdict.Insertions.IsEmpty,
            Reason = verdict.Reason,
            SmtpReply = isRefused ? verdict.Reply?.ToString() : null,
        };
    }
}
