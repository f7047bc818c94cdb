using System.Globalization;
using System.Net;
using System.Text;
using EmailAuth.Dns;
using EmailAuth.Spf;
using EmailAuth.Syntax;
using EmailAuth.Tests.TestSupport;
using Xunit;

namespace EmailAuth.Tests.Spf;

/// <summary>Whole results of many checks, with what they asked for and in which order.</summary>
public class SpfCheckTests
{
    [Fact]
    public Task Mechanisms_give_what_is_approved() => AssertApprovedAsync("mechanisms.txt", SpfCheckScenarios.Mechanisms);

    [Fact]
    public Task Errors_give_what_is_approved() => AssertApprovedAsync("errors.txt", SpfCheckScenarios.Errors);

    [Fact]
    public Task Limits_give_what_is_approved() => AssertApprovedAsync("limits.txt", SpfCheckScenarios.Limits);

    private static async Task AssertApprovedAsync(string file, string scenarios)
    {
        var lines = new List<string>();
        foreach (var scenario in scenarios.ReplaceLineEndings("\n").Split("\n\n"))
        {
            var zone = new Zone();
            foreach (var line in scenario.Split('\n'))
            {
                if (line[0] == '#')
                {
                    lines.Add($"#{line}");
                }
                else if (line[0] != '?')
                {
                    Add(zone, line.Split(' ', 3));
                }
                else
                {
                    lines.Add(line);
                    lines.AddRange(await CheckAsync(zone, line.Replace("\\u00f6", "\u00f6", StringComparison.Ordinal).Split(' ')));
                }
            }
        }

        ApprovedPage.Verify("spf", file, lines);
    }

    private static void Add(Zone zone, string[] line)
    {
        var type = Enum.Parse<ZoneEntryKind>(line[1], ignoreCase: true);
        var name = type == ZoneEntryKind.Ptr || IPAddress.TryParse(line[0], out _) ? ReverseName.Of(IPAddress.Parse(line[0])) : DomainName.ParseDnsName(line[0]).Value!;
        var data = line.ElementAtOrDefault(2) ?? "";
        zone.Add(name, type == ZoneEntryKind.MX
            ? new ZoneRecord { Type = type, Preference = ushort.Parse(data.Split(' ')[0], CultureInfo.InvariantCulture), Data = data.Split(' ')[1] }
            : new ZoneRecord { Type = type, Data = type is ZoneEntryKind.Timeout or ZoneEntryKind.ServFail ? null : data });
    }

    // At once, in rounds with prefetching and without, and the last question first: the result is the same.
    private static async Task<IEnumerable<string>> CheckAsync(Zone zone, string[] words)
    {
        var options = new SpfOptions();
        foreach (var word in words[4..])
        {
            var (name, value) = (word.Split('=')[0], word.Split('=')[1]);
            options = name switch
            {
                "lookups" => options with { MaxLookups = Number(value) },
                "voids" => options with { MaxVoidLookups = Number(value) },
                "hosts" => options with { MaxMailHosts = Number(value) },
                "pointers" => options with { MaxPointers = Number(value) },
                "record" => options with { MaxRecordLength = Number(value) },
                "explanation" => options with { MaxExplanationLength = Number(value) },
                _ => options with { Receiver = value },
            };
        }

        ValueTask<SpfResult> Evaluate(IDnsResolver resolver, bool prefetch)
        {
            var (client, helo) = (IPAddress.Parse(words[1]), words[2] == "null" ? null : words[2]);
            var evaluator = new SpfEvaluator(resolver, options with { Prefetch = prefetch });
            return words[3] == "helo"
                ? evaluator.EvaluateHeloAsync(client, helo, TestContext.Current.CancellationToken)
                : evaluator.EvaluateMailFromAsync(client, helo, words[3] == "null" ? null : words[3], TestContext.Current.CancellationToken);
        }

        var atOnce = new ScriptedResolver(zone);
        var described = Describe(await Evaluate(atOnce, prefetch: true));
        var (ahead, rounds) = await InRoundsAsync(zone, resolver => Evaluate(resolver, prefetch: true), last: false);
        var (later, late) = await InRoundsAsync(zone, resolver => Evaluate(resolver, prefetch: true), last: true);
        var (plain, sequence) = await InRoundsAsync(zone, resolver => Evaluate(resolver, prefetch: false), last: false);
        Assert.Equal(described, Describe(ahead));
        Assert.Equal(described, Describe(later));
        Assert.Equal(described, Describe(plain));
        Assert.Equal(string.Join(" | ", atOnce.Asked), sequence);
        return [.. described.Split('\n'), $"asked: {rounds}", .. late == rounds ? Array.Empty<string>() : [$"the last first: {late}"]];
    }

    private static Task<(SpfResult Result, string Asked)> InRoundsAsync(Zone zone, Func<IDnsResolver, ValueTask<SpfResult>> evaluate, bool last) => Task.Run(async () =>
    {
        var held = ScriptedResolver.Held(new ZoneResolver(zone));
        var check = evaluate(held).AsTask();
        var (rounds, seen) = (new List<string>(), 0);
        while (held.Waiting > 0 && !check.IsCompleted)
        {
            if (held.Asked.Length > seen)
            {
                rounds.Add(string.Join(", ", held.Asked[seen..]));
                seen = held.Asked.Length;
            }

            if (last)
            {
                held.AnswerOne(held.Waiting - 1);
            }
            else
            {
                held.AnswerRound();
            }
        }

        Assert.True(check.IsCompleted);
        Assert.Equal(0, held.Outstanding);
        if (held.Asked.Length > seen)
        {
            rounds.Add(string.Join(", ", held.Asked[seen..]));
        }

        return (await check, string.Join(" | ", rounds));
    });

    private static string Describe(SpfResult result)
    {
        var text = new StringBuilder($"{result}\n{result.ReasonCode}, {result.Identity}, {result.Client}, {result.Domain?.ToString() ?? "no domain"}, {result.LookupCount} lookups, {result.VoidLookupCount} void");
        text.Append(result.IsNullReversePath ? ", null reverse-path" : "").Append(result.MatchedMechanism is null ? "" : $", {result.MatchedMechanism}");
        text.Append(result.Explanation is null ? "" : $", says \"{result.Explanation}\"");
        var method = result.ToMethodResult();
        text.Append($"\n{method.Method}={method.Result} {string.Join(' ', method.Properties.Texts())}{(method.Reason is null ? "" : " with its reason")}");
        Assert.True(method.Reason is null || method.Reason == result.Reason);
        if (result.Evidence is { } evidence)
        {
            var record = evidence.Record is null ? "no record" : $": {evidence.Record.Text}\n";
            text.Append('\n').Append(evidence.ToString().Replace(record, ": as above\n", StringComparison.Ordinal));
            Numbers(text.Append("\nterms:"), evidence);
        }

        return text.ToString();
    }

    private static void Numbers(StringBuilder text, SpfEvidence evidence)
    {
        foreach (var term in evidence.Terms)
        {
            text.Append(' ').Append(term.LookupNumber?.ToString(CultureInfo.InvariantCulture) ?? "-");
            if (term.Target is { } target)
            {
                Numbers(text.Append(" ("), target);
                text.Append(" )");
            }
        }

        text.Append(evidence.NotReached.IsEmpty ? "" : $" not reached: {string.Join(' ', evidence.NotReached)}");
    }

    private static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);
}
