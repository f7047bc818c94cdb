using System.Collections.Immutable;
using System.Security.Cryptography.X509Certificates;
using EmailAuth.Dmarc;
using EmailAuth.Dns;
using EmailAuth.Policy;
using EmailAuth.Signatures;
using Microsoft.Extensions.Configuration;

namespace EmailAuth.Settings;

/// <summary>
/// What an operator can set: every option of the library under one name, from <c>appsettings.json</c>, a file, the environment, or any other
/// source of Microsoft.Extensions.Configuration. SETTINGS.md lists the settings.
/// </summary>
/// <remarks>
/// A program with settings of its own derives from this class, adds rows to <see cref="Table"/>, and calls <see cref="Read{T}"/>. A list
/// replaces its default, and an empty list empties it. .NET's binder does neither, so it is not used.
/// </remarks>
public class EmailAuthSettings
{
    /// <summary>The defaults of the library. The authserv-id has no default: reading refuses a configuration without it.</summary>
    public EmailAuthSettings()
        : this(new AuthenticationOptions { AuthservId = "localhost" }, StubResolverOptions.Default)
    {
    }

    /// <summary>Other defaults.</summary>
    /// <param name="options">How messages are judged where the configuration has no value.</param>
    /// <param name="resolver">How the DNS is asked where the configuration has no value.</param>
    protected EmailAuthSettings(AuthenticationOptions options, StubResolverOptions resolver)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(resolver);
        Options = options;
        Resolver = resolver;
    }

    /// <summary>The settings of the library, one row for each.</summary>
    public static ImmutableArray<Setting> Table { get; } = [.. GeneralSettings.Rows, .. MethodSettings.Rows, .. BimiSettings.Rows, .. PolicySettings.Rows, .. DnsSettings.Rows];

    internal AuthenticationOptions Options { get; set; }

    internal StubResolverOptions Resolver { get; set; }

    internal SettingFile<X509Certificate2Collection>? MarkRoots { get; set; }

    internal SettingFile<PolicyExceptionsFile>? ExceptionsFile { get; set; }

    internal SettingFile<PublicSuffixList>? PublicSuffixList { get; set; }

    /// <summary>Reads settings.</summary>
    /// <param name="configuration">The section that holds them, such as <c>configuration.GetSection("EmailAuth")</c>.</param>
    /// <returns>The settings, or all that is wrong with the configuration.</returns>
    public static SettingsResult<EmailAuthSettings> Read(IConfiguration configuration) => Read(configuration, new EmailAuthSettings(), Table);

    /// <summary>How messages are judged.</summary>
    public AuthenticationOptions ToOptions() => Options;

    /// <summary>How the DNS is asked.</summary>
    public StubResolverOptions ToResolverOptions() => Resolver;

    /// <summary>Reads settings by a longer table.</summary>
    /// <typeparam name="T">The type of the settings.</typeparam>
    /// <param name="configuration">The section that holds them.</param>
    /// <param name="settings">New settings, with their defaults.</param>
    /// <param name="table">The rows: <see cref="Table"/>, and those of the program.</param>
    /// <returns>The settings, or all that is wrong with the configuration.</returns>
    protected static SettingsResult<T> Read<T>(IConfiguration configuration, T settings, ImmutableArray<Setting> table)
        where T : EmailAuthSettings
    {
        ArgumentNullException.ThrowIfNull(configuration);
        ArgumentNullException.ThrowIfNull(settings);
        var errors = SettingsReader.Read(configuration, settings, table);

        // Values that are wrong by themselves would only be reported twice.
        if (errors.IsEmpty)
        {
            settings.FindConflicts(errors);
        }

        return new SettingsResult<T>(settings, errors.ToImmutable());
    }

    private void FindConflicts(SettingsErrors errors)
    {
        FindConflicts(errors, "Dkim", Options.Dkim);
        FindConflicts(errors, "Arc", Options.Arc.Signatures);
        if (Options.Runs(AuthenticationMethods.Bimi) && !Options.Runs(AuthenticationMethods.Dmarc))
        {
            Conflict(errors, "Methods", "bimi needs dmarc");
        }

        // ARC only overrides what DMARC finds, and DMARC finds nothing by itself: all mail would fail, and be refused where a domain asks for it.
        if (Options.Runs(AuthenticationMethods.Dmarc) && !Options.Runs(AuthenticationMethods.Spf | AuthenticationMethods.Dkim))
        {
            Conflict(errors, "Methods", "dmarc needs spf or dkim: without both every message fails it");
        }

        if (Options.Bimi.VerifyEvidence && Options.Bimi.MarkRoots.IsEmpty)
        {
            Conflict(errors, "Bimi:MarkRoots", "missing: Bimi:VerifyEvidence needs the roots of the mark authorities");
        }

        if (Options.Bimi.RequireEvidence && !Options.Bimi.VerifyEvidence)
        {
            Conflict(errors, "Bimi:RequireEvidence", "it needs Bimi:VerifyEvidence");
        }
    }

    // RFC 8301 section 3: what SignatureOptions refuses, by the names of the settings.
    private static void FindConflicts(SettingsErrors errors, string section, SignatureOptions options)
    {
        if (!options.IsForArchives && options.MinRsaBits < 1024)
        {
            Conflict(errors, section + ":MinRsaBits", $"less than 1024 is for archives of old mail only: it needs {section}:IsForArchives");
        }

        if (!options.IsForArchives && options.AllowRsaSha1)
        {
            Conflict(errors, section + ":AllowRsaSha1", $"it is for archives of old mail only: it needs {section}:IsForArchives");
        }

        if (options.MinRsaBits > options.MaxRsaBits)
        {
            Conflict(errors, section + ":MinRsaBits", $"it exceeds {section}:MaxRsaBits");
        }
    }

    private static void Conflict(SettingsErrors errors, string path, string reason) => errors.Add(SettingsErrorCode.Conflict, errors.PathOf(path), reason);
}
