using System.Globalization;
using System.Net.Sockets;
using MailKit;
using MailKit.Net.Smtp;
using MailKit.Security;

namespace EmailAuth.Reports.Store.Delivery.Smtp;

/// <summary>What the faults of a dialogue mean for a delivery.</summary>
internal static class SmtpFault
{
    private const int FirstPermanent = 500;
    private const int TooLarge = 552;

    /// <summary>Whether an exception comes from the other side or the network.</summary>
    public static bool IsOfPeer(Exception e) =>
        e is IOException or SocketException or ProtocolException or CommandException or System.Security.Authentication.AuthenticationException
            or MailKit.Security.AuthenticationException or SslHandshakeException or ServiceNotConnectedException or NotSupportedException or TimeoutException
            or ObjectDisposedException;

    /// <summary>It in one line.</summary>
    public static string Text(Exception e) => e switch
    {
        SmtpCommandException command => $"{((int)command.StatusCode).ToString(CultureInfo.InvariantCulture)} {command.Message}",

        // MailKit's text has several paragraphs of advice.
        SslHandshakeException => $"TLS could not be started: {(e.InnerException ?? e).Message}",
        _ => e.Message,
    };

    /// <summary>What a reply means (RFC 5321 section 4.2.1).</summary>
    /// <param name="e">The reply.</param>
    /// <param name="isSmarthost">Whether the reply is a smarthost's.</param>
    public static DeliveryAttempt Classify(SmtpCommandException e, bool isSmarthost)
    {
        var text = Text(e);
        var code = (int)e.StatusCode;
        if (code < FirstPermanent)
        {
            return DeliveryAttempt.Deferred(text);
        }

        // A refusal of the recipient or of the message is about them. One of the sender or of a command is about us, which an operator can mend,
        // except that the message is larger than the host takes, which is said in reply to MAIL (RFC 1870 section 6.1).
        var isAboutDelivery = e.ErrorCode is SmtpErrorCode.RecipientNotAccepted or SmtpErrorCode.MessageNotAccepted || code == TooLarge;

        // RFC 3463 section 3.8: X.7.1 of a smarthost says that we may not relay through it, which says nothing of the recipient.
        var isAboutUs = isSmarthost && e.ErrorCode == SmtpErrorCode.RecipientNotAccepted
            && (e.Message.StartsWith("5.7.", StringComparison.Ordinal) || e.Message.Contains("relay", StringComparison.OrdinalIgnoreCase));
        return isAboutDelivery && !isAboutUs ? DeliveryAttempt.Refused(text) : DeliveryAttempt.Deferred(text);
    }
}
