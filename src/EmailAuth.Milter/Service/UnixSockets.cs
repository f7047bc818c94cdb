using System.Net.Sockets;

namespace EmailAuth.Milter.Service;

/// <summary>The files of Unix sockets: one that a killed service left behind is in the way of the next.</summary>
internal sealed class UnixSockets(MilterOptions options)
{
    // Set once the service has made them: until then what stands there is another's.
    private bool _areOurs;

    private IEnumerable<string> Paths => options.Listen.Where(a => a.UnixPath is not null).Select(a => a.UnixPath!);

    /// <summary>Removes sockets at which nobody listens any more.</summary>
    /// <exception cref="IOException">Somebody listens, something that is no socket stands there, or there is no folder for it.</exception>
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
                throw new IOException($"{path}: something that is no socket stands there");
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

    /// <summary>Takes the sockets that were made for the service's own, and gives them their access rights.</summary>
    public void SetMode()
    {
        _areOurs = true;
        if (OperatingSystem.IsWindows() || options.SocketMode is not { } mode)
        {
            return;
        }

        foreach (var path in Paths)
        {
            File.SetUnixFileMode(path, mode);
        }
    }

    /// <summary>Removes the service's own sockets.</summary>
    public void Remove()
    {
        foreach (var path in _areOurs ? Paths.Where(IsSocket) : [])
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
