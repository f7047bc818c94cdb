using System.Net.Sockets;

namespace EmailAuth.Milter.Service;

/// <summary>The files of Unix sockets. A file that a killed service left behind prevents the next service from listening.</summary>
/// <param name="paths">The files.</param>
/// <param name="mode">Their access rights; null means those of the process's umask.</param>
/// <param name="owner">The number of the user who owns them; null means the user of the process.</param>
/// <param name="group">The number of their group; null means the group of the process.</param>
internal sealed class UnixSockets(IReadOnlyList<string> paths, UnixFileMode? mode, uint? owner, uint? group)
{
    // The files that this service has made: it removes no others.
    private readonly List<string> _ours = [];

    /// <summary>Removes sockets at which no process listens.</summary>
    /// <exception cref="IOException">Another process listens there, the file is not a socket, or its folder does not exist.</exception>
    public async Task RemoveStaleAsync(CancellationToken cancellationToken)
    {
        foreach (var path in paths)
        {
            if (!Path.Exists(path))
            {
                if (!Directory.Exists(Path.GetDirectoryName(path)))
                {
                    throw new IOException($"{path}: the folder does not exist");
                }

                continue;
            }

            if (!IsSocket(path))
            {
                throw new IOException($"{path}: it exists and is not a socket");
            }

            using var probe = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            try
            {
                await probe.ConnectAsync(new UnixDomainSocketEndPoint(path), cancellationToken);
                throw new IOException($"{path}: another process listens there");
            }
            catch (SocketException exception) when (exception.SocketErrorCode == SocketError.ConnectionRefused)
            {
                File.Delete(path);
            }
            catch (SocketException exception)
            {
                throw new IOException($"{path}: {exception.Message}", exception);
            }
        }
    }

    /// <summary>Records a new socket as the service's own, and sets its owner and access rights.</summary>
    /// <exception cref="IOException">The owner or group cannot be set.</exception>
    public void Prepare(string path)
    {
        _ours.Add(path);
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        if (owner is not null || group is not null)
        {
            SystemAccounts.Give(path, owner, group);
        }

        if (mode is { } rights)
        {
            File.SetUnixFileMode(path, rights);
        }
    }

    /// <summary>Removes the service's own sockets.</summary>
    public void Remove()
    {
        foreach (var path in _ours.Where(IsSocket))
        {
            File.Delete(path);
        }
    }

    // A regular file refuses connections as a dead socket does, and must not be deleted. .NET does not report that a file is a socket: a file
    // that is neither a folder, a link nor a regular file shows as Normal with no length, and cannot be opened (ENXIO).
    private static bool IsSocket(string path)
    {
        if (!File.Exists(path) || new FileInfo(path).Length > 0)
        {
            return false;
        }

        try
        {
            using var file = File.OpenHandle(path);
            return false;
        }
        catch (IOException)
        {
            return true;
        }
    }
}
