namespace EmailAuth.Tests.TestSupport;

/// <summary>A program on a page, with what the page says around it.</summary>
/// <remarks>
/// On a page, an example is a block of C#. The block of text that follows is what it prints. Shell blocks above it add the packages it needs, and
/// a JSON block between it and the example before is its appsettings.json.
/// </remarks>
internal sealed class PageExample
{
    private const string AddPackage = "dotnet add package ";

    /// <summary>The path of the page in the repository.</summary>
    public required string Page { get; init; }

    /// <summary>The line of its first line, from 1.</summary>
    public required int Line { get; init; }

    public required string Code { get; init; }

    /// <summary>What it prints, or null when the page does not say.</summary>
    public string? Output { get; init; }

    /// <summary>The appsettings.json that it reads, or null.</summary>
    public string? Settings { get; init; }

    /// <summary>The packages that the page has added until here.</summary>
    public required IReadOnlyList<string> Packages { get; init; }

    public override string ToString() => $"{Page}:{Line}";

    /// <summary>The examples of a page, in its order.</summary>
    /// <param name="page">The path of the page in the repository, with slashes.</param>
    public static IReadOnlyList<PageExample> Of(string page)
    {
        var lines = File.ReadAllLines(Repository.PathOf(page.Split('/')));
        var (examples, packages) = (new List<PageExample>(), new List<string>());
        string? settings = null;
        for (var i = 0; i < lines.Length; i++)
        {
            if (!lines[i].StartsWith("```", StringComparison.Ordinal))
            {
                continue;
            }

            var (language, body) = BlockAt(lines, i);
            var end = i + body.Length + 1;
            switch (language)
            {
                case "sh":
                    packages.AddRange(body.Where(line => line.StartsWith(AddPackage, StringComparison.Ordinal)).Select(line => line[AddPackage.Length..].Trim()));
                    break;
                case "json":
                    settings = string.Join('\n', body);
                    break;
                case "csharp":
                    var hasOutput = end + 2 < lines.Length && lines[end + 2] == "```text";
                    examples.Add(new PageExample
                    {
                        Page = page,
                        Line = i + 2,
                        Code = string.Join('\n', body),
                        Output = hasOutput ? string.Join('\n', BlockAt(lines, end + 2).Body) : null,
                        Settings = settings,
                        Packages = [.. packages],
                    });
                    settings = null;
                    break;
                default:
                    break;
            }

            i = end;
        }

        return examples;
    }

    private static (string Language, string[] Body) BlockAt(string[] lines, int start) =>
        (lines[start][3..], lines[(start + 1)..Array.IndexOf(lines, "```", start + 1)]);
}
