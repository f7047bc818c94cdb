using System.Collections.Immutable;
using Microsoft.Extensions.Configuration;

namespace EmailAuth.Settings;

/// <summary>Reads a configuration by a table.</summary>
internal static class SettingsReader
{
    /// <summary>Reads the value of each row into settings, and finds the keys that no row has.</summary>
    public static SettingsErrors Read(IConfiguration configuration, EmailAuthSettings settings, ImmutableArray<Setting> table)
    {
        var errors = new SettingsErrors(configuration);
        foreach (var row in table)
        {
            var section = configuration.GetSection(row.Path);
            row.Read(section, settings, errors);
            if (row.IsRequired && string.IsNullOrWhiteSpace(section.Value) && !section.GetChildren().Any())
            {
                errors.Add(SettingsErrorCode.Missing, section.Path, $"missing: {row.Text}");
            }
        }

        FindUnknown(configuration, string.Empty, new Names(table), errors);
        return errors;
    }

    // The recursion is as deep as the table: it enters only sections of the table.
    private static void FindUnknown(IConfiguration section, string prefix, Names names, SettingsErrors errors)
    {
        foreach (var child in section.GetChildren())
        {
            var path = prefix + child.Key;
            if (names.Settings.Contains(path))
            {
                continue;
            }

            if (!names.Sections.Contains(path))
            {
                var meant = NearestSetting.Find(path, names.Settings) is { } near ? $"; did you mean {near}?" : string.Empty;
                errors.Add(SettingsErrorCode.UnknownKey, child.Path, "there is no such key" + meant);
                continue;
            }

            if (!string.IsNullOrWhiteSpace(child.Value))
            {
                errors.Add(SettingsErrorCode.InvalidValue, child.Path, $"'{child.Value}' is not an object that holds settings");
            }

            FindUnknown(child, path + ConfigurationPath.KeyDelimiter, names, errors);
        }
    }

    private sealed class Names(ImmutableArray<Setting> table)
    {
        public HashSet<string> Settings { get; } = table.Select(static row => row.Path).ToHashSet(StringComparer.OrdinalIgnoreCase);

        public HashSet<string> Sections { get; } =
            table.Select(static row => ConfigurationPath.GetParentPath(row.Path)).OfType<string>().SelectMany(WithParents).ToHashSet(StringComparer.OrdinalIgnoreCase);

        private static IEnumerable<string> WithParents(string path)
        {
            for (var section = path; section is not null; section = ConfigurationPath.GetParentPath(section))
            {
                yield return section;
            }
        }
    }
}
