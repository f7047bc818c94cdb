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

    public static ImmutableArray<FieldToRemove> Find(
        HeaderBlock header, string authservId, ArcResult? arc, IReadOnlySet<DomainName> sealers, bool removesReceivedSpf, ImmutableArray<string> others)
    {
        var forged = ArrivingResultFields.Find(header, authservId, arc, sealers);
        var indicators = BimiHeaderFields.FindArriving(header);
        var spf = removesReceivedSpf ? ArrivingResultFields.FindNamed(header, "received-spf"u8) : [];
        if (indicators.IsEmpty && spf.IsEmpty && others.IsEmpty)
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

        var all = forged.ToBuilder();
        foreach (var field in forged)
        {
            reserved.Remove(field.Index);
        }

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
}
