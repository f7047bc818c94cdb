namespace EmailAuth.Settings;

/// <summary>Makes rows of the library's own table.</summary>
internal static class SettingRow
{
    /// <summary>A row whose value goes into <see cref="AuthenticationOptions"/>.</summary>
    public static Setting Of<T>(
        string path, SettingForm<T> form, Func<AuthenticationOptions, T> get, Func<AuthenticationOptions, T, AuthenticationOptions> with, string text) =>
        new Setting<EmailAuthSettings, T>(
            path, form, settings => get(settings.Options), (settings, value) => settings.Options = with(settings.Options, value), text);
}
