namespace EmailAuth.Testing;

/// <summary>Finds the message file that a vector names, in the folder of the vector or below it.</summary>
/// <remarks>
/// Vectors come from other people. If a vector could name any file, its verdict would reveal what a file of this machine contains.
/// Therefore a path that leads up, is absolute or passes through a symbolic link is refused.
/// </remarks>
internal static class MessageBeside
{
    /// <summary>Finds the file.</summary>
    /// <param name="folder">The vector's folder.</param>
    /// <param name="path">The path in the vector.</param>
    /// <param name="file">The file's path; it need not exist.</param>
    /// <returns>Why the path is refused, or null.</returns>
    public static string? Find(string folder, string path, out string file)
    {
        file = folder;
        if (path.Length == 0 || Path.IsPathRooted(path) || path[0] is '/' or '\\' || path is [_, ':', ..])
        {
            return "is not a relative path: the message file must be in the vector's folder or below it";
        }

        // A vector means the same on every system, so both separators are recognized on each.
        var parts = path.Split('/', '\\');
        if (parts.Contains(".."))
        {
            return "leads out of the vector's folder: the message file must be in that folder or below it";
        }

        foreach (var part in path.Split(Path.DirectorySeparatorChar, Path.AltDirectorySeparatorChar))
        {
            file = Path.Combine(file, part);
            if (new FileInfo(file).LinkTarget is not null)
            {
                return "passes through a symbolic link, which may lead anywhere: put the file itself into the vector's folder";
            }
        }

        return null;
    }
}
