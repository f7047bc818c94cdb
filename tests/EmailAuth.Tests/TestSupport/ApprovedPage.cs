using Xunit;

namespace EmailAuth.Tests.TestSupport;

/// <summary>A text below testdata/approved that a test makes again and compares; EMAILAUTH_WRITE_PAGES=1 makes the tests write it.</summary>
internal static class ApprovedPage
{
    /// <summary>Fails with the lines that differ.</summary>
    /// <param name="folder">The folder below testdata/approved.</param>
    /// <param name="file">The file in it.</param>
    /// <param name="lines">What it has to hold.</param>
    public static void Verify(string folder, string file, IEnumerable<string> lines)
    {
        var path = Repository.PathOf("testdata", "approved", folder, file);
        string[] found = [.. lines.SelectMany(static line => line.Split('\n'))];
        if (Environment.GetEnvironmentVariable("EMAILAUTH_WRITE_PAGES") == "1")
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllText(path, string.Concat(found.Select(static line => line + "\n")));
        }

        var approved = File.ReadAllText(path).TrimEnd('\n').Split('\n');
        if (!approved.SequenceEqual(found, StringComparer.Ordinal))
        {
            var gone = approved.Except(found, StringComparer.Ordinal).Select(static line => "- " + line);
            var more = found.Except(approved, StringComparer.Ordinal).Select(static line => "+ " + line);
            Assert.Fail($"{path}: {approved.Length} lines, found {found.Length}\n{string.Join('\n', gone.Concat(more).Take(40))}");
        }
    }
}
