using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Microsoft.Extensions.Configuration;

namespace EmailAuth.Settings;

/// <summary>The form of a list. Each wrong value is an error with its place.</summary>
internal sealed class SettingListForm<T> : SettingForm<ImmutableArray<T>>
{
    private readonly SettingForm<T> _item;
    private readonly int _most;

    /// <param name="item">The form of a value.</param>
    /// <param name="most">The most values.</param>
    public SettingListForm(SettingForm<T> item, int most = int.MaxValue)
        : base("a list, each " + item.Expected, NotFromText, values => string.Join(", ", values.Select(item.Write)))
    {
        _item = item;
        _most = most;
        var length = most == int.MaxValue ? string.Empty : string.Create(CultureInfo.InvariantCulture, $", \"maxItems\": {most}");
        Schema = $$"""{ "anyOf": [ { "type": "array", "items": {{item.Schema}}{{length}} }, { "type": "string" } ] }""";
    }

    internal override bool TryRead(IConfigurationSection section, SettingsErrors errors, [MaybeNullWhen(false)] out ImmutableArray<T> value)
    {
        value = default;
        if (Items(section) is not { } items)
        {
            return false;
        }

        if (items.Count > _most)
        {
            errors.Add(SettingsErrorCode.InvalidValue, section.Path, string.Create(CultureInfo.InvariantCulture, $"it has {items.Count} values, and may have {_most}"));
            return false;
        }

        var values = ImmutableArray.CreateBuilder<T>(items.Count);
        foreach (var (path, text) in items)
        {
            if (_item.TryParse(text, out var one))
            {
                values.Add(one);
            }
            else
            {
                _item.AddError(errors, path, text);
            }
        }

        if (values.Count < items.Count)
        {
            return false;
        }

        value = values.DrainToImmutable();
        return true;
    }

    // A list is read as a whole, because an empty list differs from no list.
    private static bool NotFromText(string text, out ImmutableArray<T> value)
    {
        value = default;
        return false;
    }

    private static List<(string Path, string Text)>? Items(IConfigurationSection section)
    {
        // A text from the environment or the command line replaces an array in the file.
        if (!string.IsNullOrWhiteSpace(section.Value))
        {
            return [.. section.Value.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Select(text => (section.Path, text))];
        }

        // JSON's provider turns an empty array into an empty text. An empty text from the environment empties a list in the same way, even one
        // of a file.
        return section.Value is not null ? []
            : section.GetChildren().ToList() is { Count: > 0 } children ? [.. children.Select(child => (child.Path, child.Value?.Trim() ?? string.Empty))]
            : null;
    }
}
