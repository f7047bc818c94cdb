using System.Globalization;
using EmailAuth.Reports.Store.Delivery.Mail;

namespace EmailAuth.Reports.Store.Delivery.Smtp;

/// <summary>Writes the mail of reports into a folder, a file each, instead of sending it.</summary>
/// <param name="folder">An existing folder.</param>
public sealed class FolderTransport(string folder) : IReportTransport
{
    private int _number;

    /// <inheritdoc/>
    public async Task<DeliveryAttempt> SendAsync(ReportMail mail, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(mail);

        // File names of the system have at most 255 octets, and an address may have a slash.
        var stem = string.Concat(mail.Recipient.Take(100).Select(static c => char.IsAsciiLetterOrDigit(c) || c is '@' or '.' or '-' or '_' or '+' ? c : '_'));
        var path = Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"{++_number:D5}-{stem}.eml"));
        await File.WriteAllBytesAsync(path, mail.Message.ToArray(), cancellationToken);
        return DeliveryAttempt.Sent(path);
    }

    /// <summary>Does nothing.</summary>
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
