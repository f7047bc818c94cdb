using System.Text;
using EmailAuth.Messages;

namespace EmailAuth.Benchmarks.Scale;

/// <summary>A pipeline with every answer at hand, and the limits that a series lifts.</summary>
internal sealed class Judge
{
    /// <summary>No limit on the header, that the growth shows.</summary>
    public static readonly MessageLimits Unlimited = new() { MaxHeaderBytes = 256 * 1024 * 1024, MaxHeaderFields = 1_000_000 };

    public Judge(Zone zone, AuthenticationOptions? options = null) => Pipeline = new AuthenticationPipeline(new ZoneResolver(zone), options ?? Options);

    /// <summary>The defaults.</summary>
    public static AuthenticationOptions Options { get; } = new() { AuthservId = "mx.example.org" };

    /// <summary>The defaults without a limit on the header.</summary>
    public static AuthenticationOptions Lifted { get; } = Options with { MessageLimits = Unlimited };

    public AuthenticationPipeline Pipeline { get; }

    /// <summary>The work of judging a message, whose outcome must be as expected each time.</summary>
    /// <param name="message">The message, of which each character is a byte.</param>
    /// <param name="expected">What must hold of the outcome.</param>
    /// <param name="observe">What is told of it.</param>
    /// <param name="envelope">The envelope, or null for the ordinary one.</param>
    public Work Of(string message, Func<AuthenticationOutcome, bool> expected, Func<AuthenticationOutcome, long>? observe = null, SmtpEnvelope? envelope = null)
    {
        var bytes = Encoding.Latin1.GetBytes(message);
        return async cancellationToken =>
        {
            var outcome = await Pipeline.AuthenticateAsync(envelope ?? Signer.Envelope, bytes, cancellationToken);
            return expected(outcome) ? observe?.Invoke(outcome) ?? 0 : throw new InvalidOperationException($"An outcome is not as expected: {outcome.Header}");
        };
    }

    /// <summary>A session of the ordinary envelope that has got a header, field by field; the body is to come.</summary>
    public AuthenticationSession BeginBody(HeaderBlock header)
    {
        var session = Pipeline.BeginSession(Signer.Envelope.ClientAddress, Signer.Envelope.Helo);
        session.BeginBody(Signer.Envelope.MailFrom!, header);
        return session;
    }

    public static bool Passes(AuthenticationOutcome outcome) => outcome.Disposition.Reason == "dmarc=pass for example.com";

    /// <summary>Anything: the message is a pile that no sender of honest mail would make.</summary>
    public static bool IsDecided(AuthenticationOutcome outcome) => outcome.Header.Length > 0;
}
