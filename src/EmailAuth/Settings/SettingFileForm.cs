using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using Microsoft.Extensions.Configuration;

namespace EmailAuth.Settings;

/// <summary>The path of a file that is read with the settings: a setting whose value is the file's content.</summary>
/// <typeparam name="T">The content.</typeparam>
public sealed class SettingFileForm<T> : SettingForm<SettingFile<T>?>
    where T : class
{
    private readonly Func<string, T> _load;

    /// <summary>Makes a form.</summary>
    /// <param name="expected">What the file is, to follow "is not", such as <c>a file of exceptions</c>.</param>
    /// <param name="load">
    /// Reads the file. What it throws is an error of the settings: <see cref="IOException"/>, <see cref="UnauthorizedAccessException"/>,
    /// <see cref="InvalidDataException"/>, <see cref="CryptographicException"/> or <see cref="ArgumentException"/>, with a message for people.
    /// </param>
    public SettingFileForm(string expected, Func<string, T> load)
        : base(expected, NotFromText, static file => file?.Path)
    {
        ArgumentNullException.ThrowIfNull(load);
        _load = load;
    }

    internal override bool TryRead(IConfigurationSection section, SettingsErrors errors, [MaybeNullWhen(false)] out SettingFile<T>? value)
    {
        value = null;
        if (!PathForm.TryRead(section, errors, out var path))
        {
            return false;
        }

        try
        {
            value = new SettingFile<T>(path, _load(path));
            return true;
        }
        catch (Exception mistake) when (mistake is IOException or UnauthorizedAccessException or InvalidDataException or CryptographicException or ArgumentException)
        {
            errors.Add(SettingsErrorCode.UnreadableFile, section.Path, $"'{path}' is not {Expected}: {mistake.Message}");
            return false;
        }
    }

    private static SettingForm<string> PathForm { get; } = new("a path", Taken, static path => path);

    private static bool Taken(string text, out string value)
    {
        value = text;
        return true;
    }

    // TryRead loads the file; the text of the value is only its path.
    private static bool NotFromText(string text, out SettingFile<T>? value)
    {
        value = null;
        return false;
    }
}
