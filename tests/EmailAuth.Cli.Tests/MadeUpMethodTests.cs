using EmailAuth.Cli.Output;
using EmailAuth.Tests.TestSupport;
using Xunit;

namespace EmailAuth.Cli.Tests;

/// <summary>The command shows a method that exists in the tests alone: it has no list of its own. Runs alone, as it takes the console's output.</summary>
[Collection(nameof(MadeUpMethodTests))]
[CollectionDefinition(nameof(MadeUpMethodTests), DisableParallelization = true)]
public class MadeUpMethodTests
{
    [Fact]
    public async Task The_list_and_its_summary_have_it()
    {
        var outcome = await OutcomeAsync();
        var shown = Shown(() =>
        {
            var list = new OutcomeList(OutcomeForm.Brief);
            list.Add(new VerifiedMessage("one.eml", outcome));
            list.Finish();
        });
        Assert.Contains("one.eml  example.com  spf=none dkim=none dmarc=none arc=none bimi=skipped made-up=permerror  accept", shown, StringComparison.Ordinal);
        Assert.Contains("  made-up   permerror 1", shown, StringComparison.Ordinal);
    }

    [Fact]
    public async Task JSON_and_the_explanation_have_it()
    {
        var outcome = await OutcomeAsync();
        Assert.Contains("\"evidence\": \"none at all\"", outcome.ToJson(), StringComparison.Ordinal);
        using var text = new StringWriter();
        Explanation.Write(new PlainPage(text), MessageAccount.Of(outcome, default));
        Assert.Contains($"made-up: permerror  maker.example{Environment.NewLine}  why: nobody made it", text.ToString(), StringComparison.Ordinal);
    }

    private static async Task<AuthenticationOutcome> OutcomeAsync()
    {
        var pipeline = new AuthenticationPipeline(new ZoneResolver(new Zone()), new AuthenticationOptions { AuthservId = "mx.example.org" });
        var outcome = await pipeline.AuthenticateAsync(
            new SmtpEnvelope(null, null, null), "From: joe@example.com\r\n\r\n"u8.ToArray(), TestContext.Current.CancellationToken);
        return outcome.WithMethod(new MadeUpMethod());
    }

    private static string Shown(Action show)
    {
        var (output, text) = (Console.Out, new StringWriter());
        Console.SetOut(text);
        try
        {
            show();
        }
        finally
        {
            Console.SetOut(output);
        }

        return text.ToString();
    }
}
