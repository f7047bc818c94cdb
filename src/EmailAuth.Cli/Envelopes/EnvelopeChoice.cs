using System.Net;

namespace EmailAuth.Cli.Envelopes;

/// <summary>What the user says about the envelope; null where the user says nothing.</summary>
/// <param name="ClientAddress">The address of the client. With it nothing is taken from the message.</param>
/// <param name="Helo">The HELO name.</param>
/// <param name="MailFrom">The reverse-path; empty for the null one.</param>
/// <param name="Border">The Received field to believe.</param>
/// <param name="Now">The time of the check.</param>
internal sealed record EnvelopeChoice(IPAddress? ClientAddress, string? Helo, string? MailFrom, BorderChoice? Border, DateTimeOffset? Now);
