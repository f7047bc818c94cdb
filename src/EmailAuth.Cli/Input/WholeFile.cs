namespace EmailAuth.Cli.Input;

/// <summary>Reads whole files and streams, with a bound also for those that do not say how long they are.</summary>
internal static class WholeFile
{
    // The most that an array holds, which is what .NET says of a longer file.
    private const string TooLong = "The file is too long. This operation is currently limited to supporting files less than 2 gigabytes in size.";

    /// <summary>Reads a file.</summary>
    /// <exception cref="IOException">It cannot be read, or is too long.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be read.</exception>
    public static byte[] Read(string path)
    {
        using var file = File.OpenRead(path);
        return HasLength(file) ? File.ReadAllBytes(path) : ReadAsync(file, Array.MaxLength).GetAwaiter().GetResult();
    }

    /// <inheritdoc cref="Read"/>
    public static async Task<byte[]> ReadAsync(string path, CancellationToken cancellationToken)
    {
        await using var file = File.OpenRead(path);
        return HasLength(file) ? await File.ReadAllBytesAsync(path, cancellationToken) : await ReadAsync(file, Array.MaxLength);
    }

    /// <summary>Reads a stream that does not say how long it is.</summary>
    /// <exception cref="IOException">It cannot be read, or has more than <paramref name="most"/> bytes.</exception>
    public static async Task<byte[]> ReadAsync(Stream stream, int most)
    {
        try
        {
            using var content = new MemoryStream();
            var piece = new byte[128 * 1024];
            while (await stream.ReadAsync(piece) is var count and > 0)
            {
                if (count > most - content.Length)
                {
                    throw new IOException(TooLong);
                }

                content.Write(piece, 0, count);
            }

            return content.ToArray();
        }
        catch (OutOfMemoryException e)
        {
            throw new IOException(TooLong, e);
        }
    }

    // A device and a file of /proc have the length 0, whatever they give.
    private static bool HasLength(FileStream file) => file is { CanSeek: true, Length: > 0 };
}
