using System.Buffers.Binary;
using System.Runtime.InteropServices;
using EmailAuth.Syntax;

namespace EmailAuth.Dns.Stub;

/// <summary>Where a resource record has its parts in a message (RFC 1035 section 4.1.3).</summary>
/// <param name="Owner">Where the owner's name starts.</param>
/// <param name="Type">Its type.</param>
/// <param name="Class">Its class.</param>
/// <param name="TimeToLive">Its TTL as it was sent.</param>
/// <param name="Data">Where its data starts.</param>
/// <param name="End">Where its data ends, and the next record starts.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct WireRecord(int Owner, ushort Type, ushort Class, uint TimeToLive, int Data, int End)
{
    public const ushort NameServer = 2;
    public const ushort CanonicalName = 5;
    public const ushort StartOfAuthority = 6;
    public const ushort Options = 41;

    private const ushort Internet = 1;
    private const int FixedLength = 10;

    /// <summary>Reads the record at a position and moves behind it.</summary>
    /// <returns>False when it does not lie within the message.</returns>
    public static bool TryRead(ReadOnlySpan<byte> message, ref int position, out WireRecord record)
    {
        record = default;
        var owner = position;
        if (!WireName.TrySkip(message, ref position) || message.Length - position < FixedLength)
        {
            return false;
        }

        var part = message[position..];
        var data = position + FixedLength;
        var end = data + BinaryPrimitives.ReadUInt16BigEndian(part[8..]);
        record = new WireRecord(
            owner,
            BinaryPrimitives.ReadUInt16BigEndian(part),
            BinaryPrimitives.ReadUInt16BigEndian(part[2..]),
            BinaryPrimitives.ReadUInt32BigEndian(part[4..]),
            data,
            end);
        position = end;
        return end <= message.Length;
    }

    /// <summary>Whether it is a record of a type at a name.</summary>
    public bool Is(ReadOnlySpan<byte> message, ushort type, DomainName owner) =>
        Type == type && Class == Internet && WireName.IsEqual(message, Owner, owner);

    /// <summary>How long it may be kept. RFC 2181 section 8: a set top bit means not at all.</summary>
    public TimeSpan Lifetime => TimeSpan.FromSeconds(TimeToLive > int.MaxValue ? 0 : (int)TimeToLive);
}
