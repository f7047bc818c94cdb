using System.Text;
using EmailAuth.Reports.Feedback;
using MimeKit.Utils;

namespace EmailAuth.Reports.Reading;

/// <summary>The mail around a report while it is read: its octets, what its header claims, and once it is asked for, who signed it.</summary>
internal sealed class Carrier
{
    // MimeKit's work on encoded words without an end grows faster than the text.
    private const int MaxDecoded = 2048;

    private readonly ReadOnlyMemory<byte> _message;
    private bool _isJudged;

    private Carrier(ReadOnlyMemory<byte> message, ReportMail mail)
    {
        _message = message;
        Mail = mail;
    }

    public ReportMail Mail { get; }

    public static Carrier Of(ReadOnlyMemory<byte> message, int headerLength, bool isForwarded, ReportReaderOptions options)
    {
        var header = message.Span[..Math.Min(headerLength, options.MaxHeaderBytes)];
        var fields = new OriginalMessage { Fields = FieldBlock.Read(header, options.MaxFields).Fields };
        var from = fields["From"];
        return new Carrier(message, new ReportMail
        {
            From = Decoded(from),
            AuthorDomain = DomainOf(from),
            Subject = Decoded(fields["Subject"]),
            MessageId = fields["Message-ID"] is { } id ? FieldText.WithoutBrackets(id) : null,
            TlsReportDomain = fields["TLS-Report-Domain"]?.ToLowerInvariant(),
            TlsReportSubmitter = fields["TLS-Report-Submitter"]?.ToLowerInvariant(),
            IsForwarded = isForwarded,
        });
    }

    /// <summary>Has the mail judged, once.</summary>
    public async ValueTask JudgeAsync(ReportReaderOptions options, CancellationToken cancellationToken)
    {
        if (!_isJudged && options.Authenticate is { } authenticate)
        {
            _isJudged = true;
            Mail.Authentication = await authenticate(_message, cancellationToken).ConfigureAwait(false);
        }
    }

    private static string? Decoded(string? value) =>
        value is null ? null : value.Length > MaxDecoded || !value.Contains("=?", StringComparison.Ordinal) ? value : Rfc2047.DecodeText(Encoding.UTF8.GetBytes(value));

    // A claim only; where it matters, the pipeline's reading of From counts.
    private static string? DomainOf(string? from)
    {
        if (from is null)
        {
            return null;
        }

        var end = from.LastIndexOf('>');
        var start = end < 0 ? -1 : from.LastIndexOf('<', end);
        return FieldText.DomainOf(FieldText.WithoutComments(start < 0 ? from : from[(start + 1)..end]));
    }
}
