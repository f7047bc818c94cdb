using System.Net;
using ARSoft.Tools.Net.Spf;
using EmailAuth.Spf;

namespace EmailAuth.Benchmarks.Compare;

/// <summary>The verifiers of SPF that are called in this process.</summary>
internal static class SpfVerifiers
{
    public static Contestant EmailAuth(Corpus corpus)
    {
        var zone = new Zone();
        foreach (var (name, type, data) in corpus.Records)
        {
            // An MX record is written as its preference and its host; the preference does not matter here.
            zone.Add(name, Enum.Parse<ZoneEntryKind>(type, ignoreCase: true), type == "MX" ? data.Split(' ')[1] : data);
        }

        var evaluator = new SpfEvaluator(new ZoneResolver(zone));
        var queries = Queries(corpus);
        return new InProcess(Versions.Of("EmailAuth"), Verdict);

        string Verdict(int item)
        {
            var (client, helo, sender) = queries[item];
            var result = evaluator.EvaluateMailFromAsync(client, helo, sender, CancellationToken.None);
            return Word(result.IsCompletedSuccessfully ? result.Result.Code : throw new InvalidOperationException("Something waited."));
        }
    }

    public static Contestant Arsoft(Corpus corpus)
    {
        var validator = new SpfValidator { DnsResolver = new ArsoftResolver(corpus.Records), HeloDomain = ARSoft.Tools.Net.DomainName.Parse(corpus.Items[0][1]) };
        var queries = Queries(corpus);
        return new InProcess(Versions.Of("ARSoft.Tools.Net"), Verdict);

        string Verdict(int item)
        {
            var (client, _, sender) = queries[item];
            var result = validator.CheckHostAsync(client, sender[(sender.IndexOf('@', StringComparison.Ordinal) + 1)..], sender);
            return Word(result.IsCompletedSuccessfully ? result.Result.Result : throw new InvalidOperationException("Something waited."));
        }
    }

    private static (IPAddress Client, string Helo, string Sender)[] Queries(Corpus corpus) =>
        [.. corpus.Items.Select(item => (IPAddress.Parse(item[0]), item[1], item[2]))];

    private static string Word(SpfResultCode code) => code switch
    {
        SpfResultCode.Pass => "pass",
        SpfResultCode.Fail => "fail",
        SpfResultCode.PermError => "permerror",
        _ => code.ToString(),
    };

    private static string Word(ARSoft.Tools.Net.Spf.SpfQualifier code) => code switch
    {
        ARSoft.Tools.Net.Spf.SpfQualifier.Pass => "pass",
        ARSoft.Tools.Net.Spf.SpfQualifier.Fail => "fail",
        ARSoft.Tools.Net.Spf.SpfQualifier.PermError => "permerror",
        _ => code.ToString(),
    };
}
