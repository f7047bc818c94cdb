using System.Collections.Immutable;
using System.Text;
using EmailAuth.Arc;
using EmailAuth.Bimi;
using EmailAuth.Messages;
using EmailAuth.Results;
using EmailAuth.Syntax;

namespace EmailAuth.Removal;

/// <summary>The fields that arrived with a message and must be removed before it is handed on, whichever methods ran. Pure.</summary>
internal static class FieldsToRemove
{
    private static readonly RemovalGround OwnReceivedSpf = new(RemovalReason.OwnReceivedSpf, "the receiver writes this field itself (RFC 7208 section 9.1)");

    private static readonly RemovalGround Reserved = new(RemovalReason.SetByReceiverOnly, "only this receiver may write this field (RemoveFields)");

    private static readonly RemovalGround SetByReceiverOnly =
        new(RemovalReason.SetByReceiverOnly, "only a receiver may set this field (BIMI draft section 7.8)");

    private static readonly RemovalGround LeadingWhiteSpace = new(
        RemovalReason.LeadingWhiteSpace,
        "a first line that starts with white space or a control character would continue the field that is added above it (RFC 5322 section 2.2.3)");

    public static ImmutableArray<FieldToRemove> Find(
        HeaderBlock header, string authservId, ArcResult? arc, IReadOnlySet<DomainName> sealers, bool removesReceivedSpf, ImmutableArray<string> others)
    {
        var forged = ArrivingResultFields.Find(header, authservId, arc, sealers);
        var indicators = BimiHeaderFields.FindArriving(header);
        var spf = removesReceivedSpf ? ArrivingResultFields.FindNamed(header, "received-spf"u8) : [];

        // A field that starts with white space or a control character is malformed.
        if (indicators.IsEmpty && spf.IsEmpty && others.IsEmpty && !header.Defects.HasFlag(HeaderDefects.MalformedField))
        {
            return forged;
        }

        var reserved = new Dictionary<int, RemovalGround>();
        foreach (var name in others)
        {
            foreach (var index in ArrivingResultFields.FindNamed(header, Encoding.ASCII.GetBytes(name.ToLowerInvariant())))
            {
                reserved[index] = Reserved;
            }
        }

        foreach (var index in spf)
        {
            reserved[index] = OwnReceivedSpf;
        }

        foreach (var index in indicators)
        {
            reserved[index] = SetByReceiverOnly;
        }

        foreach (var field in forged)
        {
            reserved.Remove(field.Index);
        }

        AddContinuing(header, forged, reserved);
        if (reserved.Count == 0)
        {
            return forged;
        }

        var all = forged.ToBuilder();

        // A milter identifies a field by its name and its number among those of that name.
        var occurrences = new Dictionary<string, int>(StringComparer.OrdinalIgnoreCase);
        for (var index = 0; index < header.Count; index++)
        {
            var name = FieldToRemove.NameOf(header[index]);
            var occurrence = occurrences[name] = occurrences.GetValueOrDefault(name) + 1;
            if (reserved.TryGetValue(index, out var ground))
            {
                all.Add(new FieldToRemove(ground) { Index = index, Name = name, Occurrence = occurrence });
            }
        }

        all.Sort(static (a, b) => a.Index.CompareTo(b.Index));
        return all.ToImmutable();
    }

    // The first field continues what is added above it, and so does one that is first when the others are removed. RFC 5322 section 2.2.3 has SP
    // and TAB; some programs take other white space for them, or drop control characters before they look.
    private static void AddContinuing(HeaderBlock header, ImmutableArray<FieldToRemove> forged, Dictionary<int, RemovalGround> reserved)
    {
        var claims = 0;
        for (var index = 0; index < header.Count; index++)
        {
            if (claims < forged.Length && forged[claims].Index == index)
            {
                claims++;
            }
            else if (!reserved.ContainsKey(index))
            {
                if (header[index].Raw.Span is not [<= (byte)' ', ..])
                {
                    return;
                }

                reserved[index] = LeadingWhiteSpace;
            }
        }
    }
}
