namespace EmailAuth.Settings;

/// <summary>A file that a setting names.</summary>
/// <typeparam name="T">The content.</typeparam>
public sealed class SettingFile<T>
    where T : class
{
    internal SettingFile(string path, T content) => (Path, Content) = (path, content);

    /// <summary>Its path as the setting names it.</summary>
    public string Path { get; }

    /// <summary>What was read from it.</summary>
    public T Content { get; }
}
