using System.Text;

namespace EmailAuth.Reports.Collection;

/// <summary>The folder of a journal, held by its one writer: its lock, its node and the numbers of its segments.</summary>
internal sealed class JournalFolder : IDisposable
{
    private const UnixFileMode FolderMode =
        UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.GroupRead | UnixFileMode.GroupExecute;

    private const UnixFileMode SegmentMode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead;

    private readonly string _path;
    private readonly FileStream _lock;
    private JournalNode _node;

    private JournalFolder(string path, FileStream held, JournalNode node) => (_path, _lock, _node) = (path, held, node);

    /// <summary>The id of what this writer writes.</summary>
    public string Node => _node.Node;

    /// <summary>Opens a folder for writing; it is created when it does not exist.</summary>
    /// <exception cref="IOException">Another process writes it, others can change it, or it cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">This user may not write it.</exception>
    public static JournalFolder Open(string path)
    {
        if (!Directory.Exists(path))
        {
            Directory.CreateDirectory(path);
            if (!OperatingSystem.IsWindows())
            {
                // The process's umask may be one for sockets, which takes the right to enter a folder.
                File.SetUnixFileMode(path, FolderMode);
            }
        }
        else if (!OperatingSystem.IsWindows() && File.GetUnixFileMode(path).HasFlag(UnixFileMode.OtherWrite))
        {
            throw new IOException("other users can write in the folder (chmod o-w)");
        }

        var held = Lock(path);
        try
        {
            var folder = new JournalFolder(path, held, JournalNode.After(ReadNode(path), [.. Segments(path).Select(static segment => segment.Number)]));
            folder.WriteNode(folder._node);
            return folder;
        }
        catch
        {
            held.Dispose();
            throw;
        }
    }

    /// <summary>The segments in a folder, the oldest first; empty when there is no such folder.</summary>
    public static List<(long Number, string Path)> Segments(string folder)
    {
        var found = new List<(long Number, string Path)>();
        if (!Directory.Exists(folder))
        {
            return found;
        }

        foreach (var path in Directory.EnumerateFiles(folder))
        {
            if (SegmentFormat.NumberOf(Path.GetFileName(path)) is { } number)
            {
                found.Add((number, path));
            }
        }

        found.Sort(static (a, b) => a.Number.CompareTo(b.Number));
        return found;
    }

    /// <summary>The ids of the folder and its numbers; null when it has none, or the file is damaged.</summary>
    public static JournalNode? ReadNode(string folder)
    {
        try
        {
            return JournalNode.Parse(File.ReadAllText(NodePath(folder), Encoding.ASCII));
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
    }

    /// <summary>The path of the next segment. Its number was never given before, also if all segments were deleted since.</summary>
    public (long Number, string Path) NextSegment()
    {
        var next = _node with { LastNumber = _node.LastNumber + 1 };
        WriteNode(next);
        _node = next;
        return (_node.LastNumber, Path.Combine(_path, SegmentFormat.FileName(_node.LastNumber)));
    }

    /// <summary>The bytes of all segments.</summary>
    public long TotalBytes()
    {
        var total = 0L;
        foreach (var (_, path) in Segments(_path))
        {
            var file = new FileInfo(path);
            total += file.Exists ? file.Length : 0;
        }

        return total;
    }

    public void Dispose() => _lock.Dispose();

    /// <summary>Creates a file that its user writes and its group reads.</summary>
    internal static FileStreamOptions Creation(FileMode mode)
    {
        var options = new FileStreamOptions { Mode = mode, Access = FileAccess.Write, Share = FileShare.Read | FileShare.Delete, BufferSize = 0 };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = SegmentMode;
        }

        return options;
    }

    private static string NodePath(string folder) => Path.Combine(folder, "node");

    private static FileStream Lock(string path)
    {
        var options = Creation(FileMode.OpenOrCreate);
        options.Share = FileShare.None;
        var file = Path.Combine(path, "lock");
        try
        {
            return new FileStream(file, options);
        }
        catch (IOException exception) when (exception is not (FileNotFoundException or DirectoryNotFoundException) && File.Exists(file))
        {
            throw new IOException("another process writes this journal: give each its own JournalFolder", exception);
        }
    }

    // The old file stays whole until the new one is on the disk.
    private void WriteNode(JournalNode node)
    {
        var path = NodePath(_path);
        using (var file = new FileStream(path + ".new", Creation(FileMode.Create)))
        {
            file.Write(Encoding.ASCII.GetBytes(node.ToString()));
            file.Flush(flushToDisk: true);
        }

        File.Move(path + ".new", path, overwrite: true);
    }
}
