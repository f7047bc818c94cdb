using EmailAuth.Tests.TestSupport;

namespace EmailAuth.Samples.Tests;

/// <summary>A sample is short, has a page, and is in the table of samples.</summary>
public sealed class SampleRulesTests
{
    private const int MaxCodeLines = 80;
    private const int MaxPageLines = 90;

    private static readonly string Folder = Repository.PathOf("src", "Samples");

    public static TheoryData<string> Samples =>
        [.. Directory.GetDirectories(Folder).Select(static folder => Path.GetFileName(folder)).Where(static name => name is not ("GoMilter" or "Serve")).Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Samples))]
    public void A_sample_is_short_and_has_a_page(string name)
    {
        var folder = Path.Combine(Folder, name);
        var files = Directory.GetFiles(folder).Where(static file => Path.GetExtension(file) is ".cs" or ".c" or ".py").ToList();

        Assert.InRange(files.Sum(CodeLines), 10, MaxCodeLines);
        Assert.InRange(File.ReadLines(Path.Combine(folder, "README.md")).Count(), 10, MaxPageLines);
        Assert.Contains($"]({name}/README.md)", File.ReadAllText(Path.Combine(Folder, "README.md")), StringComparison.Ordinal);
    }

    [Fact]
    public void Comments_and_lone_braces_are_not_counted()
    {
        var file = Path.GetTempFileName();
        File.WriteAllText(file, "using System;\n\n// one\n/* two\n * three */\n#include <a.h>\n\"\"\"four\nfive\n\"\"\"\nimport six\n{\n    code();\n}\n#define CODE 1\n\"\"\"seven\"\"\"\ncode\n");

        Assert.Equal(3, CodeLines(file));
        File.Delete(file);
    }

    private static int CodeLines(string file)
    {
        string[] others = ["using ", "#include", "import ", "from ", "//", "/*", "* ", "# ", "#!"];
        var (count, isText) = (0, false);
        foreach (var line in File.ReadLines(file).Select(static line => line.Trim()))
        {
            var quotes = line.StartsWith("\"\"\"", StringComparison.Ordinal) || isText ? line.Split("\"\"\"").Length - 1 : 0;
            if (!isText && quotes == 0 && line.Length > 1 && !Array.Exists(others, other => line.StartsWith(other, StringComparison.Ordinal)))
            {
                count++;
            }

            isText ^= quotes == 1;
        }

        return count;
    }
}
