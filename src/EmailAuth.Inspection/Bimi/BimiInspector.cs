using System.Collections.Immutable;
using EmailAuth.Bimi;
using EmailAuth.Composition;
using EmailAuth.Dmarc;
using EmailAuth.Dns;
using EmailAuth.Syntax;

namespace EmailAuth.Inspection.Bimi;

/// <summary>Inspects which brand indicator (BIMI) a receiver would show for a domain. Stateless; safe to use from many threads.</summary>
public static class BimiInspector
{
    /// <summary>
    /// Finds what a receiver would show for mail of a domain that has a passing DKIM signature of the same domain. It looks up the record
    /// even if the DMARC policy makes receivers skip it, because the domain owner needs to know what is wrong with either.
    /// </summary>
    /// <param name="domain">The domain of the author's address.</param>
    /// <param name="resolver">Where to ask. What it throws counts as a failed lookup.</param>
    /// <param name="options">The options; null for the selector <c>default</c>, without fetching a logo or a certificate.</param>
    /// <param name="cancellationToken">Ends the inspection.</param>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was cancelled.</exception>
    public static async Task<BimiInspection> InspectAsync(
        DomainName domain, IDnsResolver resolver, BimiInspectionOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(domain);
        ArgumentNullException.ThrowIfNull(resolver);
        options ??= new BimiInspectionOptions();
        var questions = new InspectionResolver(resolver);
        var dmarc = await new DmarcEvaluator(questions)
            .EvaluateAsync(domain, [new AuthenticatedIdentifier { Method = IdentifierSource.Dkim, Domain = domain }], cancellationToken).ConfigureAwait(false);
        using var evaluator = new BimiEvaluator(questions, options.Bimi, options.TimeProvider);
        var result = await evaluator.EvaluateAsync(dmarc, options.Selector, options.LocalPart, ignoresPolicy: false, cancellationToken).ConfigureAwait(false);
        if (dmarc.Code == DmarcResultCode.TempError)
        {
            result = new BimiResult
            {
                Code = BimiResultCode.TempError,
                Reason = $"the DMARC policy of {dmarc.AuthorDomain} is not known: {dmarc.Reason}",
                ReasonCode = result.ReasonCode,
            };
        }
        else if (result.Code != BimiResultCode.Skipped)
        {
            var found = await ReadAsync(questions, result, cancellationToken).ConfigureAwait(false);
            return new BimiInspection { Dmarc = dmarc, Result = result, Published = result, Records = found };
        }

        var published = await evaluator.EvaluateAsync(dmarc, options.Selector, options.LocalPart, ignoresPolicy: true, cancellationToken).ConfigureAwait(false);
        var texts = await ReadAsync(questions, published, cancellationToken).ConfigureAwait(false);
        return new BimiInspection { Dmarc = dmarc, Result = result, Published = published, Records = texts, Findings = Findings(dmarc, result, published) };
    }

    private static ImmutableArray<Finding> Findings(DmarcResult dmarc, BimiResult result, BimiResult published)
    {
        var findings = ImmutableArray.CreateBuilder<Finding>();
        if (published.Code == BimiResultCode.Fail)
        {
            findings.Add(Found(FindingSeverity.Error, FindingCode.BimiFault, dmarc.AuthorDomain, published.Reason));
        }
        else if (published.Code == BimiResultCode.TempError)
        {
            findings.Add(Found(FindingSeverity.Note, FindingCode.BimiUndecided, dmarc.AuthorDomain, published.Reason));
        }

        if (result.Code == BimiResultCode.Skipped && published.Code is BimiResultCode.Pass or BimiResultCode.Fail)
        {
            findings.Add(Found(FindingSeverity.Error, FindingCode.BimiNotShown, dmarc.AuthorDomain, result.Reason));
        }

        return findings.DrainToImmutable();
    }

    // The texts at the names where records were looked up, including invalid ones, which a result does not hold.
    private static async Task<ImmutableArray<PublishedRecord>> ReadAsync(InspectionResolver questions, BimiResult result, CancellationToken cancellationToken)
    {
        var texts = ImmutableArray.CreateBuilder<PublishedRecord>();
        foreach (var name in result.Lookups.Where(static lookup => lookup.Status == DnsStatus.Records).Select(static lookup => lookup.Name).Distinct())
        {
            var response = await questions.TextsAsync(name, cancellationToken).ConfigureAwait(false);
            texts.AddRange(response.Texts.Select(text => new PublishedRecord(name, text)));
        }

        return texts.DrainToImmutable();
    }

    private static Finding Found(FindingSeverity severity, FindingCode code, DomainName? name, string? reason) =>
        new() { Code = code, Severity = severity, Name = name, Arguments = [reason ?? string.Empty] };
}
