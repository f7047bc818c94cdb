using System.Net.Sockets;

namespace EmailAuth.Milter.Service;

/// <summary>The files of Unix sockets: one that a killed service left behind is in the way of the next.</summary>
internal sealed class UnixSockets(MilterOptions options)
{
    private IEnumerable<string> Paths => options.Listen.Where(a => a.UnixPath is not null).Select(a => a.UnixPath!);

    /// <summary>Removes sockets at which nobody listens any more.</summary>
    /// <exception cref="IOException">Somebody listens, or something that is no socket stands there.</exception>
    public async Task RemoveStaleAsync(CancellationToken cancellationToken)
    {
        foreach (var path in Paths)
        {
            if (!File.Exists(path))
            {
                continue;
            }

            using var probe = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            try
            {
                await probe.ConnectAsync(new UnixDomainSocketEndPoint(path), cancellationToken);
                throw new IOException($"{path}: another process listens there");
            }
            catch (SocketException exception) when (exception.SocketErrorCode == SocketError.ConnectionRefused && IsSocket(path))
            {
                File.Delete(path);
            }
        }
    }

    /// <summary>Gives the sockets their access rights.</summary>
    public void SetMode()
    {
        if (OperatingSystem.IsWindows() || options.SocketMode is not { } mode)
        {
            return;
        }

        foreach (var path in Paths)
        {
            File.SetUnixFileMode(path, mode);
        }
    }

    /// <summary>Removes the sockets.</summary>
    public void Remove()
    {
        foreach (var path in Paths.Where(IsSocket))
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
