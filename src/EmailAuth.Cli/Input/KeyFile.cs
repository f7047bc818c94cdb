using EmailAuth.Signatures;

namespace EmailAuth.Cli.Input;

/// <summary>Reads private keys from files.</summary>
internal static class KeyFile
{
    /// <summary>The text of a file.</summary>
    /// <exception cref="CommandException">It cannot be read.</exception>
    public static string ReadText(string path)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            throw MessageFile.Unreadable(path, e);
        }
    }

    /// <summary>The key in a PEM file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="passphraseFile">The file whose first line is the passphrase; null for a key in the clear.</param>
    /// <exception cref="CommandException">A file cannot be read, or holds no key that signs.</exception>
    public static PemSigningKey Load(string path, string? passphraseFile)
    {
        var passphrase = passphraseFile is null ? null : ReadPassphrase(passphraseFile);
        try
        {
            return PemSigningKey.Load(ReadText(path), passphrase);
        }
        catch (ArgumentException e)
        {
            throw new CommandException(ExitCode.Input, $"'{path}': {CommandException.Sentence(e)}", e);
        }
    }

    /// <summary>The first line of a file.</summary>
    /// <exception cref="CommandException">The file cannot be read, or its first line is empty.</exception>
    public static string ReadPassphrase(string path)
    {
        using var text = new StringReader(ReadText(path));
        return text.ReadLine() is { Length: > 0 } line
            ? line
            : throw new CommandException(ExitCode.Input, $"'{path}' has no passphrase: write it on the first line");
    }

    /// <summary>Whether other users of this computer may read a key, which then is not private. Always false on Windows.</summary>
    public static bool IsReadableByOthers(string path) =>
        !OperatingSystem.IsWindows() && (File.GetUnixFileMode(path) & (UnixFileMode.GroupRead | UnixFileMode.OtherRead)) != UnixFileMode.None;
}
