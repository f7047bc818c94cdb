using EmailAuth.Cli.Output;
using EmailAuth.Milter.Configuration;
using EmailAuth.Signatures;

namespace EmailAuth.Cli.Input;

/// <summary>Reads private keys from files.</summary>
internal static class KeyFile
{
    private const int MaxLength = 1024 * 1024;

    /// <summary>The key in a PEM file. Standard error says if other users of this computer may read or change it.</summary>
    /// <param name="path">The file.</param>
    /// <param name="passphraseFile">The file whose first line is the passphrase; null for a key in the clear.</param>
    /// <exception cref="CommandException">A file cannot be read, or holds no key that signs.</exception>
    public static PemSigningKey Load(string path, string? passphraseFile)
    {
        var passphrase = passphraseFile is null ? null : ReadPassphrase(passphraseFile);
        try
        {
            var key = PemSigningKey.Load(ReadText(path, "the key", out var isOpen), passphrase);
            if (isOpen)
            {
                Console.Error.WriteLine($"emailauth: other users may read or change '{VisibleText.Of(path)}', and could sign as you: make it private (chmod 600)");
            }

            return key;
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
        using var text = new StringReader(ReadText(path, "the passphrase", out _));
        return text.ReadLine() is { Length: > 0 } line
            ? line
            : throw new CommandException(ExitCode.Input, $"'{path}' has no passphrase: write it on the first line");
    }

    private static string ReadText(string path, string content, out bool isOpen)
    {
        try
        {
            return SecretFile.Read(path, MaxLength, out isOpen);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            // Standard input is not read: it may be the message.
            throw new CommandException(ExitCode.Input, $"'{path}' does not exist: name a file that has {content}", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            throw MessageFile.Unreadable(path, e);
        }
    }
}
