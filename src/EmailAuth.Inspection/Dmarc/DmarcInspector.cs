using System.Collections.Immutable;
using EmailAuth.Dmarc;
using EmailAuth.Dns;
using EmailAuth.Syntax;

namespace EmailAuth.Inspection.Dmarc;

/// <summary>Inspects the DMARC policy of a domain (RFC 9989). Stateless; safe to use from many threads.</summary>
public static class DmarcInspector
{
    private const string RecordLabel = "_dmarc";

    /// <summary>Finds the policy that applies to a domain, and inspects each record that is read to find it.</summary>
    /// <param name="domain">The author domain, or the name of its record (<c>_dmarc.</c> and the domain).</param>
    /// <param name="resolver">Where to ask. What it throws counts as a failed lookup.</param>
    /// <param name="options">How policies are found; null for <see cref="DmarcOptions.Default"/>.</param>
    /// <param name="cancellationToken">Ends the inspection.</param>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was cancelled.</exception>
    public static async Task<DmarcInspection> InspectAsync(
        DomainName domain, IDnsResolver resolver, DmarcOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(domain);
        ArgumentNullException.ThrowIfNull(resolver);
        var questions = new InspectionResolver(resolver);
        var author = AuthorDomainOf(domain);
        options ??= DmarcOptions.Default;
        var result = await new DmarcEvaluator(questions, options).EvaluateAsync(author, [], cancellationToken).ConfigureAwait(false);
        var records = new List<PublishedRecord>();
        foreach (var step in result.Walk)
        {
            await ReadAsync(step.Domain, result, questions, options, records, cancellationToken).ConfigureAwait(false);
        }

        return new DmarcInspection { Domain = author, Result = result, Records = [.. records], DomainFindings = [.. Judge(domain, author, result)] };
    }

    /// <summary>Inspects the text of a record that is published, or will be.</summary>
    /// <param name="name">The name at which it is published.</param>
    /// <param name="text">The text, character-strings joined.</param>
    public static PublishedRecord InspectText(DomainName name, string text)
    {
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(text);
        var record = new PublishedRecord(name, text);
        DmarcRecordReading.Read(record);
        return record;
    }

    // The same, with the consent of report receivers outside the organization: the resolver already has the text at the name.
    internal static async Task<PublishedRecord> InspectTextAsync(DomainName name, string text, DomainName domain, IDnsResolver resolver, CancellationToken cancellationToken)
    {
        var published = new PublishedRecord(name, text);
        var questions = new InspectionResolver(resolver);
        var result = await new DmarcEvaluator(questions).EvaluateAsync(domain, [], cancellationToken).ConfigureAwait(false);
        if (DmarcRecordReading.Read(published, IsBelowOrganization(domain, result)) is { } record)
        {
            await ReportAddresses.CheckAsync(published, record, domain, questions, DmarcOptions.Default, cancellationToken).ConfigureAwait(false);
        }

        return published;
    }

    private static bool IsBelowOrganization(DomainName place, DmarcResult result) =>
        result.OrganizationalDomain is { } organization && place != organization && place.IsEqualToOrBelow(organization);

    // People paste the name of the record instead of the domain.
    private static DomainName AuthorDomainOf(DomainName given) =>
        given.Parent is { } parent && given.ToString().StartsWith(RecordLabel + ".", StringComparison.Ordinal) ? parent : given;

    private static async Task ReadAsync(
        DomainName place, DmarcResult result, InspectionResolver questions, DmarcOptions options, List<PublishedRecord> records, CancellationToken cancellationToken)
    {
        if (place.Prepend(RecordLabel) is not { } name)
        {
            return;
        }

        foreach (var text in (await questions.TextsAsync(name, cancellationToken).ConfigureAwait(false)).Texts)
        {
            var published = new PublishedRecord(name, text);
            records.Add(published);
            if (DmarcRecordReading.Read(published, IsBelowOrganization(place, result)) is { } record && place == result.PolicyDomain)
            {
                await ReportAddresses.CheckAsync(published, record, place, questions, options, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    private static IEnumerable<Finding> Judge(DomainName given, DomainName author, DmarcResult result)
    {
        foreach (var step in result.Walk)
        {
            if (step.Outcome == "several_records")
            {
                yield return AtStep(FindingSeverity.Error, FindingCode.DmarcSeveralRecords, step);
            }
            else if (step.Outcome == "temporary_failure")
            {
                yield return AtStep(FindingSeverity.Warning, FindingCode.DmarcLookupFailed, step);
            }
        }

        if (result.Record is null && result.Code != DmarcResultCode.TempError)
        {
            yield return Found(FindingSeverity.Error, FindingCode.DmarcNoPolicy, author, author.ToString());
        }
        else if (result.AuthorDomainExists == false)
        {
            yield return Found(FindingSeverity.Note, FindingCode.DmarcNoSuchDomain, author, author.ToString());
        }

        if (given != author)
        {
            yield return Found(FindingSeverity.Note, FindingCode.DmarcRecordName, given, given.ToString(), author.ToString());
        }
    }

    private static Finding AtStep(FindingSeverity severity, FindingCode code, DmarcLookup step) =>
        Found(severity, code, step.Domain.Prepend(RecordLabel) ?? step.Domain, $"{RecordLabel}.{step.Domain}", step.Reason ?? string.Empty);

    private static Finding Found(FindingSeverity severity, FindingCode code, DomainName name, params ImmutableArray<string> arguments) =>
        new() { Code = code, Severity = severity, Name = name, Arguments = arguments };
}
