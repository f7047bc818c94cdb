using System.Net.Sockets;

namespace EmailAuth.Milter.Service;

/// <summary>The files of Unix sockets: one that a killed service left behind is in the way of the next.</summary>
internal sealed class UnixSockets(MilterOptions options)
{
    // Those that the service has made: what else is there is another's.
    private readonly List<string> _ours = [];

    private IEnumerable<string> Paths => options.Listen.Where(a => a.UnixPath is not null).Select(a => a.UnixPath!);

    /// <summary>Removes sockets at which nobody listens any more.</summary>
    /// <exception cref="IOException">Somebody listens, something is there that is not a socket, or there is no folder for it.</exception>
    public async Task RemoveStaleAsync(CancellationToken cancellationToken)
    {
        foreach (var path in Paths)
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
                throw new IOException($"{path}: something is there that is not a socket");
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

    /// <summary>Takes a socket that was just made for the service's own, and gives it its owner and access rights.</summary>
    /// <exception cref="IOException">It cannot be given to the owner or group that the options name.</exception>
    public void Prepare(string path)
    {
        _ours.Add(path);
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        if (options.SocketOwner is not null || options.SocketGroup is not null)
        {
            SystemAccounts.Give(path, options.SocketOwner, options.SocketGroup);
        }

        if (options.SocketMode is { } mode)
        {
            File.SetUnixFileMode(path, mode);
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

    // A regular file refuses connections as a dead socket does: it is not ours to delete. .NET has no name for the type of a file; one
    // that is neither folder nor link nor regular shows as Normal with no length, and cannot be opened (ENXIO).
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
