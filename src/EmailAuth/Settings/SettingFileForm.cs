using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using Microsoft.Extensions.Configuration;

namespace EmailAuth.Settings;

/// <summary>A file's path and content.</summary>
internal sealed record SettingFile<T>(string Path, T Content);

/// <summary>The path of a file that is read with the settings.</summary>
internal sealed class SettingFileForm<T>(string expected, Func<string, T> load)
    : SettingForm<SettingFile<T>?>(expected, NotFromText, static file => file?.Path)
    where T : class
{
    internal override bool TryRead(IConfigurationSection section, SettingsErrors errors, [MaybeNullWhen(false)] out SettingFile<T>? value)
    {
        value = null;
        if (!PathForm.TryRead(section, errors, out var path))
        {
            return false;
        }

        try
        {
            value = new SettingFile<T>(path, load(path));
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
