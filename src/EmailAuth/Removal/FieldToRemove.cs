using System.Text;
using EmailAuth.Messages;

namespace EmailAuth.Removal;

/// <summary>A header field that arrived with the message and must not reach a reader behind us (RFC 8601 section 5). Immutable.</summary>
public sealed class FieldToRemove
{
    internal FieldToRemove()
    {
    }

    /// <summary>Where it is in the header block, from 0 at the top.</summary>
    public int Index { get; internal init; }

    /// <summary>Its name as written.</summary>
    public string Name { get; internal init; } = string.Empty;

    /// <summary>Which of the fields of that name it is, from 1 at the top, letter case aside: the index a milter's change of header wants.</summary>
    public int Occurrence { get; internal init; }

    /// <summary>Why, in one line.</summary>
    public string Reason { get; internal init; } = string.Empty;

    /// <summary>The name of a field as a milter sees it: all that stands before the colon when the line is no proper field.</summary>
    internal static string NameOf(HeaderField field) =>
        Encoding.Latin1.GetString(field.IsWellFormed || field.ColonIndex < 0 ? field.Name : field.Raw.Span[..field.ColonIndex]);
}
