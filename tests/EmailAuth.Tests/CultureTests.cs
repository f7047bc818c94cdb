using EmailAuth.Tests.TestSupport;
using Xunit;

namespace EmailAuth.Tests;

/// <summary>The packages run in the culture of their host: what they write must not be in it.</summary>
public class CultureTests
{
    private static readonly string[] Packages = ["EmailAuth", "EmailAuth.Inspection", "EmailAuth.Milter.Protocol", "EmailAuth.Reports", "EmailAuth.Testing"];

    // Formats that a culture's calendar, separators or decimal sign change. The standard format u has no culture, and logs are written in none.
    private static readonly string[] Formats = [":yyyy", "ToString(\"yyyy", ":0.#", "ToString(\"0.#", ":N0}"];

    [Fact]
    public void A_date_and_a_fraction_are_written_in_no_culture() =>
        Assert.Empty(
            Packages.SelectMany(package => LibrarySource.FilesIn(Repository.PathOf("src", package)).Select(file => Repository.PathOf("src", package, file)))
                .SelectMany(path => File.ReadLines(path).Where(IsInACulture).Select(line => $"{path}: {line.Trim()}")));

    private static bool IsInACulture(string line) =>
        Formats.Any(format => line.Contains(format, StringComparison.Ordinal))
        && !line.Contains("Invariant", StringComparison.Ordinal)
        && !line.Contains("LoggerMessage", StringComparison.Ordinal);
}
