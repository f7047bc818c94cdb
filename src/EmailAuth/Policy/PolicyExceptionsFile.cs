using EmailAuth.Syntax;

namespace EmailAuth.Policy;

/// <summary>A file of exceptions that is read again when it changes. Thread-safe.</summary>
/// <remarks>
/// It is looked at when a message is judged, at most every five seconds. A changed file with an error is not used: the exceptions that were read
/// before stay, and <see cref="Problem"/> says why.
/// </remarks>
public sealed class PolicyExceptionsFile
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);

    private readonly Lock _lock = new();
    private volatile PolicyExceptions _current;
    private volatile string? _problem;
    private (DateTime Written, long Length) _seen;
    private long _lookedAt;

    private PolicyExceptionsFile(string path, PolicyExceptions current, (DateTime Written, long Length) seen)
    {
        Path = path;
        _current = current;
        _seen = seen;
    }

    /// <summary>Where the file is.</summary>
    public string Path { get; }

    /// <summary>Why the file as it is now is not used, in one line that begins with the line's number; null when it is used.</summary>
    public string? Problem => _problem;

    /// <summary>Reads a file.</summary>
    /// <param name="path">Where it is.</param>
    /// <exception cref="InvalidDataException">The file has an error; the message begins with the line's number.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static PolicyExceptionsFile Load(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        var full = System.IO.Path.GetFullPath(path);
        var seen = Look(full);
        var read = Read(full);
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
            var found = Look(Path);
            if (found == _seen)
            {
                return;
            }

            var read = Read(Path);
            _seen = found;
            _problem = read.Error?.Reason;
            _current = read.Value ?? _current;
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            // It is read when it is back, whatever time it then has.
            _seen = default;
            _problem = fault.Message;
        }
    }

    private static (DateTime Written, long Length) Look(string path)
    {
        var file = new FileInfo(path);
        return file.Exists ? (file.LastWriteTimeUtc, file.Length) : throw new FileNotFoundException($"there is no file {path}", path);
    }

    private static ParseResult<PolicyExceptions> Read(string path)
    {
        using var reader = File.OpenText(path);
        var text = new char[PolicyExceptions.MaxLength + 1];
        return PolicyExceptions.Parse(new string(text, 0, reader.ReadBlock(text)));
    }
}
