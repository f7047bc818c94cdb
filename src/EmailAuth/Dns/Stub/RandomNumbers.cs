using System.Buffers.Binary;
using System.Security.Cryptography;

namespace EmailAuth.Dns.Stub;

/// <summary>Numbers that nobody can foresee (RFC 5452 section 9.2), drawn a block at a time: a call of the system's generator each would cost more than sending. Thread-safe.</summary>
internal sealed class RandomNumbers
{
    private readonly Lock _lock = new();
    private readonly byte[] _block = new byte[1024];
    private int _used = 1024;

    /// <summary>The next 16 bits.</summary>
    public ushort Next()
    {
        lock (_lock)
        {
            if (_used == _block.Length)
            {
                RandomNumberGenerator.Fill(_block);
                _used = 0;
            }

            var place = _block.AsSpan(_used, 2);
            var number = BinaryPrimitives.ReadUInt16LittleEndian(place);
            place.Clear(); // what was drawn is not left in memory
            _used += 2;
            return number;
        }
    }
}
