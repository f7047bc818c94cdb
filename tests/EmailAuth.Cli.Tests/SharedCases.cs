using System.Text.Json;
using EmailAuth.Tests.TestSupport;
using Xunit;

namespace EmailAuth.Cli.Tests;

/// <summary>Cases about what the command says, which are kept beside the project.</summary>
internal static class SharedCases
{
    private static readonly string Path = Repository.PathOf("..", "shared", "cases", "texts.jsonl");

    /// <summary>The zone of a case, as a file for --zone; the test is skipped where the cases are not at hand.</summary>
    public static TemporaryFile ZoneOf(string id)
    {
        Assert.SkipUnless(File.Exists(Path), "The cases of texts.jsonl do not lie beside the project.");
        foreach (var line in File.ReadLines(Path).Where(line => line.Length > 0))
        {
            using var document = JsonDocument.Parse(line);
            if (document.RootElement.GetProperty("id").GetString() == id)
            {
                return new TemporaryFile(document.RootElement.GetProperty("zone").GetRawText());
            }
        }

        throw new InvalidOperationException($"There is no case {id}.");
    }
}
