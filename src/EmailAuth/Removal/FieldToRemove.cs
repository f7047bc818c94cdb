using System.Text;
using EmailAuth.Messages;
using EmailAuth.Results;

namespace EmailAuth.Removal;

/// <summary>A header field that arrived with the message and must be removed before the message is handed on (RFC 8601 section 5). Immutable.</summary>
public sealed class FieldToRemove
{
    private readonly RemovalGround _ground;

    internal FieldToRemove(RemovalGround ground) => _ground = ground;

    /// <summary>Where it is in the header block, from 0 at the top.</summary>
    public int Index { get; internal init; }

    /// <summary>Its name as written.</summary>
    public string Name { get; internal init; } = string.Empty;

    /// <summary>Its number among the fields of that name in any letter case, from 1 at the top: the index that a milter gives when it changes a header.</summary>
    public int Occurrence { get; internal init; }

    /// <summary>Why, in one line.</summary>
    public string Reason => _ground.Text;

    /// <summary>The kind of <see cref="Reason"/>, a lower-case word that stays the same between versions, such as <c>claims_authserv_id</c>. REASONS.md lists them.</summary>
    public string ReasonCode => _ground.Code.Keyword();

    /// <summary>The name of a field as a milter sees it: everything before the colon when the line is not a well-formed field.</summary>
    internal static string NameOf(HeaderField field) =>
        Encoding.Latin1.GetString(field.IsWellFormed || field.ColonIndex < 0 ? field.Name : field.Raw.Span[..field.ColonIndex]);
}
