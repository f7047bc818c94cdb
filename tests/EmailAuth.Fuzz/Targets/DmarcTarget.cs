using System.Text;
using EmailAuth.Dmarc;
using EmailAuth.Dns;
using EmailAuth.Fuzz.Support;
using EmailAuth.Syntax;
using EmailAuth.Tests.Dmarc;
using EmailAuth.Tests.TestSupport;

namespace EmailAuth.Fuzz.Targets;

/// <summary>
/// DMARC over a zone of an input's choosing. The input: the author domain on a line, an identifier ("spf domain", "dkim domain") on each
/// further one, and the zone in lines.
/// </summary>
internal static class DmarcTarget
{
    private const int MaxIdentifiers = 10;

    // Not to be reached: what it leaves out depends on how many queries were asked ahead.
    private static readonly DmarcOptions AtOnce = new() { MaxIdentifiers = 10 + MaxIdentifiers };

    private static readonly DmarcOptions InTurn = AtOnce with { Prefetch = false };

    public static void Run(ReadOnlySpan<byte> input)
    {
        var parts = new Parts(input);
        if (!parts.TryTake(out var head))
        {
            return;
        }

        var lines = Encoding.UTF8.GetString(head).Split('\n');
        if (DomainName.Parse(lines[0]).Value is not { } author)
        {
            return;
        }

        var identifiers = lines.Skip(1).Take(MaxIdentifiers).Select(IdentifierOf).OfType<AuthenticatedIdentifier>().ToArray();
        var zone = ZoneLines.Read(parts.Rest);
        var resolver = new ZoneResolver(zone);
        var recording = new RecordingResolver(resolver);
        var late = ScriptedResolver.Held(resolver);
        var result = Expect.Completed(new DmarcEvaluator(recording, AtOnce).EvaluateAsync(author, identifiers));
        Check(result);
        Expect.Equal(Verdict(result), Verdict(late.Run(new Random(input.Length), () => new DmarcEvaluator(late, AtOnce).EvaluateAsync(author, identifiers))), "answered later");
        var inTurn = Expect.Completed(new DmarcEvaluator(resolver, InTurn).EvaluateAsync(author, identifiers));
        Expect.Equal(Verdict(result), Verdict(inTurn), "asked in turn");
        FindingException.ThrowIf(inTurn.LookupCount > result.LookupCount, "asked in turn it takes more queries");
        var replayed = Expect.Completed(new DmarcEvaluator(new ZoneResolver(recording.ToZone()), AtOnce).EvaluateAsync(author, identifiers));
        Expect.Equal(Verdict(result), Verdict(replayed), "from the recording");
        CheckAgainstTheSteps(zone, resolver, result, identifiers);
    }

    private static AuthenticatedIdentifier? IdentifierOf(string line) =>
        line.Split(' ', 2) is [var method, var text] && DomainName.Parse(text).Value is { } domain
            ? new AuthenticatedIdentifier { Method = method == "spf" ? IdentifierSource.Spf : IdentifierSource.Dkim, Domain = domain }
            : null;

    private static void Check(DmarcResult result)
    {
        if (result.Code is not DmarcResultCode.Pass)
        {
            Expect.Reason(result.Reason, "DMARC");
        }

        Expect.Printable(result.Reason, "DMARC's reason");
        FindingException.ThrowIf(result.Walk.Length is < 1 or > 8, $"a walk of {result.Walk.Length} queries (RFC 9989 section 4.10)");
        FindingException.ThrowIf(result.LookupCount > 9 + (8 * AtOnce.MaxIdentifiers), $"{result.LookupCount} queries");
        FindingException.ThrowIf(result.Lookups.Select(lookup => lookup.Domain).Distinct().Count() != result.Lookups.Length, "a domain is asked for twice");
        FindingException.ThrowIf(
            !result.Alignments.IsEmpty && (result.Code == DmarcResultCode.Pass) != result.Alignments.Any(alignment => alignment.IsAligned) && result.Code != DmarcResultCode.TempError, "the alignments say something else");
    }

    // The steps of the RFC, written down with no thought of failures.
    private static void CheckAgainstTheSteps(Zone zone, ZoneResolver resolver, DmarcResult result, AuthenticatedIdentifier[] identifiers)
    {
        var records = new Dictionary<string, OracleRecord>(StringComparer.Ordinal);
        foreach (var name in zone.Names)
        {
            var answer = Expect.Completed(resolver.QueryTextAsync(name, CancellationToken.None));
            if (answer.Status == DnsStatus.Failure)
            {
                return;
            }

            DmarcRecord[] found = [.. answer.Texts.Select(text => DmarcRecord.Parse(text).Value).OfType<DmarcRecord>()];
            if (name.ToString().StartsWith("_dmarc.", StringComparison.Ordinal) && found is [var record])
            {
                records.Add(name.Parent!.ToString(), ToOracle(record));
            }
        }

        var author = result.AuthorDomain!;
        var exists = Expect.Completed(resolver.QueryTextAsync(author, CancellationToken.None)).Status != DnsStatus.NameError;
        var oracle = new DmarcOracle(records, exists);
        var (code, policy, disposition) = oracle.Evaluate(author.ToString(), identifiers.Select(one => (one.Method == IdentifierSource.Spf, one.Domain.ToString())));
        Expect.Equal(
            $"{code} {policy} {disposition} {oracle.OrganizationalDomain(author.ToString())}",
            $"{result.Code} {result.PublishedPolicy?.ToString().ToLowerInvariant()} {result.Disposition.ToString().ToLowerInvariant()} {result.OrganizationalDomain}",
            "the steps of RFC 9989, and the evaluator");
    }

    private static OracleRecord ToOracle(DmarcRecord record) => new(
        record.Validity == DmarcPolicyValidity.Valid ? TextOf(record.Policy)! : "invalid",
        TextOf(record.SubdomainPolicy),
        TextOf(record.NonexistentSubdomainPolicy),
        record.DomainRole switch { DmarcDomainRole.PublicSuffix => 'y', DmarcDomainRole.Organizational => 'n', _ => 'u' },
        record.IsTesting,
        record.DkimAlignment == DmarcAlignmentMode.Strict ? 's' : 'r',
        record.SpfAlignment == DmarcAlignmentMode.Strict ? 's' : 'r',
        record.Validity == DmarcPolicyValidity.TreatedAsNone);

    private static string? TextOf(DmarcPolicy? policy) => policy?.ToString().ToLowerInvariant();

    private static string Verdict(DmarcResult result) =>
        $"{result.Code} {result.Reason} {result.PolicyDomain} {result.PolicyTag} {result.PublishedPolicy} {result.Disposition} {result.OrganizationalDomain} {result.AuthorDomainExists}\n{string.Join('\n', result.Alignments)}";
}
