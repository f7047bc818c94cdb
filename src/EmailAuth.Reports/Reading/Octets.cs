using System.Runtime.InteropServices;

namespace EmailAuth.Reports.Reading;

/// <summary>Reads octets from streams and memory.</summary>
internal static class Octets
{
    /// <summary>A stream over octets, without a copy where they are in an array.</summary>
    public static MemoryStream StreamOf(ReadOnlyMemory<byte> octets) =>
        MemoryMarshal.TryGetArray(octets, out var array) ? new MemoryStream(array.Array!, array.Offset, array.Count, writable: false) : new MemoryStream(octets.ToArray(), writable: false);

    /// <summary>Reads a stream to its end; null when it has more octets than the limit.</summary>
    public static async ValueTask<ReadOnlyMemory<byte>?> ReadAllAsync(Stream stream, long most, CancellationToken cancellationToken)
    {
        var buffer = new byte[16 * 1024];
        var length = 0;
        while (true)
        {
            if (length == buffer.Length)
            {
                Array.Resize(ref buffer, (int)Math.Min(buffer.Length * 2L, Math.Max(most + 1, buffer.Length + 1L)));
            }

            var count = await stream.ReadAsync(buffer.AsMemory(length), cancellationToken).ConfigureAwait(false);
            length += count;
            if (length > most)
            {
                return null;
            }

            if (count == 0)
            {
                return buffer.AsMemory(0, length);
            }
        }
    }
}
