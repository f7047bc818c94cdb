using System.Collections.Immutable;
using System.Diagnostics;
using System.Net;
using EmailAuth.Messages;

namespace EmailAuth.Inspection.Outcomes;

/// <summary>A hop of a message: what a Received field says, how long it took, and who wrote the field. Immutable.</summary>
[DebuggerDisplay("{Number} {Received.ByHost,nq}")]
public sealed class MessageHop
{
    // Mail servers refuse a message with more Received fields as a loop (RFC 5321 section 6.3).
    private const int MaxHops = 100;

    /// <summary>The number of the Received field; 1 is the topmost, so the newest.</summary>
    public int Number { get; init; }

    /// <summary>The index of the field in the header; 0 is the top.</summary>
    public int FieldIndex { get; init; }

    /// <summary>What the field says.</summary>
    public required ReceivedField Received { get; init; }

    /// <summary>
    /// The time since the hop before, the next older one that has a date; negative when a clock is wrong or a date is invented. Null without two
    /// dates.
    /// </summary>
    public TimeSpan? Delay { get; init; }

    /// <summary>
    /// Whether the field is at or above the one of the border host, so that the receiver's own hosts wrote it. What is below is the word of the
    /// sender: it can be invented.
    /// </summary>
    public bool IsOwn { get; init; }

    /// <summary>Whether this is the field of the border host: the one that names the client of the envelope.</summary>
    public bool IsBorder { get; init; }

    /// <summary>Reads the Received fields of a message, the topmost first, at most 100.</summary>
    /// <param name="header">The header of the message.</param>
    /// <param name="client">
    /// The client of the envelope: the topmost field that names it is the one of the border host. Null when it is not known; then no field is known to
    /// be the receiver's own.
    /// </param>
    /// <param name="number">The number of the border host's field, when it is known in another way than by the client; it decides then.</param>
    public static ImmutableArray<MessageHop> ReadAll(HeaderBlock header, IPAddress? client, int? number = null)
    {
        ArgumentNullException.ThrowIfNull(header);
        var fields = new List<(int Index, ReceivedField Received)>();
        for (var index = 0; index < header.Count && fields.Count < MaxHops; index++)
        {
            if (header[index].IsNamed("Received"u8))
            {
                fields.Add((index, ReceivedField.Parse(header[index].Value)));
            }
        }

        var known = client is { IsIPv4MappedToIPv6: true } ? client.MapToIPv4() : client;
        var border = number is { } given ? given - 1 : known is null ? -1 : fields.FindIndex(field => known.Equals(field.Received.ClientAddress));
        var hops = ImmutableArray.CreateBuilder<MessageHop>(fields.Count);
        DateTimeOffset? before = null;
        for (var place = fields.Count - 1; place >= 0; place--)
        {
            var (index, received) = fields[place];
            hops.Add(new MessageHop
            {
                Number = place + 1,
                FieldIndex = index,
                Received = received,
                Delay = received.Date - before,
                IsOwn = place <= border,
                IsBorder = place == border,
            });
            before = received.Date ?? before;
        }

        hops.Reverse();
        return hops.DrainToImmutable();
    }
}
