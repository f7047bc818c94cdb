using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;

namespace EmailAuth.Settings;

/// <summary>What reading a configuration gives: settings, or everything that is wrong with it.</summary>
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

    /// <summary>All errors, in the order of the table and then of the keys that it does not know; empty when there are settings.</summary>
    public ImmutableArray<SettingsError> Errors { get; }

    /// <summary>Whether there are settings.</summary>
    [MemberNotNullWhen(true, nameof(Value))]
    public bool IsSuccess => Value is not null;
}
