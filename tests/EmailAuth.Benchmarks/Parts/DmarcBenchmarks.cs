using BenchmarkDotNet.Attributes;
using BenchmarkDotNet.Configs;
using EmailAuth.Dmarc;
using EmailAuth.Messages;
using EmailAuth.Syntax;
using EmailAuth.Tests.TestSupport;

namespace EmailAuth.Benchmarks.Parts;

/// <summary>
/// DMARC for a typical message with every answer at hand, beside the lookups that it cannot do without; and the author of a header, beside
/// one pass over its bytes.
/// </summary>
[MemoryDiagnoser]
[GroupBenchmarksBy(BenchmarkLogicalGroupRule.ByCategory)]
[CategoriesColumn]
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

    private readonly HeaderBlock _plain = HeaderBlock.Parse(Header("From: \"Some One\" <someone@example.com>"));
    private readonly HeaderBlock _comments = HeaderBlock.Parse(Header("From: Some (One) One <someone(a)@example.com>"));
    private readonly DmarcEvaluator _evaluator;

    /// <summary>Makes the evaluator.</summary>
    public DmarcBenchmarks() => _evaluator = new DmarcEvaluator(_resolver);

    /// <summary>The three lookups, with their names prepared.</summary>
    [Benchmark(Baseline = true)]
    [BenchmarkCategory("policy")]
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
    [Benchmark]
    [BenchmarkCategory("policy")]
    public ValueTask<DmarcResult> Evaluate() => _evaluator.EvaluateAsync(AuthorDomain, _identifiers, CancellationToken.None);

    /// <summary>One search through a header of 20 fields for the line ends.</summary>
    [Benchmark(Baseline = true)]
    [BenchmarkCategory("author")]
    public int OnePass() => _plain.Bytes.Span.Count("\r\n"u8);

    /// <summary>The header to the author, plain form.</summary>
    [Benchmark]
    [BenchmarkCategory("author")]
    public Author FindAuthor() => Author.Find(_plain);

    /// <summary>The same with comments, so that a second parser must agree.</summary>
    [Benchmark]
    [BenchmarkCategory("author")]
    public Author FindAuthorWithComments() => Author.Find(_comments);

    private static byte[] Header(string from) => System.Text.Encoding.ASCII.GetBytes(
        string.Concat(Enumerable.Repeat("Received: from mail.example.com (mail.example.com [192.0.2.1])\r\n\tby mx.example.net\r\n", 12))
        + from + "\r\nTo: someone@example.net\r\nSubject: something to say\r\nDate: Mon, 24 Nov 2025 12:00:00 +0000\r\n"
        + "Message-ID: <1@example.com>\r\nMIME-Version: 1.0\r\nContent-Type: text/plain\r\nX-Mailer: x\r\n\r\n");
}
