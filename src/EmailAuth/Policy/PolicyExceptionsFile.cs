using System.Buffers;
using EmailAuth.Syntax;

namespace EmailAuth.Policy;

/// <summary>A file of exceptions that is read again when it changes. Thread-safe.</summary>
/// <remarks>
/// It is read when a message is judged, at most every five seconds, and used if it has changed. A changed file with an error is not used: the exceptions
/// that were read before stay, and <see cref="Problem"/> says why. An empty file is used when it is still empty the next time: a program that
/// overwrites a file empties it first. Replace the file by renaming a new one.
/// </remarks>
public sealed class PolicyExceptionsFile
{
    // A character has at most four bytes, and a byte order mark, too. A longer file has too many characters.
    private const int MaxBytes = (PolicyExceptions.MaxLength + 2) * 4;

    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);

    private readonly Lock _lock = new();
    private volatile PolicyExceptions _current;
    private volatile string? _problem;
    private byte[]? _seen;
    private bool _isEmptied;
    private long _lookedAt;

    private PolicyExceptionsFile(string path, PolicyExceptions current, byte[] seen)
    {
        Path = path;
        _current = current;
        _seen = seen;
    }

    /// <summary>Where the file is.</summary>
    public string Path { get; }

    /// <summary>Why the file as it is now is not used, in one text without line breaks that names each wrong line by its number; null when it is used.</summary>
    public string? Problem => _problem;

    /// <summary>Reads a file.</summary>
    /// <param name="path">Where it is.</param>
    /// <exception cref="InvalidDataException">The file has errors; the message names each wrong line by its number.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static PolicyExceptionsFile Load(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        var full = System.IO.Path.GetFullPath(path);
        var seen = Read(full);
        var read = Parse(seen);
        return read.Value is { } exceptions ? new PolicyExceptionsFile(full, exceptions, seen) : throw new InvalidDataException(read.Error!.Reason);
    }

    /// <summary>The exceptions as they are now.</summary>
    /// <param name="time">The clock.</param>
    public PolicyExceptions Current(TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(time);
        var (now, last) = (time.GetTimestamp(), Interlocked.Read(ref _lookedAt));
        if ((last == 0 || time.GetElapsedTime(last, now) >= Interval) && _lock.TryEnter())
        {
            try
            {
                Refresh();
                Interlocked.Exchange(ref _lookedAt, Math.Max(now, 1));
            }
            finally
            {
                _lock.Exit();
            }
        }

        return _current;
    }

    private void Refresh()
    {
        try
        {
            // The bytes are compared: behind a link, or in a folder that a program built, another file can have the same time and length.
            var found = Read(Path);
            var isUnchanged = _seen is not null && found.AsSpan().SequenceEqual(_seen);
            var isEmptied = found.Length == 0 && !_isEmptied && !_current.All.IsEmpty;
            _isEmptied = isEmptied;
            if (isUnchanged || isEmptied)
            {
                return;
            }

            var read = Parse(found);
            _seen = found;
            _problem = read.Error?.Reason;
            _current = read.Value ?? _current;
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            // It is used when it is back, whatever it then says.
            _seen = null;
            _problem = fault.Message;
        }
    }

    // Programs that write or rename the file meanwhile are not kept from it.
    private static byte[] Read(string path)
    {
        if (!File.Exists(path))
        {
            throw new FileNotFoundException($"there is no file {path}", path);
        }

        using var file = new FileStream(path, new FileStreamOptions { Share = FileShare.ReadWrite | FileShare.Delete, BufferSize = 0 });
        var buffer = ArrayPool<byte>.Shared.Rent(MaxBytes);
        try
        {
            return buffer.AsSpan(0, file.ReadAtLeast(buffer.AsSpan(0, MaxBytes), MaxBytes, throwOnEndOfStream: false)).ToArray();
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static ParseResult<PolicyExceptions> Parse(byte[] bytes)
    {
        using var reader = new StreamReader(new MemoryStream(bytes));
        return PolicyExceptions.Parse(reader.ReadToEnd());
    }
}
