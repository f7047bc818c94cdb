using System.Collections.Immutable;
using MimeKit;

namespace EmailAuth.Reports.Store.Delivery.Bounces;

/// <summary>
/// Reads what comes to the return path of a report: a delivery status notification (RFC 3464), or any other mail, which counts as a bounce too. Only
/// the token says which address is meant, so that a forged text cannot name another.
/// </summary>
public static class BounceReader
{
    /// <summary>How much of a mail is read; what follows is ignored.</summary>
    public const int MaxBytes = 1024 * 1024;

    private const int MaxDepth = 8;
    private const int MaxParts = 50;
    private const int MaxGroups = 50;
    private const int MaxRecipients = 20;
    private const int MaxReason = 300;

    // Where hosts write the address to which they deliver, and To, which has it in a bounce.
    private static readonly string[] RecipientFields = ["X-Original-To", "Delivered-To", "Envelope-To", "X-Envelope-To", "To"];

    /// <summary>Reads a mail.</summary>
    /// <param name="stream">The mail.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <returns>What it says; null when it is not a message.</returns>
    public static async Task<Bounce?> ReadAsync(Stream stream, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(stream);
        using var octets = await StartAsync(stream, cancellationToken);
        try
        {
            var options = ParserOptions.Default.Clone();
            options.MaxMimeDepth = MaxDepth;
            using var message = await MimeMessage.LoadAsync(options, octets, persistent: true, cancellationToken);
            return Read(message);
        }
        catch (FormatException)
        {
            return null;
        }
    }

    private static Bounce Read(MimeMessage message)
    {
        var recipients = ImmutableArray.CreateBuilder<string>();
        foreach (var field in message.Headers.Where(static header => RecipientFields.Contains(header.Field, StringComparer.OrdinalIgnoreCase)))
        {
            if (InternetAddressList.TryParse(field.Value, out var addresses))
            {
                recipients.AddRange(addresses.Mailboxes.Select(static mailbox => mailbox.Address).Take(MaxRecipients - recipients.Count));
            }
        }

        var (kind, reason) = Judge(message);
        return new Bounce { Kind = kind, Recipients = recipients.ToImmutable(), Reason = OneLine(reason) };
    }

    private static (BounceKind Kind, string Reason) Judge(MimeMessage message)
    {
        var status = message.BodyParts.Take(MaxParts).OfType<MessageDeliveryStatus>().FirstOrDefault();
        if (status is not null)
        {
            // RFC 3464 section 2: the first group is about the message, each other one about a recipient. A report has one.
            foreach (var group in status.StatusGroups.Take(MaxGroups))
            {
                if (group["Action"]?.Trim() is { } action)
                {
                    var text = $"{group["Status"]} {group["Diagnostic-Code"] ?? action}";
                    return action.Equals("failed", StringComparison.OrdinalIgnoreCase) ? (BounceKind.Failed, text) : (BounceKind.NotFailed, text);
                }
            }
        }

        // RFC 3834 section 5: a notice about a mail that failed is "auto-generated" or has no such field, an answer is "auto-replied". Postfix writes
        // "auto-replied" in its notices, which have the part above.
        return message.Headers["Auto-Submitted"]?.Trim().StartsWith("auto-replied", StringComparison.OrdinalIgnoreCase) == true
            ? (BounceKind.AutomaticReply, message.Subject ?? string.Empty)
            : (BounceKind.Failed, message.Subject ?? string.Empty);
    }

    private static async Task<MemoryStream> StartAsync(Stream stream, CancellationToken cancellationToken)
    {
        var start = new MemoryStream();
        var buffer = new byte[16 * 1024];
        int read;
        while ((read = await stream.ReadAsync(buffer, cancellationToken)) > 0)
        {
            // The rest is read and dropped: an MTA whose pipe is closed would say that the bounce itself could not be delivered.
            start.Write(buffer, 0, (int)Math.Min(read, MaxBytes - start.Length));
        }

        start.Position = 0;
        return start;
    }

    private static string OneLine(string text) => string.Concat(text.Take(MaxReason).Select(static c => char.IsControl(c) ? ' ' : c)).Trim();
}
