using System.Security.Cryptography;
using System.Text;
using EmailAuth.Cli.Input;

namespace EmailAuth.Cli.Output;

/// <summary>A file that a command writes. What the file has stays until all that replaces it is written.</summary>
internal sealed class OutputFile : IAsyncDisposable
{
    private readonly string _path;
    private readonly string _what;
    private readonly string? _temporary;
    private readonly FileStream _stream;
    private bool _isWritten;
    private bool _isComplete;

    private OutputFile(string path, string what)
    {
        (_path, _what) = (FileStatus.Target(path), what);
        if (FileStatus.IsSpecial(path))
        {
            // A pipe or a device: it has no content that could be lost, and cannot be replaced.
            _stream = new FileStream(path, FileMode.Open, FileAccess.Write);
            return;
        }

        _temporary = Path.Combine(Path.GetDirectoryName(_path)!, $".{Path.GetFileName(_path)}.{RandomNumberGenerator.GetHexString(8, lowercase: true)}.tmp");
        try
        {
            // What replaces a file must be allowed to: a file that this user may not write stays as it is.
            var mode = File.Exists(_path) ? ModeOfWritable() : null;
            _stream = new FileStream(_temporary, FileMode.CreateNew, FileAccess.Write);
            if (mode is { } given && !OperatingSystem.IsWindows())
            {
                File.SetUnixFileMode(_temporary, given);
            }
        }
        catch (UnauthorizedAccessException) when (File.Exists(_path))
        {
            // The user may write the file, but not add one to its folder.
            _temporary = null;
            _stream = new FileStream(_path, FileMode.Open, FileAccess.Write);
        }
    }

    /// <summary>Begins to write a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="what">What it is, for errors: "the page" and the path.</param>
    /// <exception cref="CommandException">The file cannot be written.</exception>
    public static OutputFile Open(string path, string what)
    {
        try
        {
            return Directory.Exists(path) ? throw new IOException("it is a folder") : new OutputFile(path, what);
        }
        catch (Exception e) when (IsExpected(e))
        {
            throw Unwritable(what, e);
        }
    }

    /// <summary>Writes a whole file.</summary>
    /// <exception cref="CommandException">The file cannot be written.</exception>
    public static async Task WriteAsync(string path, string what, ReadOnlyMemory<byte> content, CancellationToken cancellationToken)
    {
        await using var file = Open(path, what);
        await file.WriteAsync(content, cancellationToken);
        await file.CompleteAsync(cancellationToken);
    }

    /// <summary>Refuses an output that is a file which the command reads, is in a folder that it reads, or is another output.</summary>
    /// <param name="path">The output; null for none.</param>
    /// <param name="others">The other files and folders; null for one that is not given, "-" for standard input.</param>
    /// <exception cref="CommandException">It is one of them.</exception>
    public static void Refuse(string? path, params IEnumerable<string?> others)
    {
        // Two paths to one terminal lose nothing.
        if (path is null || FileStatus.IsSpecial(path))
        {
            return;
        }

        foreach (var other in others)
        {
            if (other is null)
            {
                continue;
            }

            if (FileStatus.AreSame(path, other))
            {
                throw new CommandException(ExitCode.Usage, $"'{path}' would overwrite a file that the command uses: give another file for the output");
            }

            if (Directory.Exists(other) && IsIn(path, other))
            {
                throw new CommandException(ExitCode.Usage, $"'{path}' is in the folder '{other}', whose files are read: give a file outside of it for the output");
            }
        }
    }

    /// <summary>Writes text.</summary>
    /// <exception cref="CommandException">The file cannot be written.</exception>
    public Task WriteAsync(string text, CancellationToken cancellationToken) => WriteAsync(Encoding.UTF8.GetBytes(text), cancellationToken);

    /// <summary>Writes bytes.</summary>
    /// <exception cref="CommandException">The file cannot be written.</exception>
    public async Task WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        try
        {
            if (!_isWritten && _temporary is null && _stream is { CanSeek: true, Length: > 0 })
            {
                _stream.SetLength(0);
            }

            _isWritten = true;
            await _stream.WriteAsync(bytes, cancellationToken);
        }
        catch (Exception e) when (IsExpected(e))
        {
            throw Unwritable(_what, e);
        }
    }

    /// <summary>Replaces the file by what was written. If nothing was written, it stays as it is.</summary>
    /// <exception cref="CommandException">The file cannot be written.</exception>
    public async Task CompleteAsync(CancellationToken cancellationToken)
    {
        try
        {
            await _stream.FlushAsync(cancellationToken);
            await _stream.DisposeAsync();
            if (_temporary is not null && _isWritten)
            {
                File.Move(_temporary, _path, overwrite: true);
                _isComplete = true;
            }
        }
        catch (Exception e) when (IsExpected(e))
        {
            throw Unwritable(_what, e);
        }
    }

    public async ValueTask DisposeAsync()
    {
        try
        {
            await _stream.DisposeAsync();
        }
        finally
        {
            if (_temporary is not null && !_isComplete)
            {
                File.Delete(_temporary);
            }
        }
    }

    private UnixFileMode? ModeOfWritable()
    {
        using var file = new FileStream(_path, FileMode.Open, FileAccess.Write);
        return OperatingSystem.IsWindows() ? null : File.GetUnixFileMode(file.SafeFileHandle);
    }

    private static bool IsIn(string path, string folder)
    {
        for (var above = Path.GetDirectoryName(FileStatus.Target(path)); above is not null; above = Path.GetDirectoryName(above))
        {
            if (FileStatus.AreSame(above, folder))
            {
                return true;
            }
        }

        return false;
    }

    private static bool IsExpected(Exception e) => e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException;

    private static CommandException Unwritable(string what, Exception e) => new(ExitCode.Input, $"{what} cannot be written: {e.Message}", e);
}
