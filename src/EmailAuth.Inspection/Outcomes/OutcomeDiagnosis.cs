using System.Collections.Immutable;
using System.Diagnostics;
using EmailAuth.Dkim;
using EmailAuth.Dmarc;
using EmailAuth.Messages;
using EmailAuth.Signatures;

namespace EmailAuth.Inspection.Outcomes;

/// <summary>
/// Why a message has its verdict and what to do, by a table of rules over an outcome, and what earlier hosts recorded beside it. Immutable.
/// No verdict depends on it.
/// </summary>
[DebuggerDisplay("{Causes.Length} causes")]
public sealed class OutcomeDiagnosis
{
    private OutcomeDiagnosis()
    {
    }

    /// <summary>The causes, the most important first; never empty.</summary>
    public ImmutableArray<OutcomeCause> Causes { get; private init; } = [];

    /// <summary>
    /// What to do, the most useful first, each text once: what a receiver can do itself (to trust sealers), then what helps against the causes in
    /// their order.
    /// </summary>
    public ImmutableArray<OutcomeAdvice> Advice { get; private init; } = [];

    /// <summary>What earlier hosts recorded in the message, the newest first.</summary>
    public ImmutableArray<EarlierReport> Earlier { get; private init; } = [];

    /// <summary>
    /// The newest earlier report of a pass (of DMARC, or of a DKIM signature) that fails here; null without one. If it is true, what
    /// changed the message lies between that host and here.
    /// </summary>
    public EarlierReport? PassedEarlier { get; private init; }

    /// <summary>What passed in <see cref="PassedEarlier"/> and fails here, such as <c>dmarc</c> or <c>dkim example.com</c>; empty without one.</summary>
    public ImmutableArray<string> FailsSince { get; private init; } = [];

    /// <summary>Diagnoses an outcome.</summary>
    /// <param name="outcome">The outcome.</param>
    /// <param name="header">The header of the message, for what earlier hosts recorded and for signs of a mailing list; null when it is gone.</param>
    public static OutcomeDiagnosis Of(AuthenticationOutcome outcome, HeaderBlock? header = null)
    {
        ArgumentNullException.ThrowIfNull(outcome);
        var earlier = header is null ? [] : EarlierReport.ReadAll(header);
        var (passed, since) = LastPass(outcome, earlier);
        var causes = new CauseFinder(outcome, header, earlier).Find();
        return new OutcomeDiagnosis
        {
            Causes = causes,
            Advice = AdviceOf(causes),
            Earlier = earlier,
            PassedEarlier = passed,
            FailsSince = since,
        };
    }

    private static ImmutableArray<OutcomeAdvice> AdviceOf(ImmutableArray<OutcomeCause> causes)
    {
        var all = causes.SelectMany(static cause => cause.Advice).DistinctBy(static advice => advice.Text, StringComparer.Ordinal).ToList();
        var useful = all.Exists(static advice => advice.Code != AdviceCode.Nothing) ? all.Where(static advice => advice.Code != AdviceCode.Nothing) : all;
        return [.. useful.OrderBy(static advice => advice.Code == AdviceCode.TrustSealers ? 0 : 1)];
    }

    private static (EarlierReport? Report, ImmutableArray<string> Since) LastPass(AuthenticationOutcome outcome, ImmutableArray<EarlierReport> earlier)
    {
        foreach (var report in earlier)
        {
            var since = FailsAfter(outcome, report);
            if (!since.IsEmpty)
            {
                return (report, since);
            }
        }

        return (null, []);
    }

    // SPF is left out: another hop has another client, so it often fails without any change to the message.
    private static ImmutableArray<string> FailsAfter(AuthenticationOutcome outcome, EarlierReport report)
    {
        var since = ImmutableArray.CreateBuilder<string>();
        if (report.Find("dmarc") is { Result: "pass" } && outcome.Dmarc is { Code: DmarcResultCode.Fail or DmarcResultCode.PermError })
        {
            since.Add("dmarc");
        }

        foreach (var domain in PassedSignatures(report))
        {
            if (outcome.Dkim is { } dkim
                && dkim.Signatures.Any(signature => IsOf(signature, domain))
                && dkim.Signatures.All(signature => !IsOf(signature, domain) || signature.Code != SignatureResultCode.Pass))
            {
                since.Add($"dkim {domain}");
            }
        }

        return since.DrainToImmutable();

        static bool IsOf(DkimResult signature, string domain) => string.Equals(signature.Domain?.ToString(), domain, StringComparison.OrdinalIgnoreCase);
    }

    private static IEnumerable<string> PassedSignatures(EarlierReport report) => report.Results
        .Where(static result => result is { Method: "dkim", Result: "pass" })
        .Select(static result => result.Properties.FirstOrDefault(static property => property is { Type: "header", Name: "d" })?.Value
            ?? result.Properties.FirstOrDefault(static property => property is { Type: "header", Name: "i" })?.Value.Split('@')[^1])
        .OfType<string>()
        .Distinct(StringComparer.OrdinalIgnoreCase);
}
