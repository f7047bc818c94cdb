using System.Net;
using System.Text.Json;
using EmailAuth.Arc;
using EmailAuth.Dmarc;
using EmailAuth.Messages;
using EmailAuth.Policy;
using EmailAuth.Results;
using EmailAuth.Signatures;
using EmailAuth.Syntax;
using EmailAuth.Tests.TestSupport;
using Xunit;

namespace EmailAuth.Tests.Policy;

/// <summary>What local policy makes of every combination that matters: the rows of <c>testdata/policy/decisions.jsonl</c>.</summary>
public class PolicyTableTests
{
    private static readonly DomainName AuthorDomain = Name("example.com");
    internal static readonly string[] Rows = File.ReadAllLines(Repository.PathOf("testdata", "policy", "decisions.jsonl"));

    public static TheoryData<string> Results => ["unchecked", "none", "pass", "fail", "temperror", "permerror"];

    [Theory]
    [MemberData(nameof(Results))]
    public void Each_row_is_decided_as_it_says(string dmarc)
    {
        var wrong = new List<string>();
        var count = 0;
        foreach (var line in Rows)
        {
            using var json = JsonDocument.Parse(line);
            var row = json.RootElement;
            if (row.GetProperty("dmarc").GetString() == dmarc)
            {
                count++;
                var (expected, found) = (Expected(row), Decided(row));
                if (expected != found)
                {
                    wrong.Add($"{line}\nfound: {found}");
                }
            }
        }

        Assert.NotEqual(0, count);
        Assert.Empty(wrong);
    }

    [Fact]
    public void The_rows_reach_every_code()
    {
        var codes = new SortedSet<string>(StringComparer.Ordinal) { new Disposition { Action = DispositionAction.Accept, Reason = "by hand" }.ReasonCode };
        foreach (var line in Rows)
        {
            using var json = JsonDocument.Parse(line);
            var row = json.RootElement;
            var disposition = PolicyDecision.Decide(Options(row, Text(row, "who")!), Input(row, Text(row, "who")!)).Disposition;
            codes.Add(disposition.ReasonCode);
            Assert.Equal(Code(row, disposition), disposition.ReasonCode);
        }

        Assert.Equal(Enum.GetValues<DispositionReason>().Select(reason => reason.Keyword()).Order(StringComparer.Ordinal), codes);
    }

    // A result of DMARC that somebody made may lack the policy: then the domain owner asks for nothing.
    [Fact]
    public void A_failure_without_a_published_policy_is_one_of_a_domain_that_asks_for_nothing()
    {
        foreach (var policy in (DmarcPolicy?[])[null, DmarcPolicy.None])
        {
            var decision = PolicyDecision.Decide(
                new LocalPolicy { OnReject = DispositionAction.TempFail, OnQuarantine = DispositionAction.Reject, OwnNetworks = [IPNetwork.Parse("192.0.2.0/28")] },
                new PolicyInput
                {
                    Dmarc = new DmarcResult { Code = DmarcResultCode.Fail, Reason = "made", AuthorDomain = AuthorDomain, PublishedPolicy = policy },
                    Author = new Author { Domain = AuthorDomain },
                    Client = IPAddress.Parse("192.0.2.1"),
                    Identifiers = [],
                });
            Assert.Equal((DispositionAction.Accept, "policy_none"), (decision.Disposition.Action, decision.Disposition.ReasonCode));
            Assert.Equal("dmarc=fail for example.com, whose domain owner asks for nothing", decision.Disposition.Reason);
            Assert.Null(decision.Dmarc!.Override);
        }
    }

    // The code that follows from the row, without a look at how it was decided.
    private static string Code(JsonElement row, Disposition disposition)
    {
        var isTrusted = Text(row, "who") is "own" or "authenticated";
        return disposition.Reply?.EnhancedCode == "5.3.4" ? "header_limit" : Text(row, "dmarc") switch
        {
            "unchecked" or "none" => "no_policy",
            "pass" => "dmarc_pass",
            "permerror" => isTrusted ? "overridden" : "unusable_author",
            "temperror" => isTrusted || disposition.Reason.Contains("; ", StringComparison.Ordinal) ? "overridden" : "dmarc_undecided",
            _ => Text(row, "policy") is null or "none" ? "policy_none"
                : disposition.Reason.Contains("overridden", StringComparison.Ordinal) ? "overridden"
                : "dmarc_policy",
        };
    }

    private static Verdict Expected(JsonElement row)
    {
        var expect = row.GetProperty("expect");
        return new Verdict(Text(expect, "override"), Text(expect, "applied"), Text(expect, "action"), Text(expect, "reply"));
    }

    private static Verdict Decided(JsonElement row)
    {
        var who = Text(row, "who")!;
        var decision = PolicyDecision.Decide(Options(row, who), Input(row, who));
        var reply = decision.Disposition.Reply?.ToString().Split(' ') is [var code, var enhanced, ..] ? $"{code} {enhanced}" : null;
        return new Verdict(
            decision.Dmarc?.Override?.TypeKeyword,
            (decision.Dmarc?.AppliedDisposition ?? DmarcPolicy.None).Keyword(),
            decision.Disposition.Action.Keyword(),
            reply);
    }

    internal static LocalPolicy Options(JsonElement row, string who)
    {
        var given = row.TryGetProperty("options", out var options) ? options : default;
        return new LocalPolicy
        {
            OwnNetworks = [IPNetwork.Parse("192.0.2.0/28")],
            AcceptAuthenticatedSubmissions = who != "authenticated-not-accepted",
            OnReject = Action(given, "on_reject") ?? DispositionAction.Reject,
            OnQuarantine = Action(given, "on_quarantine") ?? DispositionAction.Quarantine,
            OnUnusableAuthor = Action(given, "on_unusable_author"),
            OnUndecided = Action(given, "on_undecided"),
            OnTemporaryError = Action(given, "on_temporary_error") ?? DispositionAction.Accept,
            MaximumAction = Action(given, "maximum") ?? DispositionAction.Reject,
            ApplyStrictestAuthorPolicy = IsTrue(given, "strictest"),
            Forwarders = [IPNetwork.Parse("198.51.100.0/28")],
            ForwarderDomains = [Name("forwarder.example")],
            MailingLists = [Name("list.example")],
            TrustedSealers = [Name("sealer.example")],
        };
    }

    internal static PolicyInput Input(JsonElement row, string who)
    {
        var isUnusable = Text(row, "dmarc") == "permerror";
        return new PolicyInput
        {
            Dmarc = Text(row, "dmarc") == "unchecked" ? null : Result(row, AuthorDomain),
            AuthorResults = row.TryGetProperty("authors", out var authors) ? [.. authors.EnumerateArray().Select((author, n) => Result(author, Name($"a{n}.example")))] : default,
            AreAuthorResultsCut = IsTrue(row, "cut"),
            Author = isUnusable ? new Author { Defect = AuthorDefect.SeveralDomains, Reason = "From names several domains" } : new Author { Domain = AuthorDomain },
            HeaderLimit = IsTrue(row, "header_limit") ? "the header has more than 10000 fields" : null,
            Client = who switch
            {
                "unknown" => null,
                "own" => IPAddress.Parse("192.0.2.1"),
                "forwarder" => IPAddress.Parse("::ffff:198.51.100.1"),
                _ => IPAddress.Parse("203.0.113.1"),
            },
            IsAuthenticated = who is "authenticated" or "authenticated-not-accepted",
            Identifiers = who switch
            {
                "forwarder-domain" => [new AuthenticatedIdentifier { Method = IdentifierSource.Spf, Domain = Name("forwarder.example") }],
                "list" => [new AuthenticatedIdentifier { Method = IdentifierSource.Dkim, Domain = Name("other.example") }, new AuthenticatedIdentifier { Method = IdentifierSource.Dkim, Domain = Name("list.example") }],
                _ => [],
            },
            Arc = who == "sealer" ? Chain("sealer.example") : who == "stranger" ? Chain("stranger.example") : null,
        };
    }

    private static DmarcResult Result(JsonElement row, DomainName author)
    {
        var policy = Text(row, "policy");
        var code = Enum.Parse<DmarcResultCode>(Text(row, "dmarc")!, ignoreCase: true);
        return new DmarcResult
        {
            Code = code,
            Reason = "of the table",
            AuthorDomain = code == DmarcResultCode.PermError ? null : author,
            PolicyDomain = policy is null ? null : author,
            Record = policy is null ? null : DmarcRecord.Parse($"v=DMARC1; p={policy}{(IsTrue(row, "testing") ? "; t=y" : null)}").Value,
            PublishedPolicy = policy is null ? null : Enum.Parse<DmarcPolicy>(policy, ignoreCase: true),
            FailedQuery = code == DmarcResultCode.TempError ? DmarcFailedQuery.Spf : DmarcFailedQuery.None,
        };
    }

    private static ArcResult Chain(string sealer) => new()
    {
        Code = ArcResultCode.Pass,
        Sets =
        [
            new ArcSet(1, ArcSeal.Parse($"i=1; cv=none; a=rsa-sha256; d={sealer}; s=k; b=AAAA").Value!)
            {
                SealResult = new ArcSignatureResult { Code = SignatureResultCode.Pass },
                MessageSignatureResult = new ArcSignatureResult { Code = SignatureResultCode.Pass, CoversAuthor = true },
                Results = AuthenticationResultsReader.Parse($"mx.{sealer}; dmarc=pass header.from={AuthorDomain}").Value,
            },
        ],
    };

    private static DispositionAction? Action(JsonElement options, string key) =>
        options.ValueKind == JsonValueKind.Object && Text(options, key) is { } text ? Enum.Parse<DispositionAction>(text, ignoreCase: true) : null;

    private static string? Text(JsonElement row, string key) => row.TryGetProperty(key, out var value) ? value.GetString() : null;

    private static bool IsTrue(JsonElement row, string key) =>
        row.ValueKind == JsonValueKind.Object && row.TryGetProperty(key, out var value) && value.GetBoolean();

    private static DomainName Name(string name) => DomainName.Parse(name).Value!;

    private sealed record Verdict(string? Override, string? Applied, string? Action, string? Reply);
}
