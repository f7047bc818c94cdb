using System.Text;
using EmailAuth.Dkim;

namespace EmailAuth.Reports.Store.Delivery.Mail;

/// <summary>Signs the mail of a report (RFC 9990 section 3.5.2: it has to pass DMARC itself).</summary>
/// <param name="signer">Signs for the domain of From.</param>
public sealed class ReportMailSigner(DkimSigner signer)
{
    /// <summary>The message with its signatures on top.</summary>
    /// <param name="message">The message.</param>
    /// <param name="cancellationToken">Ends the signing.</param>
    /// <exception cref="InvalidOperationException">The message could not be signed, such as because the published key is another.</exception>
    public async ValueTask<byte[]> SignAsync(ReadOnlyMemory<byte> message, CancellationToken cancellationToken = default)
    {
        var signing = await signer.SignAsync(message, cancellationToken);
        if (signing.Reason is { } reason)
        {
            throw new InvalidOperationException($"the mail of a report cannot be signed: {reason}");
        }

        var fields = Encoding.ASCII.GetBytes(string.Concat(signing.Fields.Select(static field => field + "\r\n")));
        var signed = new byte[fields.Length + message.Length];
        fields.CopyTo(signed, 0);
        message.CopyTo(signed.AsMemory(fields.Length));
        return signed;
    }
}
