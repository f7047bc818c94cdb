using System.Globalization;
using EmailAuth.Milter.Protocol.Trial;

namespace EmailAuth.Cli.Output;

/// <summary>The account of a trial of a milter, for people.</summary>
internal static class MilterTestExplanation
{
    /// <summary>Writes it.</summary>
    public static void Write(IPage page, string address, MilterTrialResult result)
    {
        page.Verdict($"Milter {address}", AnswerOf(result), string.Empty);
        if (result.Fault is { } fault)
        {
            page.Line("fault", fault, Tone.Bad);
        }

        if (result.Version > 0)
        {
            page.Line("protocol version", result.Version.ToString(CultureInfo.InvariantCulture));
            page.Line("may", Words(MilterWords.Of(result.Actions)));
            page.Line("leaves out", Words(MilterWords.Of(result.Steps)));
            foreach (var (stage, names) in result.MacroLists)
            {
                page.Line($"macros at {MilterWords.Of(stage)}", names);
            }
        }

        if (result.Sent.Length > 0)
        {
            page.Section("What was sent, and the replies");
            page.Table(Rows(result));
        }

        if (result.Changes.Length > 0)
        {
            page.Section("Changes");
            foreach (var change in result.Changes)
            {
                page.Text(1, MilterWords.Of(change));
            }
        }
    }

    /// <summary>The answer in words.</summary>
    public static string AnswerOf(MilterTrialResult result) =>
        result.Fault is not null ? "no answer" : result.AnswerText ?? MilterWords.Of(result.Answer!.Value);

    // Fields and pieces of the body that have the same reply are one row.
    private static List<string[]> Rows(MilterTrialResult result)
    {
        var rows = new List<string[]>();
        for (var at = 0; at < result.Sent.Length;)
        {
            var (step, from) = (result.Sent[at], at);
            for (at++; at < result.Sent.Length && step.Name is "header field" or "body" && IsAlike(step, result.Sent[at]);)
            {
                at++;
            }

            rows.Add(
            [
                at - from > 1 ? string.Create(CultureInfo.InvariantCulture, $"{step.Name}, {at - from} times") : $"{step.Name} {step.Detail}".TrimEnd(),
                step.Text ?? (step.Reply is { } reply ? MilterWords.Of(reply) : at == result.Sent.Length && result.Fault is not null ? "no reply" : "no reply wanted"),
                step.Reply is null ? string.Empty : string.Create(CultureInfo.InvariantCulture, $"{result.Sent[from..at].Sum(s => s.Elapsed.TotalMilliseconds):0.0} ms"),
            ]);
        }

        return rows;
    }

    private static bool IsAlike(MilterTrialStep one, MilterTrialStep other) => one.Name == other.Name && one.Reply == other.Reply && one.Text == other.Text;

    private static string Words(IReadOnlyList<string> words) => words.Count == 0 ? "nothing" : string.Join(", ", words);
}
