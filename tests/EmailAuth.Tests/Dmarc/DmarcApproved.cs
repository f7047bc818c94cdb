using EmailAuth.Tests.TestSupport;
using Xunit;

namespace EmailAuth.Tests.Dmarc;

/// <summary>Long outcomes that a person has looked over: files below <c>testdata/approved</c>, which EMAILAUTH_WRITE_PAGES=1 makes the tests write again.</summary>
internal static class DmarcApproved
{
    /// <summary>Compares lines with those of a file.</summary>
    public static void AssertSame(string folder, string file, IReadOnlyList<string> lines)
    {
        var path = Repository.PathOf("testdata", "approved", folder, file);
        if (Environment.GetEnvironmentVariable("EMAILAUTH_WRITE_PAGES") == "1")
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllText(path, string.Join('\n', lines) + "\n");
            return;
        }

        Assert.Equal(File.ReadAllText(path).ReplaceLineEndings("\n").TrimEnd('\n').Split('\n'), lines);
    }

    /// <summary>For each outcome the inputs that have it, in the order in which the outcomes are first met.</summary>
    public static List<string> Grouped(IEnumerable<(string Input, string Outcome)> all) =>
        [.. all.GroupBy(one => one.Outcome, one => one.Input, StringComparer.Ordinal).Select(group => $"{group.Key}\n    {group.Count()}: {string.Join(' ', group)}").SelectMany(text => text.Split('\n'))];
}
