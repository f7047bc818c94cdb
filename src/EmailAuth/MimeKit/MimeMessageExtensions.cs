using EmailAuth.Arc;
using EmailAuth.Dkim;
using EmailAuth.Messages;
using MimeKit;

namespace EmailAuth.MimeKit;

/// <summary>Judges messages that MimeKit has parsed.</summary>
/// <remarks>
/// <para>
/// A <see cref="MimeMessage"/> does not keep the bytes that arrived: MimeKit writes the message out again, piece by piece, and this output is
/// judged. Signatures are valid only if it equals the bytes that arrived. It does for a message that was parsed and not changed since, because
/// MimeKit keeps the raw text of fields and of content. Whatever was set, added or removed since is written in MimeKit's form, and what is not
/// valid MIME (a missing final boundary, a field without a colon) may be. A message that was never sent has no signature to verify.
/// </para>
/// <para>
/// Every line is written with CRLF, as mail travels (RFC 5321 section 2.3.8), so that a message that was parsed from a file with LF line ends
/// verifies. The original line ends are lost: the outcome does not say that they were converted, and a bare LF, which is suspicious
/// in mail from the network, cannot be detected. Prefer the original bytes where you have them.
/// </para>
/// <para>Nothing else may use the message meanwhile. Its content is read piece by piece and never collected in memory.</para>
/// </remarks>
/// <example>
/// <code>
/// using System.Net;
/// using EmailAuth;
/// using EmailAuth.Dns;
/// using EmailAuth.MimeKit;
/// using MimeKit;
///
/// var pipeline = new AuthenticationPipeline(new StubResolver(), new AuthenticationOptions { AuthservId = "mx.example.org" });
/// using var message = await MimeMessage.LoadAsync("message.eml");
/// var envelope = new SmtpEnvelope(IPAddress.Parse("192.0.2.1"), helo: "mail.example.com", mailFrom: "alice@example.com");
/// AuthenticationOutcome outcome = await pipeline.AuthenticateAsync(envelope, message);
/// Console.WriteLine(outcome.Header);
/// </code>
/// </example>
public static class MimeMessageExtensions
{
    /// <summary>Judges a message.</summary>
    /// <param name="pipeline">The pipeline.</param>
    /// <param name="envelope">What the client said in the SMTP dialogue.</param>
    /// <param name="message">The message.</param>
    /// <param name="cancellationToken">Ends the checks.</param>
    /// <exception cref="OperationCanceledException">The token was cancelled. Nothing runs any longer.</exception>
    public static ValueTask<AuthenticationOutcome> AuthenticateAsync(
        this AuthenticationPipeline pipeline, SmtpEnvelope envelope, MimeMessage message, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(pipeline);
        ArgumentNullException.ThrowIfNull(message);
        return pipeline.FeedAsync(envelope, feed => WriteAsync(message, feed, cancellationToken), cancellationToken);
    }

    /// <summary>Verifies the DKIM signatures of a message.</summary>
    /// <param name="verifier">The verifier.</param>
    /// <param name="message">The message.</param>
    /// <param name="cancellationToken">Ends the verification.</param>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public static ValueTask<DkimResults> VerifyAsync(this DkimVerifier verifier, MimeMessage message, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(verifier);
        ArgumentNullException.ThrowIfNull(message);
        return verifier.FeedAsync(feed => WriteAsync(message, feed, cancellationToken), cancellationToken);
    }

    /// <summary>Verifies the ARC chain of a message.</summary>
    /// <param name="verifier">The verifier.</param>
    /// <param name="message">The message.</param>
    /// <param name="cancellationToken">Ends the verification.</param>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public static ValueTask<ArcResult> VerifyAsync(this ArcVerifier verifier, MimeMessage message, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(verifier);
        ArgumentNullException.ThrowIfNull(message);
        return verifier.FeedAsync(feed => WriteAsync(message, feed, cancellationToken), cancellationToken);
    }

    /// <summary>
    /// Signs a message as MimeKit writes it now. Send exactly those bytes: with CRLF, without a change of encoding or of the header, and with the fields on top.
    /// </summary>
    /// <param name="signer">The signer.</param>
    /// <param name="message">The message.</param>
    /// <param name="cancellationToken">Ends the signing.</param>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public static ValueTask<DkimSigning> SignAsync(this DkimSigner signer, MimeMessage message, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(signer);
        ArgumentNullException.ThrowIfNull(message);
        return signer.FeedAsync(feed => WriteAsync(message, feed, cancellationToken), cancellationToken);
    }

    private static async ValueTask WriteAsync(MimeMessage message, MessageSplitter feed, CancellationToken cancellationToken)
    {
        // Not FormatOptions.Default: the application may have set that to hide fields.
        var format = new FormatOptions { NewLineFormat = NewLineFormat.Dos, EnsureNewLine = false };
        var stream = new SplitterStream(feed);
        await using (stream.ConfigureAwait(false))
        {
            await message.WriteToAsync(format, stream, cancellationToken).ConfigureAwait(false);
        }
    }
}
