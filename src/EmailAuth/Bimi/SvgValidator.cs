using System.Buffers;
using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using System.Text.Unicode;
using System.Xml;

namespace EmailAuth.Bimi;

/// <summary>One pass over a document with a streaming reader that knows neither DTDs nor other resources.</summary>
internal sealed class SvgValidator
{
    private static readonly char[] XmlWhiteSpace = [' ', '\t', '\r', '\n'];
    private static readonly SearchValues<char> NotInFragments = SearchValues.Create("%()&#:/?");

    private readonly SvgLimits _limits;
    private readonly ImmutableArray<BimiProblem>.Builder _violations = ImmutableArray.CreateBuilder<BimiProblem>();
    private readonly ImmutableArray<BimiProblem>.Builder _advice = ImmutableArray.CreateBuilder<BimiProblem>();
    private readonly SvgExpansion _expansion = new();
    private readonly Stack<OpenElement> _open = new();
    private readonly StringBuilder _title = new();
    private bool _hasTitle;

    public SvgValidator(SvgLimits limits) => _limits = limits;

    private bool IsFull => _violations.Count >= _limits.MaxViolations;

    public SvgFindings Validate(ReadOnlyMemory<byte> svg)
    {
        if (svg.Length > _limits.MaxBytes)
        {
            Report(SvgProblemCode.TooLarge, 0, 0, $"the document of {svg.Length} bytes exceeds {_limits.MaxBytes} (MaxBytes)");
        }
        else if (!Utf8.IsValid(svg.Span) || svg.Span.Contains((byte)0))
        {
            // One encoding, so that no reader can see another document in the same bytes.
            Report(SvgProblemCode.NotUtf8, 0, 0, "the document is not UTF-8");
        }
        else
        {
            Read(svg);
        }

        var title = _title.ToString().Trim();
        return new SvgFindings
        {
            Violations = _violations.ToImmutable(),
            Advice = _advice.ToImmutable(),
            Title = title.Length == 0 ? null : title,
        };
    }

    private void Read(ReadOnlyMemory<byte> svg)
    {
        var settings = new XmlReaderSettings
        {
            DtdProcessing = DtdProcessing.Prohibit,
            XmlResolver = null,
            MaxCharactersInDocument = _limits.MaxBytes,
            IgnoreComments = true,
            ConformanceLevel = ConformanceLevel.Document,
        };
        using var stream = new MemoryStream(svg.ToArray(), writable: false);
        using var reader = XmlReader.Create(stream, settings);
        try
        {
            while (!IsFull && reader.Read())
            {
                if (!ReadNode(reader, (IXmlLineInfo)reader))
                {
                    return;
                }
            }

            if (!IsFull)
            {
                CheckWhole();
            }
        }
        catch (XmlException e) when (e.LineNumber == 0 && svg.Span.IndexOf("<!DOCTYPE"u8) >= 0)
        {
            // The reader refuses a DTD before it looks at it, and does not say where: as with a document that has no element.
            ReportAt(SvgProblemCode.DocumentType, "<!DOCTYPE"u8, svg.Span, "the document has a DTD; SVG Tiny PS is read without");
        }
        catch (XmlException e)
        {
            Report(SvgProblemCode.NotWellFormed, e.LineNumber, e.LinePosition, $"not well-formed: {Excerpt.Of(e.Message, 200)}");
        }
        catch (Exception e) when (e is ArgumentException or InvalidOperationException or IndexOutOfRangeException)
        {
            // The reader itself fails on some documents, such as one with a long and malformed XML declaration.
            Report(SvgProblemCode.NotWellFormed, 0, 0, $"not well-formed: the XML reader fails on it ({e.GetType().Name})");
        }
    }

    // False: the reading must stop.
    private bool ReadNode(XmlReader reader, IXmlLineInfo position)
    {
        switch (reader.NodeType)
        {
            case XmlNodeType.XmlDeclaration:
                var encoding = reader.GetAttribute("encoding");
                if (encoding is not null && !encoding.Equals("UTF-8", StringComparison.OrdinalIgnoreCase))
                {
                    Report(SvgProblemCode.NotUtf8, position, "the XML declaration names an encoding other than UTF-8");
                    return false;
                }

                return true;
            case XmlNodeType.Element:
                return OpenElementAt(reader, position);
            case XmlNodeType.EndElement:
                _open.Pop();
                return true;
            case XmlNodeType.Text or XmlNodeType.CDATA:
                ReadText(reader, position);
                return true;
            case XmlNodeType.ProcessingInstruction:
                Report(SvgProblemCode.ProcessingInstruction, position, "a processing instruction may refer to other documents; SVG Tiny PS has none");
                return true;
            case XmlNodeType.DocumentType or XmlNodeType.EntityReference:
                Report(SvgProblemCode.DocumentType, position, "a DTD or an entity; SVG Tiny PS is read without");
                return false;
            case XmlNodeType.Comment or XmlNodeType.Whitespace or XmlNodeType.SignificantWhitespace:
            case XmlNodeType.None or XmlNodeType.Attribute or XmlNodeType.Entity or XmlNodeType.EndEntity: // no reader stops at these
            case XmlNodeType.Document or XmlNodeType.DocumentFragment or XmlNodeType.Notation:
            default:
                return true;
        }
    }

    private bool OpenElementAt(XmlReader reader, IXmlLineInfo position)
    {
        if (reader.Depth >= _limits.MaxDepth)
        {
            Report(SvgProblemCode.TooDeep, position, $"elements nest deeper than {_limits.MaxDepth} (MaxDepth)");
            return false;
        }

        var parent = _open.Count == 0 ? null : _open.Peek();
        var (name, isEmpty) = (reader.LocalName, reader.IsEmptyElement);
        var rule = reader.NamespaceURI == SvgProfile.Namespace ? SvgProfile.Elements.GetValueOrDefault(name) : null;
        CheckElement(reader, position, parent, rule);

        var element = new OpenElement(name, rule, _expansion.Add(parent?.Node ?? -1), position.LineNumber, position.LinePosition);
        var hasBaseProfile = false;
        var hasVersion = false;
        var hasViewBox = false;
        while (reader.MoveToNextAttribute() && !IsFull)
        {
            CheckAttribute(reader, position, element, isRoot: parent is null);
            hasBaseProfile |= reader.Name == "baseProfile";
            hasVersion |= reader.Name == "version";
            hasViewBox |= reader.Name == "viewBox";
        }

        if (parent is null)
        {
            RequireOnRoot(element, hasBaseProfile, "version=\"1.2\" and baseProfile=\"tiny-ps\" are required; baseProfile is missing");
            RequireOnRoot(element, hasVersion, "version=\"1.2\" and baseProfile=\"tiny-ps\" are required; version is missing");
            if (!hasViewBox)
            {
                _advice.Add(new BimiProblem(SvgProblemCode.ViewBox, element.Line, element.Column, "the root has no viewBox; receivers expect a square one"));
            }
        }

        if (!isEmpty)
        {
            _open.Push(element);
        }

        return true;
    }

    private void CheckElement(XmlReader reader, IXmlLineInfo position, OpenElement? parent, SvgElementRule? rule)
    {
        var name = Shown(reader.LocalName);
        if (parent is null && (reader.LocalName != "svg" || rule is null))
        {
            Report(SvgProblemCode.Root, position, $"the root is not svg of the namespace {SvgProfile.Namespace}");
        }
        else if (reader.NamespaceURI != SvgProfile.Namespace)
        {
            Report(SvgProblemCode.ForeignElement, position, $"the element {name} is of another namespace than SVG's");
        }
        else if (rule is null)
        {
            Report(SvgProblemCode.Element, position, $"the element {name} is not allowed: SVG Tiny PS has no {SvgProfile.WhyForbidden(reader.LocalName) ?? "such element"}");
        }
        else if (parent?.Rule is { } parentRule && !parentRule.Children.Contains(reader.LocalName))
        {
            Report(SvgProblemCode.Element, position, $"the element {name} is not allowed inside {parent.Name}");
        }
    }

    private void CheckAttribute(XmlReader reader, IXmlLineInfo position, OpenElement element, bool isRoot)
    {
        if (reader.NamespaceURI == "http://www.w3.org/2000/xmlns/")
        {
            return;
        }

        var (name, value) = (reader.LocalName, reader.Value);
        switch (reader.NamespaceURI)
        {
            case "" when element.Rule is not null:
                CheckPlainAttribute(name, value, position, element, isRoot);
                break;
            case SvgProfile.XmlNamespace when SvgProfile.XmlAttributes.Contains(name):
                break;
            case SvgProfile.XmlNamespace:
                Report(SvgProblemCode.Attribute, position, $"the attribute xml:{Shown(name)} is not allowed: it may turn references to other documents");
                break;
            case SvgProfile.XLinkNamespace when element.Name == "use" && SvgProfile.XLinkAttributes.Contains(name):
                break;
            case SvgProfile.XLinkNamespace when element.Rule is not null:
                Report(SvgProblemCode.Attribute, position, $"the attribute xlink:{Shown(name)} is not allowed on {Shown(element.Name)}");
                break;
            case "" or SvgProfile.XLinkNamespace when element.Rule is null:
                // The element was refused, with all its attributes.
                break;
            default:
                Report(SvgProblemCode.Attribute, position, $"the attribute {Shown(name)} is of another namespace");
                break;
        }

        CheckReferences(reader, position, element);
        if (name == "id" && reader.NamespaceURI is "" or SvgProfile.XmlNamespace)
        {
            // The type of xml:id is ID (xml:id section 4), so its white space is normalized; without a DTD the type of id is CDATA (XML 1.0
            // section 3.3.3), whose white space stays.
            var id = reader.NamespaceURI.Length == 0 ? value : string.Join(' ', value.Split(XmlWhiteSpace, StringSplitOptions.RemoveEmptyEntries));
            if (!_expansion.TrySetId(element.Node, id))
            {
                Report(SvgProblemCode.RepeatedId, position, $"the id {Shown(id)} appears twice");
            }
        }
    }

    private void CheckPlainAttribute(string name, string value, IXmlLineInfo position, OpenElement element, bool isRoot)
    {
        if (name.StartsWith("on", StringComparison.OrdinalIgnoreCase))
        {
            Report(SvgProblemCode.Event, position, $"the event attribute {Shown(name)} is not allowed: SVG Tiny PS has no interactivity");
        }
        else if (isRoot && name is "x" or "y")
        {
            Report(SvgProblemCode.Root, position, $"the root must not have the attribute {name}");
        }
        else if (!element.Rule!.Attributes.Contains(name))
        {
            Report(SvgProblemCode.Attribute, position, $"the attribute {Shown(name)} is not allowed on {element.Name}");
        }
        else if (isRoot && SvgProfile.RootValues.TryGetValue(name, out var required) && value != required)
        {
            Report(SvgProblemCode.AttributeValue, position, $"the attribute {name} must be \"{required}\"");
        }
        else if (isRoot && name == "viewBox")
        {
            CheckViewBox(value, position);
        }
        else if (isRoot && name == "preserveAspectRatio" && value.Trim() is not ("none" or "xMidYMid" or "xMidYMid meet" or "none meet"))
        {
            Report(SvgProblemCode.AttributeValue, position, "the attribute preserveAspectRatio must be none or xMidYMid");
        }
        else if (SvgProfile.PropertyNames.Contains(name) && value.Contains('\\', StringComparison.Ordinal))
        {
            // CSS reads u\72l( as url(.
            Report(SvgProblemCode.Reference, position, $"the attribute {name} holds a CSS escape, which may hide a reference");
        }
    }

    // A reference may only go to a fragment of this document.
    private void CheckReferences(XmlReader reader, IXmlLineInfo position, OpenElement element)
    {
        var value = reader.Value;
        if (reader.LocalName.Equals("href", StringComparison.OrdinalIgnoreCase))
        {
            var target = value.Trim();
            if (target.StartsWith('#') && target.Length > 1)
            {
                // With an escape or XPointer, a renderer may read another name than the one that is counted here.
                if (target.AsSpan(1).ContainsAny(NotInFragments))
                {
                    Report(SvgProblemCode.Reference, position, $"the reference \"{Shown(target)}\" is not a plain #fragment");
                }

                _expansion.SetTarget(element.Node, target[1..]);
            }
            else
            {
                Report(SvgProblemCode.Reference, position, $"the reference \"{Shown(target)}\" leaves the document: only #fragment is allowed");
            }
        }

        for (var i = value.IndexOf("url(", StringComparison.OrdinalIgnoreCase); i >= 0; i = value.IndexOf("url(", i + 4, StringComparison.OrdinalIgnoreCase))
        {
            if (!value.AsSpan(i + 4).TrimStart(" \t\r\n'\"").StartsWith("#"))
            {
                Report(SvgProblemCode.Reference, position, $"the attribute {Shown(reader.LocalName)} refers out of the document: only url(#fragment) is allowed");
                return;
            }
        }
    }

    private void CheckViewBox(string value, IXmlLineInfo position)
    {
        Span<double> numbers = stackalloc double[4];
        var parts = value.Split([.. XmlWhiteSpace, ','], 6, StringSplitOptions.RemoveEmptyEntries);
        var isValid = parts.Length == 4;
        for (var i = 0; isValid && i < 4; i++)
        {
            isValid = double.TryParse(parts[i], NumberStyles.Float, CultureInfo.InvariantCulture, out numbers[i]) && double.IsFinite(numbers[i]);
        }

        if (!isValid || numbers[2] <= 0 || numbers[3] <= 0)
        {
            Report(SvgProblemCode.AttributeValue, position, "the attribute viewBox is not four numbers with a width and a height above zero");
        }
        else if (numbers[2] != numbers[3])
        {
            _advice.Add(new BimiProblem(SvgProblemCode.ViewBox, position.LineNumber, position.LinePosition, "the viewBox is not square; receivers expect a square image"));
        }
    }

    private void ReadText(XmlReader reader, IXmlLineInfo position)
    {
        if (!_open.TryPeek(out var element))
        {
            return;
        }

        if (element.Rule is { AllowsText: false })
        {
            Report(SvgProblemCode.Text, position, $"text is not allowed inside {element.Name}");
        }
        else if (element.Name == "title" && _open.Count == 2 && element.Rule is not null)
        {
            _hasTitle = true;
            _title.Append(reader.Value);
        }
    }

    private void CheckWhole()
    {
        if (!_hasTitle || string.IsNullOrWhiteSpace(_title.ToString()))
        {
            Report(SvgProblemCode.Title, 0, 0, "the root has no title with text; SVG Tiny PS requires one");
        }

        var drawn = _expansion.Count(_limits.MaxDrawnElements);
        if (drawn < 0)
        {
            Report(SvgProblemCode.UseLoop, 0, 0, "an element refers to itself by use");
        }
        else if (drawn > _limits.MaxDrawnElements)
        {
            Report(SvgProblemCode.TooManyElements, 0, 0, $"with every use followed, more than {_limits.MaxDrawnElements} elements are drawn (MaxDrawnElements)");
        }
    }

    private void RequireOnRoot(OpenElement root, bool isThere, string reason)
    {
        if (!isThere && root.Rule is not null)
        {
            Report(SvgProblemCode.Root, root.Line, root.Column, reason);
        }
    }

    private void ReportAt(SvgProblemCode code, ReadOnlySpan<byte> text, ReadOnlySpan<byte> document, string reason)
    {
        var before = document[..Math.Max(0, document.IndexOf(text))];
        Report(code, before.Count((byte)'\n') + 1, before.Length - before.LastIndexOf((byte)'\n'), reason);
    }

    private void Report(SvgProblemCode code, IXmlLineInfo position, string reason) =>
        Report(code, position.LineNumber, position.LinePosition, reason);

    private void Report(SvgProblemCode code, int line, int column, string reason)
    {
        if (!IsFull)
        {
            _violations.Add(new BimiProblem(code, line, column, reason));
        }
    }

    private static string Shown(string text) => Excerpt.Of(text, 60);

    private sealed record OpenElement(string Name, SvgElementRule? Rule, int Node, int Line, int Column);
}
