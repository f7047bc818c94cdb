using System.Globalization;
using EmailAuth.Tests.TestSupport;
using Xunit;

namespace EmailAuth.Tests;

/// <summary>
/// The C# examples of the README and of the pages compile without a warning, each as a program of its own with the usual implicit usings, and
/// print what the page says, in a folder outside the clone.
/// </summary>
[Collection(nameof(ConsoleTests))]
public class ReadmeTests
{
    // Their tests compile and run the examples, as they need what this project does not reference.
    private static readonly string[] TestedElsewhere = ["src/EmailAuth.Inspection/README.md", "src/EmailAuth.Milter.Protocol/README.md", "src/EmailAuth.Reports/README.md"];

    private static readonly string[] Pages =
        [.. Directory.EnumerateFiles(Repository.PathOf("src"), "*.md", SearchOption.AllDirectories)
            .Append(Repository.PathOf("README.md"))
            .Append(Repository.PathOf("testdata", "README.md"))
            .Select(path => Path.GetRelativePath(Repository.Root, path).Replace(Path.DirectorySeparatorChar, '/'))
            .Where(page => !page.Contains("/bin/", StringComparison.Ordinal) && !page.Contains("/obj/", StringComparison.Ordinal))
            .Except(TestedElsewhere)
            .Order(StringComparer.Ordinal)];

    public static TheoryData<string, int> Examples
    {
        get
        {
            var data = new TheoryData<string, int>();
            foreach (var example in Pages.SelectMany(PageExample.Of))
            {
                data.Add(example.Page, example.Line);
            }

            return data;
        }
    }

    // What a person meets on the README: a list of names, so that an example is not lost without anybody seeing it.
    [Theory]
    [InlineData("AuthenticateAsync(envelope, message)")]
    [InlineData("BeginSession(")]
    [InlineData("AddEmailAuth(builder.Configuration")]
    [InlineData("MimeMessage.LoadAsync")]
    [InlineData(": IDnsResolver")]
    [InlineData("AddMeter(EmailAuthTelemetry.Name)")]
    public void The_readme_has_an_example_with(string call) =>
        Assert.Contains(PageExample.Of("README.md"), example => example.Code.Contains(call, StringComparison.Ordinal));

    [Theory]
    [MemberData(nameof(Examples))]
    public void An_example_compiles_without_a_warning(string page, int line) =>
        Assert.Empty(ExampleProgram.Problems(ExampleProgram.Compile(NameOf(page, line), At(page, line).Code)));

    [Theory]
    [MemberData(nameof(Examples))]
    public async Task An_example_prints_what_the_page_says(string page, int line)
    {
        var example = At(page, line);
        Assert.True(example.Output is not null, $"{example} does not say what it prints.");
        var folder = Directory.CreateTempSubdirectory("emailauth-page-");
        try
        {
            if (example.Settings is { } settings)
            {
                await File.WriteAllTextAsync(Path.Combine(folder.FullName, "appsettings.json"), settings, TestContext.Current.CancellationToken);
            }

            var printed = await ExampleProgram.RunAsync(ExampleProgram.Compile("Printing" + NameOf(page, line), example.Code), folder.FullName);
            Assert.Equal(example.Output, printed.ReplaceLineEndings("\n").TrimEnd());
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static PageExample At(string page, int line) => PageExample.Of(page).Single(example => example.Line == line);

    private static string NameOf(string page, int line) =>
        string.Create(CultureInfo.InvariantCulture, $"{page.Replace('/', '.')}.Line{line}");
}
