using EmailAuth.Reports.Store.Delivery.Mail;
using EmailAuth.Reports.Store.Delivery.Queue;

namespace EmailAuth.Reports.Store.Delivery.Bounces;

/// <summary>Takes bounces into the queue: the address to which the mail of the token went is suppressed for a time.</summary>
/// <param name="queue">The queue.</param>
/// <param name="returnPath">The return path of our mail, without a token.</param>
/// <param name="time">The clock.</param>
public sealed class BounceIntake(IReportDeliveries queue, ReportMailbox returnPath, TimeProvider time)
{
    /// <summary>Takes a bounce.</summary>
    /// <param name="bounce">The bounce.</param>
    /// <param name="recipient">The address to which it was sent, if the mail server says so; null to look in its header.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The delivery that it is about; null when it changes nothing: it has no token of ours, or does not say that a mail failed.</returns>
    public async Task<ReportDelivery?> TakeAsync(Bounce bounce, string? recipient, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(bounce);
        if (bounce.Kind != BounceKind.Failed)
        {
            return null;
        }

        foreach (var address in recipient is null ? bounce.Recipients : [recipient])
        {
            if (ReturnPathToken.Find(returnPath, address) is { } token
                && await queue.BounceAsync(token, bounce.Reason, time.GetUtcNow(), cancellationToken) is { } delivery)
            {
                await SuppressAsync(delivery, bounce, cancellationToken);
                return delivery;
            }
        }

        return null;
    }

    private async Task SuppressAsync(ReportDelivery delivery, Bounce bounce, CancellationToken cancellationToken)
    {
        var earlier = await queue.FindSuppressionAsync(delivery.Address, cancellationToken);
        await queue.SuppressAsync(Suppression.After(delivery.Address, earlier, $"bounced: {bounce.Reason}", time.GetUtcNow()), cancellationToken);
    }
}
