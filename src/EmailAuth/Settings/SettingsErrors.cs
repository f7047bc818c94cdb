using System.Collections.Immutable;
using Microsoft.Extensions.Configuration;

namespace EmailAuth.Settings;

/// <summary>Collects the errors of a configuration.</summary>
/// <param name="root">The section that is read.</param>
internal sealed class SettingsErrors(IConfiguration root)
{
    private readonly List<SettingsError> _errors = [];

    public bool IsEmpty => _errors.Count == 0;

    /// <summary>The whole path of a setting, which includes that of the section.</summary>
    public string PathOf(string path) => root is IConfigurationSection section ? ConfigurationPath.Combine(section.Path, path) : path;

    /// <summary>Adds an error.</summary>
    /// <param name="code">Its kind.</param>
    /// <param name="path">The whole path.</param>
    /// <param name="reason">What is wrong.</param>
    public void Add(SettingsErrorCode code, string path, string reason) => _errors.Add(new SettingsError(code, path, reason));

    public ImmutableArray<SettingsError> ToImmutable() => [.. _errors];
}
