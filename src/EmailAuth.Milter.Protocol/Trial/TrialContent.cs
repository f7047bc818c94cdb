using System.Buffers;
using System.Text;

namespace EmailAuth.Milter.Protocol.Trial;

/// <summary>A message in fields and body, and the changes that a milter makes to it.</summary>
internal sealed class TrialContent
{
    private readonly List<(string Name, ReadOnlyMemory<byte> Value)> _fields = [];
    private ReadOnlyMemory<byte> _body;
    private ArrayBufferWriter<byte>? _newBody;

    /// <summary>Reads a message. A line that is neither a field nor the continuation of one begins the body, as it does for MTAs.</summary>
    /// <param name="content">Header and body; lines end with CRLF.</param>
    public TrialContent(ReadOnlyMemory<byte> content)
    {
        while (!content.IsEmpty && !content.Span.StartsWith("\r\n"u8))
        {
            var length = FieldLength(content.Span);
            var colon = content.Span[..length].IndexOf((byte)':');
            var name = colon <= 0 ? default : content.Span[..colon].TrimEnd(" \t"u8);
            if (name.IsEmpty || name.ContainsAnyExceptInRange((byte)'!', (byte)0xff))
            {
                break;
            }

            _fields.Add((Encoding.Latin1.GetString(name), content[(colon + 1)..length].TrimEnd("\r\n"u8)));
            content = content[length..];
        }

        _body = content.Span.StartsWith("\r\n"u8) ? content[2..] : content;
    }

    /// <summary>The fields: the name, every character one byte, and what follows the colon without the last line end.</summary>
    public IReadOnlyList<(string Name, ReadOnlyMemory<byte> Value)> Fields => _fields;

    /// <summary>The body.</summary>
    public ReadOnlyMemory<byte> Body => _newBody?.WrittenMemory ?? _body;

    /// <summary>Makes a change of header or body; the others do not change the message itself.</summary>
    /// <param name="change">The change.</param>
    /// <param name="hasLeadingSpace">Whether values come with the space after the colon.</param>
    public void Apply(MilterTrialChange change, bool hasLeadingSpace)
    {
        var field = (change.Name, Value: Field(change.Value, hasLeadingSpace));
        if (change.Kind == MilterReply.AddHeader)
        {
            _fields.Add(field);
        }
        else if (change.Kind == MilterReply.InsertHeader)
        {
            // The index counts the MTA's own field Received, which is above the message and not part of it.
            _fields.Insert(Math.Clamp(change.Index - 1, 0, _fields.Count), field);
        }
        else if (change.Kind == MilterReply.ChangeHeader)
        {
            Change(field, change.Index, isRemoval: change.Value.Length == 0);
        }
        else if (change.Kind == MilterReply.ReplaceBody)
        {
            (_newBody ??= new ArrayBufferWriter<byte>()).Write(change.Body.Span);
        }
    }

    /// <summary>Header and body as they are now.</summary>
    public byte[] ToArray()
    {
        var bytes = new ArrayBufferWriter<byte>(Body.Length + 4096);
        foreach (var (name, value) in _fields)
        {
            Encoding.Latin1.GetBytes(name, bytes);
            bytes.Write(":"u8);
            bytes.Write(value.Span);
            bytes.Write("\r\n"u8);
        }

        bytes.Write("\r\n"u8);
        bytes.Write(Body.Span);
        return bytes.WrittenSpan.ToArray();
    }

    private void Change((string Name, ReadOnlyMemory<byte> Value) field, int occurrence, bool isRemoval)
    {
        var place = -1;
        for (var left = Math.Max(occurrence, 1); left > 0; left--)
        {
            place = _fields.FindIndex(place + 1, candidate => candidate.Name.Equals(field.Name, StringComparison.OrdinalIgnoreCase));
            if (place < 0)
            {
                break;
            }
        }

        if (place >= 0 && isRemoval)
        {
            _fields.RemoveAt(place);
        }
        else if (place >= 0)
        {
            _fields[place] = (_fields[place].Name, field.Value);
        }
        else if (!isRemoval)
        {
            _fields.Add(field);
        }
    }

    private static ReadOnlyMemory<byte> Field(string value, bool hasLeadingSpace) =>
        Encoding.UTF8.GetBytes((hasLeadingSpace ? string.Empty : " ") + value.ReplaceLineEndings("\r\n"));

    // With the line end. A line that begins with white space continues the field.
    private static int FieldLength(ReadOnlySpan<byte> content)
    {
        var length = 0;
        do
        {
            var end = content[length..].IndexOf("\r\n"u8);
            length = end < 0 ? content.Length : length + end + 2;
        }
        while (length < content.Length && content[length] is (byte)' ' or (byte)'\t');

        return length;
    }
}
