using System.Text;

namespace EmailAuth.Milter.Configuration;

/// <summary>A short file that others must not read or change: a private key, a token.</summary>
internal static class SecretFile
{
    // The group may read it: a file of root that a service reads has mode 0640.
    private const UnixFileMode Others = UnixFileMode.GroupWrite | UnixFileMode.OtherRead | UnixFileMode.OtherWrite;

    /// <summary>Reads a file.</summary>
    /// <param name="path">Where it is.</param>
    /// <param name="maxLength">The most octets that it may have.</param>
    /// <param name="isOpen">Whether other users of this computer may read or change it. Always false on Windows.</param>
    /// <returns>Its text.</returns>
    /// <exception cref="IOException">It cannot be read, or is longer.</exception>
    /// <exception cref="UnauthorizedAccessException">This user may not read it, or it is a folder.</exception>
    public static string Read(string path, int maxLength, out bool isOpen)
    {
        // One handle for both, so that what is checked is what is read.
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read);
        isOpen = !OperatingSystem.IsWindows() && (File.GetUnixFileMode(file.SafeFileHandle) & Others) != UnixFileMode.None;
        var content = new byte[maxLength + 1];
        var length = file.ReadAtLeast(content, content.Length, throwOnEndOfStream: false);
        return length <= maxLength ? Encoding.UTF8.GetString(content.AsSpan(0, length)) : throw new IOException($"it has more than {maxLength} octets");
    }
}
