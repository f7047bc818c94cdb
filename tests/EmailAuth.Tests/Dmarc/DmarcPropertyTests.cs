using EmailAuth.Dmarc;
using EmailAuth.Dns;
using EmailAuth.Syntax;
using EmailAuth.Tests.TestSupport;
using FsCheck;
using FsCheck.Xunit;
using Xunit;

namespace EmailAuth.Tests.Dmarc;

/// <summary>What holds on every tree of records. A tree is made from a seed, which FsCheck prints when it fails.</summary>
public class DmarcPropertyTests
{
    private static readonly string[] Policies = ["none", "quarantine", "reject"];

    [Property(MaxTest = 3000)]
    public async Task The_evaluator_agrees_with_the_steps_of_the_rfc(DoNotSize<int> seed)
    {
        var tree = new Tree(seed.Item);
        var oracle = tree.Oracle();
        var expected = oracle.Evaluate(tree.Author, tree.Identifiers);
        foreach (var options in new[] { DmarcOptions.Default with { MaxIdentifiers = 200 }, new DmarcOptions { Prefetch = false, MaxIdentifiers = 200 } })
        {
            var result = await tree.EvaluateAsync(tree.Author, tree.Identifiers, options);
            Assert.Equal(expected.Code, result.Code);
            Assert.Equal(expected.Policy, result.PublishedPolicy?.ToString().ToLowerInvariant());
            Assert.Equal(expected.Disposition, result.Disposition.ToString().ToLowerInvariant());
            Assert.Equal(oracle.OrganizationalDomain(tree.Author), result.OrganizationalDomain?.ToString());
            Assert.InRange(result.Walk.Length, 1, 8);
            if (result.Record is not null)
            {
                Assert.Equal(oracle.PolicyRecord(tree.Author)?.Name, result.PolicyDomain?.ToString());
            }
        }

        Assert.InRange(oracle.MostQueries, 1, 8);
    }

    [Property(MaxTest = 2000)]
    public async Task Alignment_is_symmetric(DoNotSize<int> seed)
    {
        var tree = new Tree(seed.Item) { Adkim = 'r' };
        foreach (var (_, domain) in tree.Identifiers)
        {
            var one = await tree.EvaluateAsync(tree.Author, [(false, domain)]);
            var other = await tree.EvaluateAsync(domain, [(false, tree.Author)]);
            if (!one.Alignments.IsEmpty && !other.Alignments.IsEmpty)
            {
                Assert.Equal(one.Alignments[0].IsAligned, other.Alignments[0].IsAligned);
            }
        }
    }

    [Property(MaxTest = 1000)]
    public async Task What_aligns_strictly_aligns_relaxed(DoNotSize<int> seed)
    {
        var strict = await new Tree(seed.Item) { Adkim = 's' }.EvaluateAsync();
        var relaxed = await new Tree(seed.Item) { Adkim = 'r' }.EvaluateAsync();
        Assert.Equal(strict.Alignments.Length, relaxed.Alignments.Length);
        foreach (var (one, other) in strict.Alignments.Zip(relaxed.Alignments))
        {
            Assert.True(!one.IsAligned || other.IsAligned);
        }
    }

    // The heart of the matter for failures: whatever the failed queries would have said, a result that is no temperror is right.
    [Property(MaxTest = 2000)]
    public async Task A_result_in_spite_of_failures_is_the_result_whatever_the_failed_queries_would_have_said(DoNotSize<int> seed)
    {
        var tree = new Tree(seed.Item);
        var random = new Random(seed.Item ^ 0x5eed);
        var names = tree.Names().ToArray();
        var failed = names.Where(_ => random.Next(6) == 0).ToHashSet(StringComparer.Ordinal);
        var result = await tree.EvaluateAsync(tree.Author, tree.Identifiers, null, failed);
        if (result.Code == DmarcResultCode.TempError)
        {
            return;
        }

        for (var trial = 0; trial < 8; trial++)
        {
            var records = new Dictionary<string, OracleRecord>(tree.Records, StringComparer.Ordinal);
            foreach (var name in failed)
            {
                records.Remove(name);
                if (random.Next(4) > 0)
                {
                    records.Add(name, tree.RandomRecord(random));
                }
            }

            var expected = new DmarcOracle(records, tree.AuthorExists).Evaluate(tree.Author, tree.Identifiers);
            Assert.Equal(expected.Code, result.Code);
            Assert.Equal(expected.Disposition, result.Disposition.ToString().ToLowerInvariant());
        }
    }

    [Property(MaxTest = 1000)]
    public async Task No_name_is_asked_twice_for_one_message(DoNotSize<int> seed)
    {
        var tree = new Tree(seed.Item);
        var resolver = new ScriptedResolver(tree.Zone());
        var result = await new DmarcEvaluator(resolver).EvaluateAsync(
            Tree.Name(tree.Author), Tree.Authenticated(tree.Identifiers), TestContext.Current.CancellationToken);
        Assert.Equal(resolver.AskedCount, resolver.Asked.Distinct().Count());
        Assert.InRange(result.LookupCount, 1, resolver.AskedCount);
    }

    /// <summary>A random tree of records around an author domain of up to twelve labels, and identifiers above, below and beside it.</summary>
    private sealed class Tree
    {
        private readonly Random _random;

        public Tree(int seed)
        {
            _random = new Random(seed);
            var random = _random;
            Author = Labels(random.Next(1, 13));
            Identifiers = [.. Enumerable.Range(0, random.Next(0, 4)).Select(_ => (random.Next(2) == 0, Relative()))];
            AuthorExists = random.Next(2) == 0;
            foreach (var name in Names())
            {
                if (random.Next(4) == 0)
                {
                    Records[name] = RandomRecord(random);
                }
            }
        }

        public string Author { get; }

        public (bool IsSpf, string Domain)[] Identifiers { get; }

        public bool AuthorExists { get; }

        public Dictionary<string, OracleRecord> Records { get; } = new(StringComparer.Ordinal);

        public char? Adkim
        {
            init
            {
                foreach (var name in Records.Keys.ToArray())
                {
                    Records[name] = Records[name] with { Adkim = value!.Value, Aspf = value.Value };
                }
            }
        }

        public DmarcOracle Oracle() => new(Records, AuthorExists);

        /// <summary>Every name at or above the author and the identifiers.</summary>
        public IEnumerable<string> Names() => Identifiers.Select(i => i.Domain).Append(Author)
            .SelectMany(domain => domain.Split('.').Select((_, i) => string.Join('.', domain.Split('.')[i..])))
            .Distinct(StringComparer.Ordinal);

        public OracleRecord RandomRecord(Random random) => new(
            P: random.Next(12) == 0 ? "x" : Policies[random.Next(3)],
            Sp: random.Next(2) == 0 ? null : random.Next(12) == 0 ? "x" : Policies[random.Next(3)],
            Np: random.Next(2) == 0 ? null : random.Next(12) == 0 ? "x" : Policies[random.Next(3)],
            Psd: "uuuyn"[random.Next(5)],
            Test: random.Next(3) == 0,
            Adkim: "rrs"[random.Next(3)],
            Aspf: "rrs"[random.Next(3)],
            HasRua: random.Next(2) == 0);

        public Zone Zone(HashSet<string>? failed = null)
        {
            var zone = new Zone();
            foreach (var (name, record) in Records.Where(r => failed?.Contains(r.Key) is not true))
            {
                zone.Add("_dmarc." + name, ZoneEntryKind.Txt, record.Text);
            }

            foreach (var name in failed ?? [])
            {
                zone.Add("_dmarc." + name, ZoneEntryKind.Timeout);
            }

            return AuthorExists ? zone.Add(Author, ZoneEntryKind.A, "192.0.2.1") : zone;
        }

        public Task<DmarcResult> EvaluateAsync() => EvaluateAsync(Author, Identifiers);

        public async Task<DmarcResult> EvaluateAsync(
            string author, (bool IsSpf, string Domain)[] identifiers, DmarcOptions? options = null, HashSet<string>? failed = null) =>
            await new DmarcEvaluator(WithExistence(Zone(failed), Author, AuthorExists), options).EvaluateAsync(
                Name(author), Authenticated(identifiers), TestContext.Current.CancellationToken);

        public static AuthenticatedIdentifier[] Authenticated((bool IsSpf, string Domain)[] identifiers) =>
            [.. identifiers.Select(i => new AuthenticatedIdentifier { Method = i.IsSpf ? IdentifierSource.Spf : IdentifierSource.Dkim, Domain = Name(i.Domain) })];

        public static DomainName Name(string name) => DomainName.Parse(name).Value!;

        // Few letters, so that names meet.
        private string Labels(int count) => string.Join('.', Enumerable.Range(0, count).Select(_ => "ab"[_random.Next(2)]));

        // The author domain, something above it, and perhaps something else below that.
        private string Relative()
        {
            var labels = Author.Split('.');
            var suffix = string.Join('.', labels[_random.Next(labels.Length)..]);
            var below = _random.Next(0, 4);
            var name = below == 0 ? suffix : Labels(below) + "." + suffix;
            return _random.Next(8) == 0 ? Labels(_random.Next(1, 9)) : name;
        }
    }

    // Answers for the author domain's existence as the tree says: in a zone, a record above or below a name decides about it as well.
    private static ScriptedResolver WithExistence(Zone zone, string author, bool exists) => new(zone)
    {
        Script = (_, question, _) => question.Name.ToString() == author
            ? () => new ValueTask<DnsResponse>(exists ? DnsResponse.NoData() : DnsResponse.NameError())
            : null,
    };
}
