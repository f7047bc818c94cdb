using MimeKit;

namespace EmailAuth.Reports.Reading;

/// <summary>What a node of a message is.</summary>
internal enum MessageNodeKind
{
    Leaf,
    Multipart,

    /// <summary>A part that is a message or the header of one.</summary>
    Embedded,

    Message,
}

/// <summary>A message, or a part of it, by where it is.</summary>
internal sealed class MessageNode
{
    public required MessageNodeKind Kind { get; init; }

    /// <summary>The node around it; null for the outermost message.</summary>
    public required MessageNode? Parent { get; init; }

    /// <summary>Lower case, such as <c>text/plain</c>; empty for a message.</summary>
    public required string MediaType { get; init; }

    /// <summary>The parameter <c>report-type</c>, lower case.</summary>
    public string? ReportType { get; init; }

    public ContentEncoding Encoding { get; init; }

    public required int Start { get; init; }

    /// <summary>Where its header ends; of a leaf, where its content starts.</summary>
    public required int HeaderEnd { get; set; }

    public int End { get; private set; }

    /// <summary>The number of a leaf or embedded message among those of the outermost message, from 1.</summary>
    public int Number { get; init; }

    /// <summary>Says where it ends. The reader may have taken what follows a part for its header.</summary>
    public void CloseAt(int end)
    {
        End = Math.Max(Start, end);
        HeaderEnd = Math.Clamp(HeaderEnd, Start, End);
    }

    /// <summary>The innermost message that it is in, or that it is.</summary>
    public MessageNode Message => Kind == MessageNodeKind.Message ? this : Parent!.Message;

    /// <summary>The innermost multipart that it is in; null without.</summary>
    public MessageNode? Multipart => Parent is null or { Kind: MessageNodeKind.Multipart } ? Parent : Kind == MessageNodeKind.Message ? null : Parent.Multipart;

    /// <summary>Whether it, or a part around it, belongs to the message that a feedback report is about.</summary>
    public bool IsOfOriginal => (Kind == MessageNodeKind.Embedded && Parent is { ReportType: "feedback-report" }) || Parent is { IsOfOriginal: true };
}

/// <summary>
/// Finds the parts of a message by where they are, and keeps nothing of them. MimeKit's reader gives them one by one; how much it reads is bounded:
/// its work on a header grows faster than the header, and it would follow any number of parts.
/// </summary>
internal sealed class MessageOutline : MimeReader
{
    private readonly BoundedSource _source;
    private readonly ReportReaderOptions _options;
    private readonly ReportFindings _findings;
    private readonly Stack<MessageNode> _open = new();
    private ContentEncoding _encoding;
    private int _headerStart;
    private int _headerEnd;
    private int _numbered;

    private MessageOutline(BoundedSource source, ReportReaderOptions options, ReportFindings findings)
        : base(new ParserOptions { MaxMimeDepth = options.MaxPartDepth, RespectContentLength = false }, source)
    {
        _source = source;
        _options = options;
        _findings = findings;
    }

    /// <summary>Messages and parts in the order of their starts.</summary>
    public List<MessageNode> Nodes { get; } = [];

    /// <summary>Reads a message.</summary>
    public static List<MessageNode> Of(ReadOnlyMemory<byte> message, ReportReaderOptions options, ReportFindings findings, CancellationToken cancellationToken)
    {
        using var octets = Octets.StreamOf(message);
        using var source = new BoundedSource(octets);
        var outline = new MessageOutline(source, options, findings);
        try
        {
            outline.ReadMessage(cancellationToken);
        }
        catch (Exception e) when (e is FormatException or IOException)
        {
            // MimeKit found no header where one must be. What came before is kept.
            findings.AddFinding(ReportFindingCode.NotAReport, null);
        }

        // What was open when reading ended goes on to where it ended.
        foreach (var node in outline._open)
        {
            node.CloseAt(message.Length);
        }

        return outline.Nodes;
    }

    protected override void OnHeadersBegin(long beginOffset, int beginLineNumber, CancellationToken cancellationToken)
    {
        (_headerStart, _encoding) = ((int)beginOffset, ContentEncoding.Default);
        _source.Allowance = _options.MaxHeaderBytes;
    }

    protected override void OnHeaderRead(Header header, int beginLineNumber, CancellationToken cancellationToken)
    {
        if (header.Id == HeaderId.ContentTransferEncoding && _encoding == ContentEncoding.Default)
        {
            _encoding = header.Value.Trim().ToLowerInvariant() switch
            {
                "base64" => ContentEncoding.Base64,
                "quoted-printable" => ContentEncoding.QuotedPrintable,
                "x-uuencode" or "uuencode" or "x-uue" => ContentEncoding.UUEncode,
                _ => ContentEncoding.Default,
            };
        }
    }

    protected override void OnHeadersEnd(long beginOffset, int beginLineNumber, long endOffset, int lines, CancellationToken cancellationToken)
    {
        _headerEnd = (int)endOffset;
        if (_source.Allowance < 0)
        {
            _findings.AddFinding(ReportFindingCode.HeaderTooLarge, null, Number(_options.MaxHeaderBytes));
        }

        _source.Allowance = null;
    }

    protected override void OnMimeMessageBegin(long beginOffset, int beginLineNumber, CancellationToken cancellationToken) => Open(MessageNodeKind.Message, null);

    protected override void OnMimeMessageEnd(long beginOffset, int beginLineNumber, long headersEndOffset, long endOffset, int lines, CancellationToken cancellationToken) =>
        Close(endOffset);

    protected override void OnMultipartBegin(ContentType contentType, long beginOffset, int beginLineNumber, CancellationToken cancellationToken)
    {
        if (_open.Count >= _options.MaxPartDepth - 1)
        {
            _findings.AddFinding(ReportFindingCode.PartsTooDeep, null, Number(_options.MaxPartDepth));
        }

        Open(MessageNodeKind.Multipart, contentType);
    }

    protected override void OnMultipartEnd(
        ContentType contentType, long beginOffset, int beginLineNumber, long headersEndOffset, long endOffset, int lines, CancellationToken cancellationToken) => Close(endOffset);

    protected override void OnMessagePartBegin(ContentType contentType, long beginOffset, int beginLineNumber, CancellationToken cancellationToken) =>
        Open(MessageNodeKind.Embedded, contentType);

    protected override void OnMessagePartEnd(
        ContentType contentType, long beginOffset, int beginLineNumber, long headersEndOffset, long endOffset, int lines, CancellationToken cancellationToken) => Close(endOffset);

    protected override void OnMimePartBegin(ContentType contentType, long beginOffset, int beginLineNumber, CancellationToken cancellationToken) =>
        Open(MessageNodeKind.Leaf, contentType);

    protected override void OnMimePartEnd(
        ContentType contentType, long beginOffset, int beginLineNumber, long headersEndOffset, long endOffset, int lines, CancellationToken cancellationToken) => Close(endOffset);

    private void Open(MessageNodeKind kind, ContentType? type)
    {
        if (kind != MessageNodeKind.Message)
        {
            _numbered++;
        }

        if (_numbered > _options.MaxParts && !_source.IsEnded)
        {
            _findings.AddFinding(ReportFindingCode.TooManyParts, null, Number(_options.MaxParts));
            _source.IsEnded = true;
        }

        var node = new MessageNode
        {
            Kind = kind,
            Parent = _open.Count == 0 ? null : _open.Peek(),
            MediaType = type?.MimeType.ToLowerInvariant() ?? string.Empty,
            ReportType = kind == MessageNodeKind.Multipart ? type?.Parameters["report-type"]?.ToLowerInvariant() : null,
            Encoding = _encoding,
            Start = _headerStart,
            HeaderEnd = _headerEnd,
            Number = _numbered,
        };
        _open.Push(node);
        if (_numbered <= _options.MaxParts)
        {
            Nodes.Add(node);
        }
    }

    private void Close(long endOffset) => _open.Pop().CloseAt((int)endOffset);

    private static string Number(int number) => number.ToString(System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>The octets of a message as long as they are wanted.</summary>
    private sealed class BoundedSource(Stream inner) : ReadingStream
    {
        /// <summary>How many octets are left to a header that is being read; null outside of headers.</summary>
        public int? Allowance { get; set; }

        public bool IsEnded { get; set; }

        public override int Read(Span<byte> buffer)
        {
            if (IsEnded || Allowance < 0)
            {
                return 0;
            }

            var count = inner.Read(buffer);
            Allowance -= count;
            return count;
        }

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => ValueTask.FromResult(Read(buffer.Span));
    }
}
