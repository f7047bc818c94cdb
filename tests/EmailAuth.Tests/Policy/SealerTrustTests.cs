using System.Collections.Immutable;
using System.Net;
using System.Text;
using EmailAuth.Arc;
using EmailAuth.Dmarc;
using EmailAuth.Policy;
using EmailAuth.Results;
using EmailAuth.Signatures;
using EmailAuth.Syntax;
using EmailAuth.Tests.Dkim;
using EmailAuth.Tests.TestSupport;
using Xunit;

namespace EmailAuth.Tests.Policy;

/// <summary>Whom the receiver believes when a chain says that DMARC passed before (RFC 8617 section 7.2.1), through the pipeline.</summary>
public class SealerTrustTests
{
    private static readonly byte[] Forwarded = "From: joe@example.com\r\nSubject: [list] x\r\n\r\nbody\r\n"u8.ToArray();
    private static readonly SmtpEnvelope Envelope = new(IPAddress.Parse("203.0.113.9"), "list.example", "bounce@list.example");

    [Fact]
    public void No_client_is_trusted_by_default() => Assert.True(LocalPolicy.Default.TrustedSealers.IsEmpty);

    [Theory]
    [InlineData("", "list.example", "reject")] // nobody is trusted
    [InlineData("list.example", "list.example", "accept")]
    [InlineData("other.example", "list.example", "reject")] // another is trusted
    [InlineData("list.example", "mallory.example list.example", "reject")] // the first trusted hop saw a failure, whatever was claimed before
    [InlineData("list.example mx.example", "list.example mx.example", "accept")] // the list saw it pass, the forwarder behind it could not
    [InlineData("mx.example", "list.example mx.example", "reject")] // the trusted hop saw no pass itself
    [InlineData("list.example mx.example", "list.example mallory.example mx.example", "reject")] // an untrusted hop between them
    [InlineData("list.example mx.example", "mallory.example list.example mx.example", "reject")] // the pass is an untrusted hop's
    [InlineData("list.example", "list.example mx.example", "reject")] // the newest sealer is not trusted
    public async Task Only_trusted_hops_in_a_row_up_to_the_newest_count(string trusted, string hops, string expected)
    {
        var names = hops.Split(' ');
        var message = Forwarded;
        foreach (var hop in names)
        {
            // Only the first hop sees the message before the list changed it.
            message = await SealAsync(message, hop, hop == names[0] ? "pass" : "fail");
        }

        var outcome = await AuthenticateAsync(message, trusted);
        Assert.Equal(ArcResultCode.Pass, outcome.Arc?.Code);
        Assert.Equal(DmarcResultCode.Fail, outcome.Dmarc?.Code);
        Assert.Equal(expected, outcome.Disposition.Action.ToString(), ignoreCase: true);
        Assert.Contains("arc=pass", outcome.HeaderValue, StringComparison.Ordinal);
        if (expected == "accept")
        {
            Assert.Equal(DmarcOverrideType.LocalPolicy, outcome.Dmarc?.Override?.Type);
            Assert.Contains($"sealed by {names[^1]}", outcome.Disposition.Reason, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_chain_that_fails_vouches_for_nothing()
    {
        var message = await SealAsync(Forwarded, "list.example", "pass");
        var changed = Encoding.Latin1.GetBytes(Encoding.Latin1.GetString(message).Replace("body", "b0dy", StringComparison.Ordinal));
        var outcome = await AuthenticateAsync(changed, "list.example");
        Assert.Equal(ArcResultCode.Fail, outcome.Arc?.Code);
        Assert.Equal(DispositionAction.Reject, outcome.Disposition.Action);
    }

    [Fact]
    public async Task A_seal_that_leaves_From_or_a_part_of_the_body_open_vouches_for_nothing()
    {
        ImmutableHashSet<DomainName> trusted = [DomainName.Parse("list.example").Value!];
        var author = DomainName.Parse("example.com").Value!;
        var chain = (await AuthenticateAsync(await SealAsync(Forwarded, "list.example", "pass"), "list.example")).Arc!;
        Assert.NotNull(SealerTrust.FindTrustedSealer(chain, trusted, author));
        Assert.Null(SealerTrust.FindTrustedSealer(chain, trusted, null));

        var covered = chain.Sets[0].MessageSignatureResult;
        Assert.Null(SealerTrust.FindTrustedSealer(With(covered.Changed(r => r.CoversAuthor, false)), trusted, author));
        Assert.Null(SealerTrust.FindTrustedSealer(With(covered.Changed(r => r.UnsignedBodyLength, 1)), trusted, author));

        ArcResult With(ArcSignatureResult signature) => chain.Changed(c => c.Sets, [chain.Sets[0].Changed(set => set.MessageSignatureResult, signature)]);
    }

    [Fact]
    public async Task No_sealer_vouches_for_a_subject_that_was_added_after_its_seal()
    {
        var message = await SealAsync(Forwarded, "list.example", "pass");
        Assert.Equal(DispositionAction.Accept, (await AuthenticateAsync(message, "list.example")).Disposition.Action);
        var added = await AuthenticateAsync([.. "Subject: Urgent\r\n"u8, .. message], "list.example");
        Assert.Equal((ArcResultCode.Pass, DispositionAction.Reject), (added.Arc!.Code, added.Disposition.Action));
    }

    // A hop may change From between judging and sealing: "claims" are the results of its sets, the oldest first.
    [Theory]
    [InlineData("dmarc=pass header.from=example.com", "accept")]
    [InlineData("dmarc=pass header.from=EXAMPLE.com", "accept")]
    [InlineData("dmarc=pass", "reject")] // about whom it does not say
    [InlineData("dmarc=pass header.from=attacker.net", "reject")]
    [InlineData("dmarc=pass header.from=sub.example.com", "reject")]
    [InlineData("dmarc=pass header.from=example.com header.from=attacker.net", "reject")]
    [InlineData("dmarc=pass header.d=example.com", "reject")]
    [InlineData("dmarc=pass header.from=example.com; dmarc=fail header.from=example.com", "reject")]
    [InlineData("dmarc=pass header.from=attacker.net|dmarc=fail header.from=example.com", "reject")] // the exploit
    [InlineData("dmarc=pass header.from=example.com|dmarc=pass header.from=attacker.net", "reject")]
    [InlineData("dmarc=pass header.from=example.com|spf=pass", "accept")] // the newer says nothing of DMARC
    [InlineData("dmarc=fail header.from=example.com|dmarc=pass header.from=example.com", "accept")]
    [InlineData("dmarc=pass header.from=attacker.net|dmarc=pass header.from=example.com", "accept")]

    // An older pass of this author, and a newer hop that could not see one.
    [InlineData("dmarc=pass header.from=example.com|dmarc=fail header.from=example.com", "accept")]
    [InlineData("dmarc=pass header.from=example.com|dmarc=fail header.from=EXAMPLE.COM", "accept")]
    [InlineData("dmarc=pass header.from=example.com|dmarc=none header.from=example.com", "accept")]
    [InlineData("dmarc=pass header.from=example.com|dmarc=temperror header.from=example.com", "accept")]
    [InlineData("dmarc=pass header.from=example.com|spf=fail|dmarc=fail header.from=example.com", "accept")]
    [InlineData("dmarc=pass header.from=example.com|dmarc=fail header.from=example.com|dmarc=fail header.from=example.com", "accept")]

    // The same, where the newer hop judged another author, or does not say whom.
    [InlineData("dmarc=pass header.from=example.com|dmarc=fail header.from=attacker.net", "reject")]
    [InlineData("dmarc=pass header.from=example.com|dmarc=fail header.from=sub.example.com", "reject")]
    [InlineData("dmarc=pass header.from=example.com|dmarc=fail", "reject")]
    [InlineData("dmarc=pass header.from=example.com|dmarc=none", "reject")]
    [InlineData("dmarc=pass header.from=example.com|dmarc=fail header.from=example.com header.from=attacker.net", "reject")]
    [InlineData("dmarc=pass header.from=example.com|dmarc=fail header.from=example.com; dmarc=fail header.from=attacker.net", "reject")]
    [InlineData("dmarc=pass header.from=example.com|dmarc=fail header.from=\"example.com, attacker.net\"", "reject")]
    [InlineData("dmarc=pass header.from=example.com|dmarc=pass header.from=list.example|dmarc=fail header.from=example.com", "reject")] // rewritten and back
    [InlineData("dmarc=pass header.from=example.com|dmarc=fail header.from=list.example|dmarc=fail header.from=example.com", "reject")]

    // The same author, and a newer hop whose word says more than that it saw no pass.
    [InlineData("dmarc=pass header.from=example.com|dmarc=permerror header.from=example.com", "reject")]
    [InlineData("dmarc=pass header.from=example.com|dmarc=policy header.from=example.com", "reject")]
    [InlineData("dmarc=pass header.from=example.com|dmarc=fail header.from=example.com; dmarc=pass header.from=example.com", "reject")]
    [InlineData("dmarc=fail header.from=example.com|dmarc=fail header.from=example.com", "reject")] // nobody saw a pass
    [InlineData("spf=pass|dmarc=fail header.from=example.com", "reject")]
    public async Task A_trusted_pass_of_this_author_counts_unless_a_newer_hop_judged_another(string claims, string expected)
    {
        var message = Forwarded;
        foreach (var set in claims.Split('|'))
        {
            message = await SealAsync(message, "list.example", AuthenticationResultsReader.Parse($"list.example; {set}").Value!.Results);
        }

        var outcome = await AuthenticateAsync(message, "list.example");
        Assert.Equal(ArcResultCode.Pass, outcome.Arc?.Code);
        Assert.Equal(expected, outcome.Disposition.Action.ToString(), ignoreCase: true);
    }

    // What the list changes breaks the message signature of the hop before it, which is what such a chain is for.
    [Theory]
    [InlineData("body", "body, and a footer", "accept")]
    [InlineData("Subject: [list] x", "Subject: [other] x", "accept")]
    [InlineData("From: joe@example.com", "From: Joe <joe@example.com>", "accept")]
    [InlineData("From: joe@example.com", "From: joe@example.com, eve@attacker.net", "reject")] // several authors
    [InlineData("From: joe@example.com", "From: joe@example.com\r\nFrom: eve@attacker.net", "reject")]
    [InlineData("Subject: [list] x", "Subject: Urgent\r\nSubject: [list] x", "reject")] // the older signature leaves one of them open
    public async Task A_trusted_hop_may_change_a_message_that_an_older_one_saw_pass(string old, string changed, string expected)
    {
        var message = await SealAsync(Forwarded, "mx.example", "pass");
        var arrived = await new ArcVerifier(Resolver()).VerifyAsync(message, TestContext.Current.CancellationToken);
        var text = Encoding.UTF8.GetString(message);
        message = await SealAsync(
            Encoding.UTF8.GetBytes(text.Replace(old, changed, StringComparison.Ordinal)), "list.example", Dmarc("fail"), arrived);

        var outcome = await AuthenticateAsync(message, "list.example mx.example");
        Assert.Equal(ArcResultCode.Pass, outcome.Arc?.Code);
        Assert.Equal(expected, outcome.Disposition.Action.ToString(), ignoreCase: true);
    }

    [Fact]
    public async Task An_older_hop_counts_only_where_its_signature_covers_what_people_see()
    {
        ImmutableHashSet<DomainName> trusted = [DomainName.Parse("list.example").Value!, DomainName.Parse("mx.example").Value!];
        var author = DomainName.Parse("example.com").Value!;
        var message = await SealAsync(await SealAsync(Forwarded, "list.example", "pass"), "mx.example", "fail");
        var chain = (await AuthenticateAsync(message, string.Empty)).Arc!;
        var (result, signature) = (chain.Sets[1].MessageSignatureResult, chain.Sets[1].MessageSignature!);
        Assert.Equal("mx.example", SealerTrust.FindTrustedSealer(chain, trusted, author)?.ToString());

        var failing = result.Changed(r => r.Code, SignatureResultCode.Fail);
        Assert.NotNull(Vouching(failing, signature));
        Assert.Null(Vouching(failing, signature.Changed(s => s.BodyLength, 5L).Changed(s => s.BodyLengthText, "5"))); // the body may have been replaced before the change
        Assert.Null(Vouching(failing, null)); // malformed
        Assert.Null(Vouching(failing.Changed(r => r.CoversAuthor, false), signature));
        Assert.Null(Vouching(result.Changed(r => r.CoversAuthor, false), signature));
        Assert.Null(Vouching(result.Changed(r => r.UnsignedBodyLength, 1), signature));
        Assert.Null(Vouching(ArcSignatureResult.NotChecked, signature));

        DomainName? Vouching(ArcSignatureResult changed, ArcMessageSignature? by) => SealerTrust.FindTrustedSealer(
            chain.Changed(c => c.Sets, [chain.Sets[0], chain.Sets[1].Changed(set => set.MessageSignatureResult, changed).Changed(set => set.MessageSignature, by)]),
            trusted,
            author);
    }

    [Fact]
    public async Task Results_that_cannot_be_read_end_the_search()
    {
        ImmutableHashSet<DomainName> trusted = [DomainName.Parse("list.example").Value!];
        var author = DomainName.Parse("example.com").Value!;
        var message = await SealAsync(await SealAsync(Forwarded, "list.example", "pass"), "list.example", []);
        var chain = (await AuthenticateAsync(message, string.Empty)).Arc!;
        Assert.NotNull(SealerTrust.FindTrustedSealer(chain, trusted, author));

        Assert.Null(SealerTrust.FindTrustedSealer(chain.Changed(c => c.Sets, [chain.Sets[0].Changed(set => set.Results, null), chain.Sets[1]]), trusted, author));
    }

    [Fact]
    public async Task The_result_of_a_chain_says_who_handed_the_message_over()
    {
        var outcome = await AuthenticateAsync(await SealAsync(Forwarded, "list.example", "pass"), string.Empty);
        Assert.Contains("smtp.remote-ip=203.0.113.9", outcome.HeaderValue, StringComparison.Ordinal);
    }

    private static ImmutableArray<MethodResult> Dmarc(string result) =>
        [new MethodResult { Method = "dmarc", Result = result, Properties = [new ResultProperty("header", "from", "example.com")] }];

    private static Task<byte[]> SealAsync(byte[] message, string domain, string dmarc) => SealAsync(message, domain, Dmarc(dmarc));

    private static async Task<byte[]> SealAsync(byte[] message, string domain, ImmutableArray<MethodResult> results, ArcResult? found = null)
    {
        var arrived = found ?? await new ArcVerifier(Resolver()).VerifyAsync(message, TestContext.Current.CancellationToken);
        using var sealer = new ArcSealer(TestSigner.Rsa2048.Pem, new ArcSealerOptions { Domain = DomainName.Parse(domain).Value!, Selector = "s" });
        var sealing = sealer.Seal(message, arrived, new AuthenticationResults
        {
            AuthservId = domain,
            Results = results,
        });
        return [.. Encoding.UTF8.GetBytes(string.Concat(sealing.Fields.Select(field => field + "\r\n"))), .. message];
    }

    private static async Task<AuthenticationOutcome> AuthenticateAsync(byte[] message, string trusted)
    {
        ImmutableHashSet<DomainName> sealers = [.. trusted.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(name => DomainName.Parse(name).Value!)];
        var options = new AuthenticationOptions
        {
            AuthservId = "mx.example.org",
            LocalPolicy = new LocalPolicy { TrustedSealers = sealers },
        };
        return await new AuthenticationPipeline(Resolver(), options).AuthenticateAsync(Envelope, message, TestContext.Current.CancellationToken);
    }

    private static ZoneResolver Resolver()
    {
        var zone = new Zone().Add("_dmarc.example.com", ZoneEntryKind.Txt, "v=DMARC1; p=reject");
        foreach (var domain in new[] { "list.example", "mx.example", "mallory.example" })
        {
            zone.Add($"s._domainkey.{domain}", ZoneEntryKind.Txt, TestSigner.Rsa2048.Record);
        }

        return new ZoneResolver(zone);
    }
}
