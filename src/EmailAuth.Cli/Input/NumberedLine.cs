using System.Buffers;

namespace EmailAuth.Cli.Input;

/// <summary>A line of the input without its line end, numbered from 1.</summary>
internal sealed class NumberedLine
{
    // Larger arrays are not kept for other lines.
    private const int MaxPooled = 1024 * 1024;

    private byte[]? _rented;

    private NumberedLine(long number) => Number = number;

    /// <summary>The number.</summary>
    public long Number { get; }

    /// <summary>The bytes, until <see cref="Release"/>; empty when the line is too long to be read.</summary>
    public ReadOnlyMemory<byte> Bytes { get; private set; }

    /// <summary>Whether it is longer than <see cref="LineReader.MaxLength"/>.</summary>
    public bool IsTooLong { get; private init; }

    /// <summary>Copies a line.</summary>
    public static NumberedLine Of(long number, in ReadOnlySequence<byte> bytes)
    {
        var length = (int)bytes.Length;
        var line = new NumberedLine(number) { _rented = length <= MaxPooled ? ArrayPool<byte>.Shared.Rent(length) : null };
        var copy = line._rented ?? GC.AllocateUninitializedArray<byte>(length);
        bytes.CopyTo(copy);
        line.Bytes = copy.AsMemory(0, length);
        return line;
    }

    /// <summary>A line that is too long to be read.</summary>
    public static NumberedLine TooLong(long number) => new(number) { IsTooLong = true };

    /// <summary>Gives the memory to other lines. To be called when the line has been read, by the one who read it.</summary>
    public void Release()
    {
        Bytes = default;
        if (Interlocked.Exchange(ref _rented, null) is { } rented)
        {
            ArrayPool<byte>.Shared.Return(rented);
        }
    }
}
