using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.Configuration;

namespace EmailAuth.Settings;

/// <summary>How the value of a setting is written. Immutable.</summary>
/// <typeparam name="T">The type of the value.</typeparam>
public class SettingForm<T>
{
    private readonly TryParseSetting<T> _parse;
    private readonly Func<T, string?> _write;

    /// <summary>Makes a form.</summary>
    /// <param name="expected">What a value looks like, to follow "is not", such as <c>a network such as 192.0.2.0/24</c>.</param>
    /// <param name="parse">Reads a value.</param>
    /// <param name="write">Writes a value as <paramref name="parse"/> reads it; null for no value.</param>
    public SettingForm(string expected, TryParseSetting<T> parse, Func<T, string?> write)
    {
        Expected = expected;
        _parse = parse;
        _write = write;
    }

    internal string Expected { get; }

    /// <summary>The JSON schema of a value.</summary>
    internal string Schema { get; init; } = """{ "type": "string" }""";

    /// <summary>The least and the greatest value; empty where values have no order.</summary>
    internal ImmutableArray<T> Ends { get; init; } = [];

    internal bool TryParse(string text, [MaybeNullWhen(false)] out T value) => _parse(text, out value);

    internal string? Write(T value) => _write(value);

    /// <summary>Reads a value; false without a value, and for a wrong one, which adds an error.</summary>
    internal virtual bool TryRead(IConfigurationSection section, SettingsErrors errors, [MaybeNullWhen(false)] out T value)
    {
        value = default;
        if (section.GetChildren().Any())
        {
            errors.Add(SettingsErrorCode.InvalidValue, section.Path, "one value is expected, not a list or an object");
            return false;
        }

        // Empty means unset: this is how an environment variable removes the value of a file.
        if (string.IsNullOrWhiteSpace(section.Value))
        {
            return false;
        }

        var text = section.Value.Trim();
        if (TryParse(text, out value))
        {
            return true;
        }

        AddError(errors, section.Path, text);
        return false;
    }

    internal virtual void AddError(SettingsErrors errors, string path, string text) =>
        errors.Add(SettingsErrorCode.InvalidValue, path, $"'{(text.Length > 60 ? text[..60] + "..." : text)}' is not {Expected}");
}
