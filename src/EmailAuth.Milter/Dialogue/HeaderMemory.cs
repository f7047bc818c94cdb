namespace EmailAuth.Milter.Dialogue;

/// <summary>
/// The memory for long headers: a header is held until its message ends, and there may be as many as connections. Thread-safe.
/// </summary>
/// <param name="capacity">How many bytes of long headers are held at a time.</param>
internal sealed class HeaderMemory(long capacity)
{
    /// <summary>The bytes of a header that the memory of its connection is enough for.</summary>
    public const int BytesOfConnection = 32 * 1024;

    // An eighth of the memory: the connections have a half of it. A byte of a header costs about four while it grows and is judged.
    private const int ShareOfMemory = 8 * 4;

    private long _taken;

    /// <summary>How many bytes are held at a time.</summary>
    public long Capacity => capacity;

    /// <summary>The room that a process has.</summary>
    /// <param name="memory">How many bytes the process may use.</param>
    public static HeaderMemory Of(long memory) => new(memory / ShareOfMemory);

    /// <summary>Takes the room of a part of a header. A header that is the only one always finds it: it has other limits.</summary>
    /// <param name="bytes">The bytes of the part.</param>
    /// <param name="held">What the same header has taken before.</param>
    /// <returns>Whether there is room. <see cref="Return"/> gives it back.</returns>
    public bool TryTake(int bytes, long held)
    {
        var taken = Interlocked.Add(ref _taken, bytes);
        if (taken <= capacity || taken - bytes == held)
        {
            return true;
        }

        Return(bytes);
        return false;
    }

    /// <summary>Gives room back.</summary>
    public void Return(long bytes) => Interlocked.Add(ref _taken, -bytes);
}
