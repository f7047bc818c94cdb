using System.Collections.Immutable;
using System.Diagnostics;
using System.Net;
using EmailAuth.Messages;

namespace EmailAuth;

/// <summary>What the client said in the SMTP dialogue before the message (RFC 5321), and its address.</summary>
/// <example>
/// <code>
/// using System.Net;
/// using EmailAuth;
///
/// var envelope = new SmtpEnvelope(IPAddress.Parse("192.0.2.1"), helo: "mail.example.com", mailFrom: "alice@example.com")
/// {
///     Recipients = ["bob@example.org"],
/// };
/// var bounce = new SmtpEnvelope(IPAddress.Parse("192.0.2.1"), helo: "mail.example.com", mailFrom: ""); // the null reverse-path
/// var unknown = new SmtpEnvelope(null, null, null); // a message of which only the bytes are left: SPF cannot be checked
/// Console.WriteLine($"{envelope.MailFrom}, {bounce.MailFrom?.Length}, {unknown.MailFrom ?? "not known"}");
/// </code>
/// </example>
[DebuggerDisplay("{ClientAddress} {Helo} {MailFrom}")]
public sealed class SmtpEnvelope
{
    /// <summary>Makes an envelope.</summary>
    /// <param name="clientAddress">The address the client connected from; null when it is not known, and what depends on it, such as SPF, cannot be checked.</param>
    /// <param name="helo">What the client said in HELO or EHLO, as the client sent it; null when it is not known.</param>
    /// <param name="mailFrom">The reverse-path of MAIL FROM, with or without angle brackets; empty for the null reverse-path; null when it is not known.</param>
    public SmtpEnvelope(IPAddress? clientAddress, string? helo, string? mailFrom)
    {
        ClientAddress = clientAddress;
        Helo = helo;
        MailFrom = mailFrom;
    }

    /// <summary>The address the client connected from, or null.</summary>
    public IPAddress? ClientAddress { get; }

    /// <summary>What the client said in HELO or EHLO, or null.</summary>
    public string? Helo { get; }

    /// <summary>The reverse-path, empty for the null one, or null when it is not known.</summary>
    public string? MailFrom { get; }

    /// <summary>
    /// The forward-paths of RCPT TO that were accepted, in order, with or without angle brackets; empty when they are not known. No verdict
    /// depends on them.
    /// </summary>
    public ImmutableArray<string> Recipients { get; init; } = [];

    /// <summary>How many further recipients there were, past <see cref="MessageLimits.MaxRecipients"/>. Default 0.</summary>
    public int UnlistedRecipients { get; internal init; }

    /// <summary>Whether the client proved who it is by SMTP AUTH (RFC 4954). Such a message is a submission: local policy accepts it.</summary>
    public bool IsAuthenticatedSubmission { get; init; }

    /// <summary>
    /// Whether the envelope is not what an SMTP client said, but a guess from the fields of a stored message (Received, Return-Path), which its
    /// sender may have written. The outcome is then only an explanation for a person. Default false; a host that receives mail never sets it.
    /// </summary>
    /// <remarks>
    /// The outcome has no Authentication-Results field (<see cref="AuthenticationOutcome.Header"/> is empty). Where SPF could not be checked, a
    /// DMARC result that would be fail is <see cref="Dmarc.DmarcResultCode.TempError"/> with the reason code <c>spf_not_checked</c>: an envelope that
    /// is not known must not look like a message that fails. A pass is not changed, and is as uncertain as the envelope.
    /// </remarks>
    public bool IsReconstructed { get; init; }
}
