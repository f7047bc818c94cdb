using System.Globalization;
using EmailAuth.Reports.Feedback;
using MimeKit;
using MimeKit.IO;
using MimeKit.IO.Filters;

namespace EmailAuth.Reports.Reading;

/// <summary>Reads the reports in a message.</summary>
internal sealed class MessageScan(ReportScan scan, ReportReaderOptions options)
{
    private readonly Dictionary<MessageNode, Carrier> _carriers = [];
    private readonly Dictionary<MessageNode, int> _feedback = [];
    private ReadOnlyMemory<byte> _message;
    private List<MessageNode> _nodes = [];

    public async ValueTask ReadAsync(ReadOnlyMemory<byte> message, ReportScope scope, CancellationToken cancellationToken)
    {
        _message = message;
        _nodes = MessageOutline.Of(message, options, scope.Findings, cancellationToken);
        var inside = scope.Inside("message", isCompressed: false, ownFindings: false);
        var hasReport = false;
        foreach (var node in _nodes)
        {
            if (scan.IsFull)
            {
                return;
            }

            if (node.Kind == MessageNodeKind.Leaf || (node is { Kind: MessageNodeKind.Embedded, Encoding: not ContentEncoding.Default } && !node.IsOfOriginal))
            {
                hasReport |= await ReadLeafAsync(node, inside, cancellationToken).ConfigureAwait(false);
            }
        }

        if (!hasReport)
        {
            await ReadTextAsync(inside, cancellationToken).ConfigureAwait(false);
        }
    }

    private async ValueTask<bool> ReadLeafAsync(MessageNode node, ReportScope scope, CancellationToken cancellationToken)
    {
        // What a report is about is never opened: anyone may have sent it, and it may be a report itself.
        if (node.IsOfOriginal || IsBesideFeedback(node))
        {
            return false;
        }

        var part = ScopeOf(node, scope);
        if (FeedbackReader.Is(Decoded(node, ContentKinds.StartLength).Span))
        {
            var fields = Decoded(node, options.MaxHeaderBytes);
            var (original, hasOriginal) = OriginalOf(node);
            await ContentReader.ReadFeedbackAsync(scan, fields, original, hasOriginal, part, cancellationToken).ConfigureAwait(false);
            return true;
        }

        using var content = Open(node);
        return await scan.ReadPartAsync(content, part, IsText(node), cancellationToken).ConfigureAwait(false);
    }

    // RFC 5965 section 2: the text for people is the first part. Some reporters send nothing else.
    private async ValueTask ReadTextAsync(ReportScope scope, CancellationToken cancellationToken)
    {
        foreach (var node in _nodes)
        {
            if (node.Kind == MessageNodeKind.Leaf && !node.IsOfOriginal && IsText(node) && TextFailureReport.Is(Decoded(node, ContentKinds.StartLength).Span))
            {
                await ContentReader.ReadTextFailureAsync(scan, Decoded(node, options.MaxHeaderBytes), ScopeOf(node, scope), cancellationToken).ConfigureAwait(false);
                return;
            }
        }
    }

    private ReportScope ScopeOf(MessageNode node, ReportScope scope)
    {
        var carrier = CarrierOf(node.Message);
        var part = scope.Part(string.Create(CultureInfo.InvariantCulture, $"part {node.Number}"), carrier, node);
        if (carrier.Mail.IsForwarded)
        {
            part.Findings.AddFinding(ReportFindingCode.ForwardedMessage, null);
        }

        return part;
    }

    private Carrier CarrierOf(MessageNode message)
    {
        if (!_carriers.TryGetValue(message, out var carrier))
        {
            var octets = _message[message.Start..message.End];
            carrier = _carriers[message] = Carrier.Of(octets, message.HeaderEnd - message.Start, isForwarded: message.Parent is not null, options);
        }

        return carrier;
    }

    // The third part: a message, a header, or any text that starts like one, beside the fields.
    private (ReadOnlyMemory<byte> Header, bool HasOriginal) OriginalOf(MessageNode fields)
    {
        var multipart = fields.Multipart;
        if (multipart is null)
        {
            return (default, false);
        }

        foreach (var node in _nodes)
        {
            if (node.Start > fields.Start && node.Parent == multipart && node.Kind is MessageNodeKind.Embedded or MessageNodeKind.Leaf
                && Decoded(node, options.MaxHeaderBytes) is var header && FieldBlock.NameLength(FirstLine(header.Span)) > 0)
            {
                return (header, true);
            }
        }

        return (default, false);
    }

    // A part after the fields of a feedback report in the same multipart, whatever the multipart says that it is.
    private bool IsBesideFeedback(MessageNode node)
    {
        for (MessageNode? inner = node; inner is not null; inner = inner.Parent)
        {
            if (inner.Parent is not { Kind: MessageNodeKind.Multipart } multipart)
            {
                continue;
            }

            if (_feedback.TryGetValue(multipart, out var start) && start < inner.Start)
            {
                return true;
            }
        }

        if (node is { Kind: MessageNodeKind.Leaf, Parent: { Kind: MessageNodeKind.Multipart } parent } && FeedbackReader.Is(Decoded(node, ContentKinds.StartLength).Span))
        {
            _feedback.TryAdd(parent, node.Start);
        }

        return false;
    }

    private Stream Open(MessageNode node)
    {
        Stream octets = Octets.StreamOf(_message[node.HeaderEnd..node.End]);
        if (node.Encoding == ContentEncoding.Default)
        {
            return octets;
        }

        var decoded = new FilteredStream(octets);
        decoded.Add(DecoderFilter.Create(node.Encoding));
        return decoded;
    }

    private ReadOnlyMemory<byte> Decoded(MessageNode node, int most)
    {
        var octets = new byte[Math.Min(most, node.End - node.HeaderEnd)];
        using var content = Open(node);
        return octets.AsMemory(0, content.ReadAtLeast(octets, octets.Length, throwOnEndOfStream: false));
    }

    private static ReadOnlySpan<byte> FirstLine(ReadOnlySpan<byte> text)
    {
        text = text.TrimStart("\r\n"u8);
        return text.IndexOf((byte)'\n') is >= 0 and var end ? text[..end] : text;
    }

    private static bool IsText(MessageNode node) => node.MediaType.StartsWith("text/", StringComparison.Ordinal) && node.MediaType != "text/xml";
}
