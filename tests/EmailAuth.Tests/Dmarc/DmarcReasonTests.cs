using EmailAuth.Dmarc;
using EmailAuth.Dns;
using EmailAuth.Messages;
using EmailAuth.Syntax;
using Xunit;

namespace EmailAuth.Tests.Dmarc;

/// <summary>Each cause of a DMARC result has a code of its own, and each code is reached by an input.</summary>
public class DmarcReasonTests
{
    // The zone ("!" for a query that fails), the author domain, what is authenticated, what ended in a temporary error, and the code.
    private static readonly (string Zone, string Author, string Authenticated, string Undecided, string? Code)[] Rows =
    [
        ("_dmarc.example.com v=DMARC1; p=reject", "example.com", "dkim example.com", "", null),
        ("", "example.com", "", "", "no_record"),
        ("_dmarc.example.com v=DMARC1; p=bounce", "example.com", "", "", "invalid_policy"),
        ("_dmarc.example.com v=DMARC1; p=reject", "example.com", "", "", "not_authenticated"),
        ("_dmarc.example.com v=DMARC1; p=reject", "example.com", "dkim other.example", "", "not_aligned"),
        ("!_dmarc.example.com", "example.com", "", "", "record_query_failed"),
        ("!_dmarc.a.example.com|_dmarc.example.com v=DMARC1; p=reject", "a.example.com", "", "", "record_query_failed"),
        ("!_dmarc.mail.example.com|_dmarc.example.com v=DMARC1; p=reject", "example.com", "dkim mail.example.com", "", "alignment_query_failed"),
        ("!sub.example.com|_dmarc.example.com v=DMARC1; p=none; np=reject", "sub.example.com", "", "", "existence_query_failed"),
        ("_dmarc.example.com v=DMARC1; p=reject", "example.com", "", "spf example.com", "spf_temperror"),
        ("_dmarc.example.com v=DMARC1; p=reject", "example.com", "", "dkim example.com", "dkim_temperror"),
    ];

    public static TheoryData<int> Numbers => [.. Enumerable.Range(0, Rows.Length)];

    [Theory]
    [MemberData(nameof(Numbers))]
    public async Task An_input_has_its_code(int number)
    {
        var row = Rows[number];
        var zone = new Zone();
        foreach (var entry in row.Zone.Split('|', StringSplitOptions.RemoveEmptyEntries))
        {
            if (entry[0] == '!')
            {
                zone.Add(entry[1..], ZoneEntryKind.Timeout);
                continue;
            }

            var space = entry.IndexOf(' ', StringComparison.Ordinal);
            zone.Add(entry[..space], ZoneEntryKind.Txt, entry[(space + 1)..]);
        }

        var evaluator = new DmarcEvaluator(new ZoneResolver(zone));
        var discovery = evaluator.BeginDiscovery(DomainName.Parse(row.Author).Value!, new DnsSession(new ZoneResolver(zone)));
        var result = await DmarcEvaluator.EvaluateAsync(
            discovery,
            [.. Identifiers(row.Authenticated)],
            [.. Identifiers(row.Undecided).Select(identifier => new UnauthenticatedIdentifier(identifier, UnauthenticatedIdentifier.Undecided))],
            TestContext.Current.CancellationToken);
        Assert.Equal(row.Code, result.ReasonCode);
        Assert.Equal(row.Code is null, result.Reason is null);
    }

    [Fact]
    public async Task A_message_without_an_author_domain_has_its_code()
    {
        var author = new Author { Defect = AuthorDefect.NoField, Reason = "the message has no From field" };
        var result = await new DmarcEvaluator(new ZoneResolver(new Zone())).EvaluateAuthorAsync(author, [], TestContext.Current.CancellationToken);
        Assert.Equal((DmarcResultCode.PermError, "no_author_domain"), (result.Code, result.ReasonCode));
        Assert.Equal("no_author_domain", new DmarcResult(result) { Reason = "more is said" }.ReasonCode);
    }

    [Fact]
    public void A_result_that_the_caller_made_has_the_code_other_if_it_has_a_reason()
    {
        Assert.Equal("other", new DmarcResult { Code = DmarcResultCode.Fail, Reason = "by hand" }.ReasonCode);
        Assert.Null(new DmarcResult { Code = DmarcResultCode.Fail }.ReasonCode);
    }

    // Composition/ReconstructedEnvelopeTests reach spf_not_checked: DMARC alone does not know the envelope.
    [Fact]
    public void The_inputs_reach_every_code() => Assert.Equal(
        Enum.GetValues<DmarcReason>().Select(reason => reason.Keyword()).Order(StringComparer.Ordinal),
        Rows.Select(row => row.Code).OfType<string>().Concat(["no_author_domain", "other", "spf_not_checked"]).Distinct().Order(StringComparer.Ordinal));

    private static IEnumerable<AuthenticatedIdentifier> Identifiers(string text) => text.Split(',', StringSplitOptions.RemoveEmptyEntries)
        .Select(part => part.Split(' '))
        .Select(part => new AuthenticatedIdentifier
        {
            Method = part[0] == "spf" ? IdentifierSource.Spf : IdentifierSource.Dkim,
            Domain = DomainName.Parse(part[1]).Value!,
        });
}
