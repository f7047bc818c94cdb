using System.Buffers.Binary;
using System.Security.Cryptography;
using EmailAuth.Cryptography;

namespace EmailAuth.Dns.Stub;

/// <summary>Unpredictable numbers (RFC 5452 section 9.2), drawn a block at a time: a call of the system's generator for each would cost more than sending. Thread-safe.</summary>
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
                Fill(_block);
                _used = 0;
            }

            var place = _block.AsSpan(_used, 2);
            var number = BinaryPrimitives.ReadUInt16LittleEndian(place);
            place.Clear(); // numbers that were used do not stay in memory
            _used += 2;
            return number;
        }
    }

    /// <summary>Fills a block.</summary>
    /// <remarks>
    /// On Linux .NET's generator is OpenSSL's; using it where OpenSSL cannot be loaded ends the process. A GUID holds 122 bits of the kernel's
    /// generator there; its first six octets are wholly random.
    /// </remarks>
    public static void Fill(Span<byte> block)
    {
        if (PlatformCryptography.Fault is null)
        {
            RandomNumberGenerator.Fill(block);
            return;
        }

        Span<byte> guid = stackalloc byte[16];
        while (!block.IsEmpty)
        {
            Guid.NewGuid().TryWriteBytes(guid);
            var length = Math.Min(block.Length, 6);
            guid[..length].CopyTo(block);
            block = block[length..];
        }
    }
}
