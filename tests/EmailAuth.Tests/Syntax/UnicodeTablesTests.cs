using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json;
using EmailAuth.Syntax;
using EmailAuth.Tests.TestSupport;
using Xunit;

namespace EmailAuth.Tests.Syntax;

/// <summary>Our tables against those of Node and npm's tr46, by unicode_tables.js: each code point that their version of Unicode has assigned.</summary>
public class UnicodeTablesTests
{
    [Fact]
    public async Task Each_code_point_is_what_UTS_46_and_UAX_15_say()
    {
        Assert.SkipUnless(NodePackages.Has("tr46"), NodePackages.Reason("tr46"));
        var theirs = await ReadAsync();
        var (assigned, stable) = (Runs(theirs, "assigned"), Runs(theirs, "stable"));
        var wrong = new List<string>();
        for (var code = 0x80; code <= 0x10FFFF; code++)
        {
            // A letter that this runtime's tables do not have is accepted.
            if (code is >= 0xD800 and <= 0xDFFF || !assigned[code] || CharUnicodeInfo.GetUnicodeCategory(code) == UnicodeCategory.OtherNotAssigned)
            {
                continue;
            }

            if (LabelMapping.IsStable(code) != stable[code])
            {
                wrong.Add($"U+{code:X4} stable: {stable[code]}");
            }
        }

        foreach (var composite in theirs.GetProperty("composites").EnumerateArray().Select(Numbers))
        {
            var composed = new List<int>();
            Assert.True(CanonicalComposition.TryCompose(composite.AsSpan(1), composed));
            if (!composed.SequenceEqual([composite[0]]) || !CanonicalComposition.IsComposed([composite[0]]) || CanonicalComposition.IsComposed(composite.AsSpan(1)))
            {
                wrong.Add($"U+{composite[0]:X4} is a composition");
            }
        }

        var classes = new int[0x110000];
        foreach (var run in theirs.GetProperty("classes").EnumerateArray().Select(Numbers))
        {
            Array.Fill(classes, run[2], run[0], run[1] - run[0] + 1);
        }

        wrong.AddRange(Enumerable.Range(0, 0x110000)
            .Where(code => assigned[code] && CanonicalComposition.ClassOf(code) != classes[code])
            .Select(code => $"U+{code:X4} class {classes[code]}"));
        Assert.True(wrong.Count == 0, string.Join('\n', wrong.Take(30)));
        Assert.InRange(assigned.Cast<bool>().Count(bit => bit), 140_000, 0x110000);
    }

    private static System.Collections.BitArray Runs(JsonElement theirs, string name)
    {
        var bits = new System.Collections.BitArray(0x110000);
        foreach (var run in theirs.GetProperty(name).EnumerateArray().Select(Numbers))
        {
            for (var code = run[0]; code <= run[1]; code++)
            {
                bits[code] = true;
            }
        }

        return bits;
    }

    private static int[] Numbers(JsonElement array) => [.. array.EnumerateArray().Select(number => number.GetInt32())];

    private static async Task<JsonElement> ReadAsync()
    {
        var start = NodePackages.Node(Repository.PathOf("tests", "EmailAuth.Tests", "Syntax", "unicode_tables.js"), "json");
        start.RedirectStandardOutput = true;
        start.StandardOutputEncoding = Encoding.UTF8;
        using var process = Process.Start(start)!;
        var text = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Equal(0, process.ExitCode);
        using var document = JsonDocument.Parse(text);
        return document.RootElement.Clone();
    }
}
