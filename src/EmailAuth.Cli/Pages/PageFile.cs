using System.Text;

namespace EmailAuth.Cli.Pages;

/// <summary>Writes a page to a file.</summary>
internal static class PageFile
{
    /// <summary>Writes a page.</summary>
    /// <exception cref="CommandException">The file cannot be written.</exception>
    public static async Task WriteAsync(string path, string page, CancellationToken cancellationToken)
    {
        try
        {
            await File.WriteAllTextAsync(path, page, new UTF8Encoding(false), cancellationToken);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw new CommandException(ExitCode.Input, $"the page '{path}' cannot be written: {e.Message}", e);
        }
    }
}
