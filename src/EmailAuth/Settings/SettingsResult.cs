using System.Collections.Immutable;

namespace EmailAuth.Settings;

/// <summary>The result of reading a configuration: the settings, or all its errors.</summary>
/// <typeparam name="T">The type of the settings.</typeparam>
public sealed class SettingsResult<T>
    where T : EmailAuthSettings
{
    internal SettingsResult(T value, ImmutableArray<SettingsError> errors)
    {
        Value = errors.IsEmpty ? value : null;
        Errors = errors;
    }

    /// <summary>The settings; null when there are errors.</summary>
    public T? Value { get; }

    /// <summary>All errors, first those of the table's rows in their order, then the unknown keys; empty when there are settings.</summary>
    public ImmutableArray<SettingsError> Errors { get; }
}
