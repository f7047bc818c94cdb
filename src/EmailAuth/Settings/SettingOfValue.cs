using System.Collections.Immutable;
using Microsoft.Extensions.Configuration;

namespace EmailAuth.Settings;

/// <summary>A setting of one type.</summary>
/// <typeparam name="TSettings">What holds the value.</typeparam>
/// <typeparam name="TValue">The type of the value.</typeparam>
public sealed class Setting<TSettings, TValue> : Setting
    where TSettings : EmailAuthSettings
{
    private readonly SettingForm<TValue> _form;
    private readonly Func<TSettings, TValue> _get;
    private readonly Action<TSettings, TValue> _set;

    /// <summary>Makes a row.</summary>
    /// <param name="path">The path, with colons between.</param>
    /// <param name="form">How a value is written.</param>
    /// <param name="get">Gets the value; that of new settings is the default.</param>
    /// <param name="set">Sets the value. An <see cref="ArgumentException"/> is an error of the configuration.</param>
    /// <param name="text">What the setting does, in Markdown.</param>
    public Setting(string path, SettingForm<TValue> form, Func<TSettings, TValue> get, Action<TSettings, TValue> set, string text)
        : base(path, text)
    {
        _form = form;
        _get = get;
        _set = set;
    }

    internal override string Expected => _form.Expected;

    internal override string Schema => _form.Schema;

    internal override ImmutableArray<string> Ends => [.. _form.Ends.Select(end => _form.Write(end)!)];

    internal override void Read(IConfigurationSection section, EmailAuthSettings settings, SettingsErrors errors)
    {
        if (!_form.TryRead(section, errors, out var value))
        {
            return;
        }

        try
        {
            _set((TSettings)settings, value);
        }
        catch (ArgumentException mistake)
        {
            // A value that its form takes and its option does not is a mistake in the configuration too, never the end of the program.
            errors.Add(SettingsErrorCode.InvalidValue, section.Path, $"the value is refused: {mistake.Message.Split(" (Parameter ")[0]}");
        }
    }

    internal override string? ValueIn(EmailAuthSettings settings) => _form.Write(_get((TSettings)settings));
}
