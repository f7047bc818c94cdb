using EmailAuth;
using EmailAuth.Dmarc;
using EmailAuth.Policy;

/// <summary>A mail flow as yours may be: what proves its sender becomes a ticket, and the SMTP reply says what became of a message.</summary>
public sealed class SupportInbox(AuthenticationPipeline pipeline)
{
    public ICollection<string> Tickets { get; } = [];

    public ICollection<string> Unproven { get; } = [];

    public async Task<string> TakeAsync(SmtpEnvelope envelope, ReadOnlyMemory<byte> message, CancellationToken cancellationToken)
    {
        AuthenticationOutcome outcome = await pipeline.AuthenticateAsync(envelope, message, cancellationToken);
        if (outcome.Disposition.Reply is { } refusal)
        {
            return refusal.ToString();
        }

        // Nobody may open a ticket in the name of somebody else: only a pass of DMARC proves the author's domain.
        var isProven = outcome.Disposition.Action == DispositionAction.Accept && outcome.Dmarc?.Code == DmarcResultCode.Pass;
        (isProven ? Tickets : Unproven).Add(outcome.Author.Domain?.ToString() ?? "unknown");
        return "250 2.0.0 Ok";
    }
}
