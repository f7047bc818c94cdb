using System.Buffers;
using System.Diagnostics;
using EmailAuth.Hosting;
using EmailAuth.Milter.Protocol;
using EmailAuth.Policy;

namespace EmailAuth.Milter.Dialogue;

/// <summary>Answers the end of a message with a verdict: modifications, then the final reply. Nowhere else is a message modified.</summary>
internal static class AnswerWriter
{
    public static void WriteAnswer(this IBufferWriter<byte> output, MessageAnswer verdict, MilterNegotiation agreed)
    {
        switch (verdict.Decision)
        {
            case MilterDecision.Reject when verdict.Reply is null:
                output.WriteReply(MilterReply.Reject);
                return;
            case MilterDecision.TemporaryFailure when verdict.Reply is null:
                output.WriteReply(MilterReply.TemporaryFailure);
                return;
            case MilterDecision.Reject or MilterDecision.TemporaryFailure:
                output.WriteReplyCode(verdict.Reply.ToString());
                return;
            case MilterDecision.Accept or MilterDecision.Quarantine:
                break;
            default:
                throw new UnreachableException();
        }

        if (agreed.Actions.HasFlag(MilterActions.ChangeHeaders))
        {
            // From the bottom up: whether an MTA counts removed fields on or not, the places of those above stay as they were. And before
            // anything is inserted, which would shift them.
            foreach (var removal in verdict.Removals.OrderByDescending(r => r.Occurrence))
            {
                output.WriteRemoveHeader(removal.Occurrence, removal.Name);
            }
        }

        // Each goes to the very top: the topmost comes last.
        foreach (var insertion in verdict.Insertions.Reverse())
        {
            output.WriteInsertHeader(0, insertion.Name, insertion.Value, agreed.HasLeadingSpace);
        }

        if (verdict.Decision == MilterDecision.Quarantine && agreed.Actions.HasFlag(MilterActions.Quarantine))
        {
            output.WriteQuarantine(verdict.Reason ?? "message authentication failed");
        }

        output.WriteReply(MilterReply.Continue);
    }

    /// <summary>What was done with a message that was answered so.</summary>
    public static AppliedAction Applied(this MessageAnswer verdict, MilterNegotiation agreed)
    {
        var isRefused = verdict.Decision is MilterDecision.Reject or MilterDecision.TemporaryFailure;
        return new AppliedAction
        {
            Action = verdict.Decision switch
            {
                MilterDecision.Accept => DispositionAction.Accept,
                MilterDecision.Quarantine => agreed.Actions.HasFlag(MilterActions.Quarantine) ? DispositionAction.Quarantine : DispositionAction.Accept,
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
