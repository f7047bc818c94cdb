using System.Collections.Immutable;
using Microsoft.Extensions.Configuration;

namespace EmailAuth.Settings;

/// <summary>
/// One setting: a row of the table that the reader, its errors, the page of settings and the JSON schema come from. Immutable.
/// </summary>
public abstract class Setting
{
    private protected Setting(string path, string text)
    {
        Path = path;
        Text = text;
    }

    /// <summary>The path below the section of the settings, with colons as separators, such as <c>Spf:MaxLookups</c>. Case does not matter.</summary>
    public string Path { get; }

    /// <summary>What the setting does, in Markdown.</summary>
    public string Text { get; }

    /// <summary>Whether the setting has no default, so that a configuration must have it.</summary>
    internal bool IsRequired { get; init; }

    /// <summary>What a value looks like, in words.</summary>
    internal abstract string Expected { get; }

    /// <summary>The JSON schema of a value.</summary>
    internal abstract string Schema { get; }

    /// <summary>The least and the greatest value as text; empty where values have no order.</summary>
    internal abstract ImmutableArray<string> Ends { get; }

    /// <summary>Reads the value, if there is one, into settings.</summary>
    internal abstract void Read(IConfigurationSection section, EmailAuthSettings settings, SettingsErrors errors);

    /// <summary>The value as text; null when it is not set. The values of a list are separated by commas.</summary>
    internal abstract string? ValueIn(EmailAuthSettings settings);
}
