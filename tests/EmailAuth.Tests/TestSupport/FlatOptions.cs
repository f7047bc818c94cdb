using System.Collections;
using System.Globalization;
using System.Reflection;
using System.Security.Cryptography.X509Certificates;
using EmailAuth.Dns;

namespace EmailAuth.Tests.TestSupport;

/// <summary>Options as lines, one for each value that can be chosen: what was set compares as text.</summary>
public static class FlatOptions
{
    // What tests alone set, the name that a limit of indicators has for callers, exceptions that are not in a file, and keys for mail with TLS reports alone, which a reader of those accepts.
    private static readonly string[] NotChosen = ["Exceptions", "AllowLoopback", "TrustedServerRoots", "MemoryBytes", "ResolvConfFile", "DatagramReceiver", "Algorithms", "MaxIndicatorBytes", "AcceptTlsReportKeys"];

    public static string[] Of(AuthenticationOptions options, StubResolverOptions resolver) =>
        [.. Lines(string.Empty, options).Concat(Lines("Resolver.", resolver)).Order(StringComparer.Ordinal)];

    /// <summary>The file with every setting, whose paths of files lead to where they are.</summary>
    public static string EverySetting() =>
        File.ReadAllText(Repository.PathOf("testdata", "settings", "every-setting.json"))
            .Replace("testdata/settings", Repository.PathOf("testdata", "settings").Replace('\\', '/'), StringComparison.Ordinal);

    /// <summary>The options that follow from it.</summary>
    public static string[] Expected() => File.ReadAllLines(Repository.PathOf("testdata", "settings", "every-setting.txt"));

    private static IEnumerable<string> Lines(string prefix, object options)
    {
        foreach (var property in options.GetType().GetProperties(BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance).Where(IsChosen))
        {
            var (name, value) = (prefix + property.Name, property.GetValue(options));
            if (value is not null && value.GetType().Assembly == typeof(AuthenticationOptions).Assembly && IsOptions(value))
            {
                foreach (var line in Lines(name + ".", value))
                {
                    yield return line;
                }
            }
            else
            {
                yield return $"{name} = {Text(value)}";
            }
        }
    }

    // Limits that hardly anyone changes are settings, and not public members of the options.
    private static bool IsChosen(PropertyInfo property) =>
        !NotChosen.Contains(property.Name) && property.GetMethod is { } getter && (getter.IsPublic || (getter.IsAssembly && property.CanWrite));

    private static bool IsOptions(object value) =>
        value.GetType().Name.EndsWith("Options", StringComparison.Ordinal) || value.GetType().Name.EndsWith("Limits", StringComparison.Ordinal)
        || value.GetType().Name.EndsWith("Policy", StringComparison.Ordinal);

    private static string Text(object? value) => value switch
    {
        null => "null",
        string text => text,
        TimeProvider => "the clock",
        X509Certificate2 certificate => certificate.Subject,
        IEnumerable list when value.GetType().Name.StartsWith("ImmutableHashSet", StringComparison.Ordinal) =>
            $"{{ {string.Join(", ", list.Cast<object>().Select(Text).Order(StringComparer.Ordinal))} }}",
        IEnumerable list => $"[ {string.Join(", ", list.Cast<object>().Select(Text))} ]",
        IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
        _ => value.GetType() == typeof(bool) || value.GetType().Namespace == "System.Net" ? value.ToString()! : value.ToString() ?? "?",
    };
}
