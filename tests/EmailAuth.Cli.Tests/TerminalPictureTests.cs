using EmailAuth.Tests.TestSupport;
using Xunit;

namespace EmailAuth.Cli.Tests;

/// <summary>
/// What <c>verify</c> shows on a terminal of 80 and of 120 columns: testdata/terminal has the pictures. EMAILAUTH_WRITE_PAGES=1 makes the tests
/// write them.
/// </summary>
public class TerminalPictureTests
{
    private const int Height = 24;
    private const string Head = "From    joe@example.com";

    // A message that a forwarder changed, as a mailbox keeps it.
    private static readonly string[] Verify =
    [
        "verify", "testdata/messages/changed-on-the-way.eml", "--zone", "testdata/zones/changed-on-the-way.json", "--authserv-id", "mx.example.org", "--border", "mx.example.org",
    ];

    [Theory]
    [InlineData(80)]
    [InlineData(120)]
    public async Task The_picture_is_the_stored_one(int width)
    {
        var path = Repository.PathOf("testdata", "terminal", $"verify-{width}.txt");
        var shown = WithoutTime(await TerminalSession.ShowAsync(width, Height, "", "", Verify));
        if (Environment.GetEnvironmentVariable("EMAILAUTH_WRITE_PAGES") == "1")
        {
            await File.WriteAllTextAsync(path, shown, TestContext.Current.CancellationToken);
            return;
        }

        Assert.Equal((await File.ReadAllTextAsync(path, TestContext.Current.CancellationToken)).Split('\n'), shown.Split('\n'));
    }

    [Theory]
    [InlineData(80)]
    [InlineData(120)]
    public async Task Without_colours_it_is_the_same_text_of_the_same_width(int width)
    {
        var plain = await TerminalSession.ShowAsync(width, Height, "NO_COLOR=1", "", Verify, hasColours: true);
        Assert.DoesNotContain('\u001b', plain);
        Assert.All(plain.Split('\n'), line => Assert.InRange(line.Length, 0, width));
        Assert.Equal(AnswerOf(await TerminalSession.ShowAsync(width, Height, "", "", Verify)), AnswerOf(plain));
    }

    [Fact]
    public async Task A_dumb_terminal_and_a_pipe_get_plain_text()
    {
        var dumb = await TerminalSession.ShowAsync(80, Height, "TERM=dumb", "", Verify, hasColours: true);
        Assert.DoesNotContain('\u001b', dumb);
        Assert.Equal(2, Count(dumb, Head));

        // A pipe has no height, and lines of any length: tmux joins those that it wrapped itself.
        var piped = await TerminalSession.ShowAsync(80, Height, "", "| cat", Verify, hasColours: true);
        Assert.DoesNotContain('\u001b', piped);
        Assert.Equal(1, Count(piped, Head));
    }

    [Fact]
    public async Task The_state_is_in_words_and_in_colours()
    {
        var shown = await TerminalSession.ShowAsync(120, Height, "", "", Verify, hasColours: true);
        Assert.Contains('\u001b', shown);
        Assert.Contains("x fail", shown, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(24, 2)]
    [InlineData(200, 1)]
    public async Task The_answer_is_repeated_where_it_scrolled_off(int height, int times) =>
        Assert.Equal(times, Count(await TerminalSession.ShowAsync(120, height, "", "", Verify), Head));

    [Fact]
    public async Task The_answer_alone_is_never_repeated() =>
        Assert.Equal(1, Count(await TerminalSession.ShowAsync(80, 5, "", "", [.. Verify, "--brief"]), Head));

    private static string[] AnswerOf(string text) => [.. text.Split('\n').TakeWhile(static line => !line.StartsWith("Evidence", StringComparison.Ordinal)).Select(static line => line.TrimEnd())];

    // "8 DNS lookups in 12.3 ms": the time differs in each run. What is empty at the end is the rest of the screen.
    private static string WithoutTime(string text) => string.Join('\n', text.TrimEnd('\n').Split('\n').Select(static line =>
        line.IndexOf(" DNS lookups in ", StringComparison.Ordinal) is var at and > 0 ? line[..at] + " DNS lookups in X ms" : line)) + "\n";

    private static int Count(string text, string part) => text.Split(part).Length - 1;
}
