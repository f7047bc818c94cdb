using System.IO.Enumeration;

namespace EmailAuth.Cli.Input;

/// <summary>The files of a folder that a command is given.</summary>
internal static class FolderFiles
{
    // The folders of a Maildir are also read; those whose names start with a dot are mail folders too.
    private static readonly EnumerationOptions All = new() { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.None };

    /// <summary>
    /// The files of a folder and of the folders in it, ordered by name. Links to folders are not followed: such a link may lead to a folder that holds
    /// it, whose files would be read again and again. Pipes, devices and sockets are left out: opening or reading one may never end.
    /// </summary>
    /// <param name="folder">The folder. It may itself be a link.</param>
    public static IEnumerable<string> Of(string folder) =>
        new FileSystemEnumerable<string>(folder, static (ref FileSystemEntry entry) => entry.ToSpecifiedFullPath(), All)
        {
            ShouldIncludePredicate = static (ref FileSystemEntry entry) => !entry.IsDirectory && !FileStatus.IsSpecial(entry.ToFullPath()),
            ShouldRecursePredicate = static (ref FileSystemEntry entry) => (entry.Attributes & FileAttributes.ReparsePoint) == FileAttributes.None,
        }.Order(StringComparer.Ordinal);

    /// <summary>The start of a sentence that says what paths have: "'a' has", "'a' and 'b' have".</summary>
    public static string Named(IReadOnlyList<string> paths) =>
        string.Join(" and ", paths.Select(static path => $"'{path}'")) + (paths.Count == 1 ? " has" : " have");
}
