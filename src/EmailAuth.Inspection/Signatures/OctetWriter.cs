using System.Buffers;

namespace EmailAuth.Inspection.Signatures;

/// <summary>Octets that are written one after the other.</summary>
internal sealed class OctetWriter(int capacity)
{
    private readonly ArrayBufferWriter<byte> _octets = new(Math.Max(16, capacity));

    public void Write(ReadOnlySpan<byte> octets) => _octets.Write(octets);

    public byte[] ToArray() => _octets.WrittenSpan.ToArray();
}
