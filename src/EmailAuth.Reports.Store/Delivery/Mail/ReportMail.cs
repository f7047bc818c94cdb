namespace EmailAuth.Reports.Store.Delivery.Mail;

/// <summary>A mail with a report, signed and ready to be sent. Immutable.</summary>
public sealed class ReportMail
{
    /// <summary>The reverse-path, with the token of the delivery.</summary>
    public required string ReturnPath { get; init; }

    /// <summary>The one recipient.</summary>
    public required string Recipient { get; init; }

    /// <summary>The file name of the attachment; for a failure report, which has none, the policy domain and the report's id.</summary>
    public required string FileName { get; init; }

    /// <summary>The message as it leaves: ASCII with CRLF line ends.</summary>
    public required ReadOnlyMemory<byte> Message { get; init; }

    /// <summary>The recipient and the file.</summary>
    public override string ToString() => $"{FileName} to {Recipient}";
}
