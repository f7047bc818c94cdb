using System.Globalization;
using System.Runtime.InteropServices;
using System.Xml;

namespace EmailAuth.Reports.Aggregate;

/// <summary>Reads one report: follows the elements, with a frame for each that is open, and gives the values to the builders.</summary>
internal sealed class AggregateReportParser
{
    private readonly AggregateReportReaderOptions _options;
    private readonly Func<AggregateRecord, CancellationToken, ValueTask> _onRecord;
    private readonly AggregateFindings _findings = new();
    private readonly Frame[] _open;
    private readonly char[] _text;
    private readonly AggregateReportBuilder _builder;
    private int _depth;
    private int _textLength;
    private bool _isTextCut;
    private bool _isFound;
    private bool _isWrapped;
    private bool _isOver;
    private bool _isNow;
    private string _namespace = string.Empty;
    private bool _isGiving;

    public AggregateReportParser(AggregateReportReaderOptions options, Func<AggregateRecord, CancellationToken, ValueTask> onRecord)
    {
        _options = options;
        _onRecord = onRecord;
        _open = new Frame[options.MaxDepth];
        _text = new char[options.MaxTextLength + 1];
        _builder = new AggregateReportBuilder(_findings, options.MaxSignatures);
    }

    public async Task<AggregateReport> ReadAsync(Stream stream, CancellationToken cancellationToken)
    {
        var settings = new XmlReaderSettings
        {
            Async = true,
            DtdProcessing = DtdProcessing.Prohibit,
            XmlResolver = null,
            IgnoreWhitespace = true,
            CloseInput = false,
            NameTable = new BoundedNames(_findings),
        };
        using var text = new LenientXmlText(new DecodedReportBytes(stream, _options.MaxBytes, _findings), _options.MaxMarkupLength, _findings);
        using var xml = XmlReader.Create(text, settings);
        var lines = (IXmlLineInfo)xml;
        try
        {
            while (!_isOver && await xml.ReadAsync().ConfigureAwait(false))
            {
                cancellationToken.ThrowIfCancellationRequested();
                await TakeAsync(xml, lines.LineNumber, cancellationToken).ConfigureAwait(false);
                _isOver |= _findings.Worst == AggregateFindingSeverity.Fatal;
            }
        }
        catch (XmlException exception) when (!_isGiving)
        {
            // What ends the text early has a finding of its own.
            if (_findings.Worst != AggregateFindingSeverity.Fatal)
            {
                _findings.Record = 0;
                _findings.Add(AggregateFindingCode.NotWellFormed, line: exception.LineNumber == 0 ? null : exception.LineNumber, argument: exception.Message);
            }
        }

        _findings.Record = 0;
        if (!_isFound && _findings.Worst != AggregateFindingSeverity.Fatal)
        {
            _findings.Add(AggregateFindingCode.NotAReport);
        }

        return _builder.Finish(_isFound);
    }

    private async ValueTask TakeAsync(XmlReader xml, int line, CancellationToken cancellationToken)
    {
        var kind = xml.NodeType;
        if (kind == XmlNodeType.Element)
        {
            var isEmpty = xml.IsEmptyElement;
            Open(xml, line);
            if (isEmpty && !_isOver)
            {
                await CloseAsync(line, cancellationToken).ConfigureAwait(false);
            }
        }
        else if (kind == XmlNodeType.EndElement)
        {
            await CloseAsync(line, cancellationToken).ConfigureAwait(false);
        }
        else if (kind is XmlNodeType.Text or XmlNodeType.CDATA or XmlNodeType.SignificantWhitespace)
        {
            await ReadTextAsync(xml, line).ConfigureAwait(false);
        }
    }

    private void Open(XmlReader xml, int line)
    {
        if (_depth == _open.Length)
        {
            _findings.Add(AggregateFindingCode.TooDeep, line: line, argument: _open.Length.ToString(CultureInfo.InvariantCulture));
            _isOver = true;
            return;
        }

        var rule = _isFound ? Child(xml, line) : Root(xml, line);
        _open[_depth++] = new Frame { Rule = rule };
        _textLength = 0;
        _isTextCut = false;
        if (rule is not null)
        {
            _builder.Open(rule.Id);
        }
    }

    private AggregateElementRule? Root(XmlReader xml, int line)
    {
        if (xml.LocalName != AggregateElementRule.Feedback.Name)
        {
            if (_depth == 0)
            {
                _builder.OuterElement = xml.LocalName;
                _isWrapped = true;
            }

            return null;
        }

        _isFound = true;
        _namespace = xml.NamespaceURI;
        _isNow = _namespace == AggregateXml.Namespace;
        _builder.Form = _isNow ? AggregateReportForm.Rfc9990 : AggregateReportForm.Rfc7489;
        if (_isWrapped)
        {
            _findings.Add(AggregateFindingCode.WrongRoot, line: line, argument: _builder.OuterElement);
        }

        if (_namespace.Length == 0)
        {
            _findings.Add(AggregateFindingCode.NoNamespace, line: line);
        }
        else if (!_isNow && _namespace != AggregateXml.OldNamespace)
        {
            _findings.Add(AggregateFindingCode.UnknownNamespace, line: line, argument: _namespace);
        }

        return AggregateElementRule.Feedback;
    }

    private AggregateElementRule? Child(XmlReader xml, int line)
    {
        ref var parent = ref _open[_depth - 1];
        if (parent.Rule is null || parent.Rule.Id == AggregateElement.Extension)
        {
            return null;
        }

        // The schema of RFC 7489 has unqualified elements below a qualified root; both are sent.
        var isOurs = xml.NamespaceURI == _namespace || (!_isNow && xml.NamespaceURI.Length == 0);
        if (!isOurs || parent.Rule.Find(xml.LocalName) is not { } rule)
        {
            // RFC 9990 Appendix A: record has xs:any at its end, and section 5 has unknown extensions ignored without an error.
            var isExtension = parent.Rule.Id == AggregateElement.Record && (parent.Seen & Bit(AggregateElement.Results)) != 0;
            if (!isExtension)
            {
                _findings.Add(AggregateFindingCode.UnknownElement, parent.Rule.Path, line, xml.LocalName);
            }

            return null;
        }

        Count(ref parent, rule, line);
        return (parent.Seen & Bit(rule.Id)) == 0 || rule.IsMany || rule.WasMany ? Seen(ref parent, rule) : null;
    }

    private static AggregateElementRule Seen(ref Frame parent, AggregateElementRule rule)
    {
        parent.Seen |= Bit(rule.Id);
        return rule;
    }

    private void Count(ref Frame parent, AggregateElementRule rule, int line)
    {
        if ((parent.Seen & Bit(rule.Id)) != 0 && !rule.IsMany && (_isNow || !rule.WasMany))
        {
            _findings.Add(rule.Id == AggregateElement.Spf ? AggregateFindingCode.SeveralSpf : AggregateFindingCode.RepeatedElement, rule.Path, line);
        }

        if (_isNow && rule.IsObsolete)
        {
            _findings.Add(AggregateFindingCode.ObsoleteElement, parent.Rule!.Path, line, rule.Name);
        }

        // The elements have their numbers in the order of the schema.
        if (_isNow && parent.Rule!.IsSequence && (parent.Seen >> rule.Id >> 1) != 0)
        {
            _findings.Add(AggregateFindingCode.WrongOrder, rule.Path, line);
        }
    }

    private async ValueTask CloseAsync(int line, CancellationToken cancellationToken)
    {
        var closed = _open[--_depth];
        if (closed.Rule is not { } rule)
        {
            return;
        }

        if (rule.IsLeaf)
        {
            Value(rule, line);
        }
        else
        {
            FindMissing(closed, line);
        }

        if (rule.Id == AggregateElement.Record)
        {
            await GiveAsync(line, cancellationToken).ConfigureAwait(false);
        }
        else
        {
            _builder.Close(rule.Id, line);
            _isOver |= rule.Id == AggregateElement.Feedback && _isWrapped;
        }

        _textLength = 0;
    }

    private void Value(AggregateElementRule rule, int line)
    {
        var value = _text.AsSpan(0, _textLength).Trim();
        if (_isTextCut)
        {
            _findings.Add(AggregateFindingCode.TextTooLong, rule.Path, line, _options.MaxTextLength.ToString(CultureInfo.InvariantCulture));
        }

        if (value.IsEmpty && !rule.MayBeEmpty)
        {
            _findings.Add(AggregateFindingCode.EmptyElement, rule.Path, line);
        }

        _builder.Value(rule, value, line);
    }

    private void FindMissing(in Frame closed, int line)
    {
        foreach (var child in closed.Rule!.Children)
        {
            if ((child.IsRequired || (child.IsRequiredNow && _isNow)) && (closed.Seen & Bit(child.Id)) == 0)
            {
                _findings.Add(AggregateFindingCode.MissingElement, child.Path, line);
            }
        }
    }

    private async ValueTask GiveAsync(int line, CancellationToken cancellationToken)
    {
        if (_builder.FinishRecord(line) is { } record)
        {
            if (_builder.RecordCount > _options.MaxRecords)
            {
                _findings.Add(AggregateFindingCode.TooManyRecords, line: line, argument: _options.MaxRecords.ToString(CultureInfo.InvariantCulture));
                return;
            }

            _isGiving = true;
            await _onRecord(record, cancellationToken).ConfigureAwait(false);
            _isGiving = false;
        }
    }

    // A long text comes in pieces, and what is past the bound is passed over by the parser.
    private async ValueTask ReadTextAsync(XmlReader xml, int line)
    {
        var rule = _depth == 0 ? null : _open[_depth - 1].Rule;
        if (rule is not { IsLeaf: true })
        {
            if (rule is not null && rule.Id != AggregateElement.Extension)
            {
                _findings.Add(AggregateFindingCode.StrayText, rule.Path, line);
            }

            return;
        }

        while (_textLength < _text.Length)
        {
            var read = await xml.ReadValueChunkAsync(_text, _textLength, _text.Length - _textLength).ConfigureAwait(false);
            if (read == 0)
            {
                return;
            }

            _textLength += read;
        }

        _textLength--;
        _isTextCut = true;
    }

    private static ulong Bit(int element) => 1UL << element;

    /// <summary>An element that is open.</summary>
    [StructLayout(LayoutKind.Auto)]
    private struct Frame
    {
        /// <summary>What it is; null for one that is passed over.</summary>
        public AggregateElementRule? Rule;

        /// <summary>Which children appeared.</summary>
        public ulong Seen;
    }
}
