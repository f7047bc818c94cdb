using System.Collections.Immutable;
using EmailAuth.Milter.Dialogue;
using EmailAuth.Spf;

namespace EmailAuth.Milter.Authentication;

/// <summary>From an outcome to a verdict: what is written into the message, and, where the operator says so, what else becomes of it.</summary>
internal sealed class VerdictPolicy(MilterOptions options)
{
    private const string FieldName = "Authentication-Results";
    private const string SpfFieldName = "Received-SPF";
    private const string RejectReply = "550 5.7.26 Not accepted: the message's authentication failed";
    private const string TemporaryReply = "451 4.7.26 The message's authentication could not be checked, try again later";

    /// <summary>Decides.</summary>
    public MilterVerdict Decide(AuthenticationOutcome outcome)
    {
        var action = outcome.Disposition.Action switch
        {
            // Not a matter of authentication: forged fields beyond the limit could not be removed (RFC 8601 section 5).
            _ when outcome.HeaderLimit is not null => MessageAction.Reject,
            DispositionAction.Reject => options.OnReject,
            DispositionAction.Quarantine => options.OnQuarantine,
            DispositionAction.TempFail => options.OnTemporaryError,
            _ => MessageAction.Annotate,
        };
        return new MilterVerdict
        {
            Decision = action switch
            {
                MessageAction.Quarantine => MilterDecision.Quarantine,
                MessageAction.Reject => MilterDecision.Reject,
                MessageAction.TempFail => MilterDecision.TemporaryFailure,
                _ => MilterDecision.Accept,
            },
            Text = Text(action, outcome.Disposition),
            Removals = [.. outcome.FieldsToRemove.Select(field => new FieldRemoval(field.Name, field.Occurrence))],
            Insertions = Insertions(outcome),
            Summary = string.Join(' ', outcome.Results.Select(result => $"{result.Method}={result.Result}")),
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

        return insertions.ToImmutable();
    }

    // The library words the reply that its own decision calls for. The operator may have chosen another one.
    private static string? Text(MessageAction action, Disposition disposition) => action switch
    {
        MessageAction.Quarantine => disposition.Reason,
        MessageAction.Reject => disposition.Action == DispositionAction.Reject ? disposition.SmtpReply ?? RejectReply : RejectReply,
        MessageAction.TempFail => disposition.Action == DispositionAction.TempFail ? disposition.SmtpReply ?? TemporaryReply : TemporaryReply,
        _ => null,
    };
}
