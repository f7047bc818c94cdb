using Xunit;

namespace EmailAuth.Tests.TestSupport;

/// <summary>A text below testdata/approved that a test makes again and compares; EMAILAUTH_WRITE_PAGES=1 makes the tests write it.</summary>
internal static class ApprovedPage
{
    /// <summary>Fails with the lines that differ.</summary>
    /// <param name="folder">The folder below testdata/approved.</param>
    /// <param name="file">The file in it.</param>
    /// <param name="lines">What it has to hold; what cannot be seen of it is written out (<see cref="VisibleText"/>).</param>
    public static void Verify(string folder, string file, IEnumerable<string> lines)
    {
        var path = Repository.PathOf("testdata", "approved", folder, file);
        string[] found = [.. lines.SelectMany(static line => line.Split('\n')).Select(VisibleText.Of)];
        var page = string.Concat(found.Select(static line => line + "\n"));
        if (Environment.GetEnvironmentVariable("EMAILAUTH_WRITE_PAGES") == "1")
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllText(path, page);
        }

        var approved = File.ReadAllText(path);
        if (approved != page)
        {
            var stored = approved.Split('\n');
            var same = stored.Zip(found).TakeWhile(static both => both.First == both.Second).Count();
            var gone = stored.Except(found, StringComparer.Ordinal).Select(static line => "- " + line);
            var more = found.Except(stored, StringComparer.Ordinal).Select(static line => "+ " + line);
            Assert.Fail($"{path}, from line {same + 1}\n{string.Join('\n', gone.Concat(more).Take(40))}");
        }
    }

    /// <summary>For each outcome the inputs that have it, in the order in which the outcomes are first met.</summary>
    public static IEnumerable<string> Grouped(IEnumerable<(string Input, string Outcome)> all) => all
        .GroupBy(static one => one.Outcome, static one => one.Input, StringComparer.Ordinal)
        .Select(static group => $"{group.Key}\n    {group.Count()}: {string.Join(' ', group)}".TrimEnd());
}
