using System.Text;
using EmailAuth.Cli.Output;

namespace EmailAuth.Cli.Pages;

/// <summary>Writes a page to a file.</summary>
internal static class PageFile
{
    /// <summary>Writes a page.</summary>
    /// <exception cref="CommandException">The file cannot be written.</exception>
    public static Task WriteAsync(string path, string page, CancellationToken cancellationToken) =>
        OutputFile.WriteAsync(path, $"the page '{path}'", Encoding.UTF8.GetBytes(page), cancellationToken);
}
