using System.Collections.Immutable;
using System.Net;

namespace EmailAuth.Milter.Protocol.Trial;

/// <summary>A message with its envelope, as <see cref="MilterTrial"/> passes it to a milter.</summary>
/// <remarks>Immutable; safe to share between threads.</remarks>
public sealed record MilterTrialMessage
{
    /// <summary>The SMTP client. By default it is this host, which many milters do not look at.</summary>
    public MilterClient Client { get; init; } = new() { HostName = "localhost", Address = IPAddress.Loopback };

    /// <summary>The name that the client gives in HELO or EHLO.</summary>
    public string Helo { get; init; } = "localhost";

    /// <summary>The reverse-path with its brackets; <c>&lt;&gt;</c>, the null one, by default.</summary>
    public string MailFrom { get; init; } = "<>";

    /// <summary>Arguments of the MAIL command, such as <c>SMTPUTF8</c>.</summary>
    public ImmutableArray<string> MailArguments { get; init; } = [];

    /// <summary>The forward-paths with their brackets; at least one.</summary>
    public ImmutableArray<string> Recipients { get; init; } = ["<postmaster@localhost>"];

    /// <summary>
    /// Values of macros by name, without braces, such as <c>i</c> for the queue id or <c>auth_authen</c>. A macro is sent at the steps for
    /// which the milter asks for it; if it asks for no list, at the step at which Postfix and Sendmail send it, and an unknown one at MAIL.
    /// </summary>
    public ImmutableSortedDictionary<string, string> Macros { get; init; } = ImmutableSortedDictionary<string, string>.Empty;

    /// <summary>Header and body; lines end with CRLF.</summary>
    public required ReadOnlyMemory<byte> Content { get; init; }
}
