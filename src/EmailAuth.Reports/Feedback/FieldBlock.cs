using System.Collections.Immutable;
using System.Text;

namespace EmailAuth.Reports.Feedback;

/// <summary>Fields in the form of a header (RFC 5322 section 2.2), read leniently and bounded.</summary>
internal sealed class FieldBlock
{
    private FieldBlock(ImmutableArray<FeedbackField> fields, bool isCut, bool hasBody, int faultyLines)
    {
        Fields = fields;
        IsCut = isCut;
        HasBody = hasBody;
        FaultyLines = faultyLines;
    }

    /// <summary>The fields in their order.</summary>
    public ImmutableArray<FeedbackField> Fields { get; }

    /// <summary>Whether fields past the limit were left out.</summary>
    public bool IsCut { get; }

    /// <summary>Whether anything follows the empty line that ends the fields.</summary>
    public bool HasBody { get; }

    /// <summary>How many lines are not part of a field.</summary>
    public int FaultyLines { get; }

    /// <summary>Reads fields up to the first empty line.</summary>
    /// <param name="text">The octets. Empty lines before the first field are skipped.</param>
    /// <param name="maxFields">How many fields are kept.</param>
    public static FieldBlock Read(ReadOnlySpan<byte> text, int maxFields)
    {
        var fields = ImmutableArray.CreateBuilder<FeedbackField>();
        var (isCut, faulty) = (false, 0);
        text = text.StartsWith("\uFEFF"u8) ? text["\uFEFF"u8.Length..] : text;
        var rest = text.TrimStart("\r\n"u8);
        while (!rest.IsEmpty && !StartsEmptyLine(rest))
        {
            var length = FieldLength(rest);
            var field = rest[..length];
            rest = rest[length..];
            if (NameLength(field) is not (> 0 and var name))
            {
                faulty++;
            }
            else if (fields.Count == maxFields)
            {
                isCut = true;
            }
            else
            {
                fields.Add(new FeedbackField { Name = Text(field[..name]), Value = Unfolded(field[(field.IndexOf((byte)':') + 1)..]) });
            }
        }

        return new FieldBlock(fields.ToImmutable(), isCut, !rest.TrimStart("\r\n"u8).IsEmpty, faulty);
    }

    /// <summary>The length of a field's name at the start of a line; -1 when the line does not start a field.</summary>
    /// <remarks>RFC 5322 section 2.2: printable US-ASCII without the colon; section 4.5 admits white space before the colon.</remarks>
    public static int NameLength(ReadOnlySpan<byte> line)
    {
        var colon = line.IndexOf((byte)':');
        var name = colon < 0 ? [] : line[..colon].TrimEnd(" \t"u8);
        return name.IsEmpty || name.ContainsAnyExceptInRange((byte)'!', (byte)'~') ? -1 : name.Length;
    }

    private static bool StartsEmptyLine(ReadOnlySpan<byte> rest) => rest[0] == (byte)'\n' || rest.StartsWith("\r\n"u8);

    // A field goes on in lines that start with white space.
    private static int FieldLength(ReadOnlySpan<byte> rest)
    {
        var length = 0;
        do
        {
            var end = rest[length..].IndexOf((byte)'\n');
            length = end < 0 ? rest.Length : length + end + 1;
        }
        while (length < rest.Length && rest[length] is (byte)' ' or (byte)'\t');

        return length;
    }

    // RFC 5322 section 2.2.3. The white space after a line end counts as one space.
    private static string Unfolded(ReadOnlySpan<byte> value)
    {
        if (value.Trim(" \t\r\n"u8) is var trimmed && !trimmed.Contains((byte)'\n'))
        {
            return Text(trimmed);
        }

        var text = new StringBuilder(trimmed.Length);
        foreach (var range in trimmed.Split((byte)'\n'))
        {
            var line = trimmed[range].Trim(" \t\r"u8);
            if (!line.IsEmpty)
            {
                _ = text.Length > 0 ? text.Append(' ') : text;
                text.Append(Text(line));
            }
        }

        return text.ToString();
    }

    // RFC 6532 has UTF-8 in header fields. Octets that are not UTF-8 stay visible as Latin-1 does them.
    private static string Text(ReadOnlySpan<byte> octets) =>
        System.Text.Unicode.Utf8.IsValid(octets) ? Encoding.UTF8.GetString(octets) : Encoding.Latin1.GetString(octets);
}
