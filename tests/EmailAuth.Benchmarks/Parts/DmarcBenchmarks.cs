using EmailAuth.Dmarc;
using EmailAuth.Syntax;
using EmailAuth.Tests.TestSupport;

namespace EmailAuth.Benchmarks.Parts;

/// <summary>
/// DMARC for a typical message with every answer at hand, beside the lookups that it cannot do without.
/// </summary>
public class DmarcBenchmarks
{
    private static readonly DomainName AuthorDomain = DomainName.Parse("example.com").Value!;

    private readonly ZoneResolver _resolver = new(new Zone()
        .Add("_dmarc.example.com", ZoneEntryKind.Txt, "v=DMARC1; p=reject; sp=quarantine; rua=mailto:dmarc@example.com")
        .Add("_dmarc.deep.example.com", ZoneEntryKind.Txt, "v=DMARC1; p=reject; rua=mailto:dmarc@example.com"));

    private readonly DomainName[] _queries =
        [.. new[] { "_dmarc.example.com", "_dmarc.com", "_dmarc.bounce.example.com" }.Select(name => DomainName.ParseDnsName(name).Value!)];

    private readonly AuthenticatedIdentifier[] _identifiers =
    [
        new() { Method = IdentifierSource.Spf, Domain = DomainName.Parse("bounce.example.com").Value! },
        new() { Method = IdentifierSource.Dkim, Domain = AuthorDomain },
    ];

    private readonly DmarcEvaluator _evaluator;

    /// <summary>Makes the evaluator.</summary>
    public DmarcBenchmarks() => _evaluator = new DmarcEvaluator(_resolver);

    /// <summary>The three lookups, with their names prepared.</summary>
    public async ValueTask<int> BareLookups()
    {
        var count = 0;
        foreach (var query in _queries)
        {
            count += (await _resolver.QueryTextAsync(query, CancellationToken.None)).Texts.Length;
        }

        return count;
    }

    /// <summary>Author domain and identifiers to result.</summary>
    public ValueTask<DmarcResult> Evaluate() => _evaluator.EvaluateAsync(AuthorDomain, _identifiers, CancellationToken.None);
}
