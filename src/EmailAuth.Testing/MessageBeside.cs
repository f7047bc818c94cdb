namespace EmailAuth.Testing;

/// <summary>Finds the file that a vector names for its message: in the folder of the vector or below it.</summary>
/// <remarks>
/// Vectors come from others. One that could name any file would tell, by how it is judged, what a file of this machine holds; so a path
/// that leads up, is absolute or passes through a symbolic link is refused.
/// </remarks>
internal static class MessageBeside
{
    /// <summary>Finds the file.</summary>
    /// <param name="folder">The vector's folder.</param>
    /// <param name="path">What the vector names.</param>
    /// <param name="file">The file's path; it need not exist.</param>
    /// <returns>Why the path is refused, or null.</returns>
    public static string? Find(string folder, string path, out string file)
    {
        file = folder;
        if (path.Length == 0 || Path.IsPathRooted(path) || path[0] is '/' or '\\' || path is [_, ':', ..])
        {
            return "is not the path of a file beside the vector: it must be relative";
        }

        // A vector is the same on every system, so both separators count on each.
        var parts = path.Split('/', '\\');
        if (parts.Contains(".."))
        {
            return "leads out of the vector's folder: the message must lie beside the vector";
        }

        foreach (var part in path.Split(Path.DirectorySeparatorChar, Path.AltDirectorySeparatorChar))
        {
            file = Path.Combine(file, part);
            if (new FileInfo(file).LinkTarget is not null)
            {
                return "passes through a symbolic link, which may lead anywhere: put the file itself beside the vector";
            }
        }

        return null;
    }
}
