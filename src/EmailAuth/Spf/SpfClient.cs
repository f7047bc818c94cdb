using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

namespace EmailAuth.Spf;

/// <summary>The client's address as numbers, for comparison with networks.</summary>
internal readonly struct SpfClient
{
    public const int BitsIPv4 = 32;
    public const int BitsIPv6 = 128;

    private readonly UInt128 _bits;

    public SpfClient(IPAddress address)
    {
        // RFC 7208 section 5: an IPv4-mapped IPv6 address is treated as IPv4. A zone (RFC 4007) means something on this host only.
        Address = address.IsIPv4MappedToIPv6 ? address.MapToIPv4()
            : address.AddressFamily == AddressFamily.InterNetworkV6 && address.ScopeId != 0 ? new IPAddress(address.GetAddressBytes())
            : address;
        IsIPv4 = Address.AddressFamily == AddressFamily.InterNetwork;
        _bits = Bits(Address);
    }

    public IPAddress Address { get; }

    public bool IsIPv4 { get; }

    public AddressFamily Family => IsIPv4 ? AddressFamily.InterNetwork : AddressFamily.InterNetworkV6;

    public static uint MaskIPv4(int length) => length == 0 ? 0 : uint.MaxValue << (BitsIPv4 - length);

    public static UInt128 MaskIPv6(int length) => length == 0 ? UInt128.Zero : UInt128.MaxValue << (BitsIPv6 - length);

    public static UInt128 Bits(IPAddress address)
    {
        Span<byte> bytes = stackalloc byte[16];
        return address.TryWriteBytes(bytes, out var length) && length == 4
            ? BinaryPrimitives.ReadUInt32BigEndian(bytes)
            : BinaryPrimitives.ReadUInt128BigEndian(bytes);
    }

    /// <summary>Whether the client is in the network of an ip4 or ip6 mechanism.</summary>
    public bool IsInNetworkOf(SpfMechanism mechanism) => mechanism.Kind == SpfMechanismKind.IP4
        ? IsIPv4 && ((uint)_bits & MaskIPv4(mechanism.PrefixLengthIPv4)) == mechanism.NetworkIPv4
        : !IsIPv4 && (_bits & MaskIPv6(mechanism.PrefixLengthIPv6)) == mechanism.NetworkIPv6;

    /// <summary>Whether the client and a host's address share as many leading bits as the mechanism asks for.</summary>
    public bool Shares(IPAddress host, SpfMechanism mechanism) => IsIPv4
        ? host.AddressFamily == AddressFamily.InterNetwork && (((uint)_bits ^ (uint)Bits(host)) & MaskIPv4(mechanism.PrefixLengthIPv4)) == 0
        : host.AddressFamily == AddressFamily.InterNetworkV6 && ((_bits ^ Bits(host)) & MaskIPv6(mechanism.PrefixLengthIPv6)) == UInt128.Zero;

    /// <summary>Whether a host's address is the client's.</summary>
    public bool Is(IPAddress host) => host.AddressFamily == Address.AddressFamily && _bits == Bits(host);
}
