using System.Text;
using EmailAuth.Messages;

namespace EmailAuth.Removal;

/// <summary>A header field that arrived with the message and must not reach a reader behind us (RFC 8601 section 5).</summary>
/// <param name="Index">Where it stands in the header block, from 0 at the top.</param>
/// <param name="Name">Its name as written.</param>
/// <param name="Occurrence">Which of the fields of that name it is, from 1 at the top, letter case aside: the index a milter's change of header wants.</param>
/// <param name="Reason">Why, in one line.</param>
public sealed record FieldToRemove(int Index, string Name, int Occurrence, string Reason)
{
    /// <summary>The name of a field as a milter sees it: all that stands before the colon when the line is no proper field.</summary>
    internal static string NameOf(HeaderField field) =>
        Encoding.Latin1.GetString(field.IsWellFormed || field.ColonIndex < 0 ? field.Name : field.Raw.Span[..field.ColonIndex]);
}
