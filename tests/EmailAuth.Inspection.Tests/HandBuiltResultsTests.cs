using System.Net;
using System.Text.Json;
using EmailAuth.Arc;
using EmailAuth.Bimi;
using EmailAuth.Dkim;
using EmailAuth.Dmarc;
using EmailAuth.Iprev;
using EmailAuth.Messages;
using EmailAuth.Policy;
using EmailAuth.Results;
using EmailAuth.Signatures;
using EmailAuth.Spf;
using EmailAuth.Syntax;

namespace EmailAuth.Inspection.Tests;

/// <summary>
/// Stores and users' tests make results by hand. This assembly sees only the public members of the library, as they do.
/// </summary>
public class HandBuiltResultsTests
{
    private static readonly DomainName Domain = DomainName.Parse("example.com").Value!;

    private static readonly string BodyHash = Convert.ToBase64String(new byte[32]);

    private static readonly SpfResult Spf = new()
    {
        Code = SpfResultCode.Fail,
        Reason = "-all of example.com matches",
        Identity = SpfIdentity.MailFrom,
        Domain = Domain,
        Sender = "joe@example.com",
        Client = IPAddress.Parse("192.0.2.1"),
        Helo = "mail.example.net",
        Explanation = "not from here",
    };

    private static readonly DkimResult Dkim = new()
    {
        Code = SignatureResultCode.Pass,
        Domain = Domain,
        Selector = "s",
        Signature = DkimSignature.Parse($"v=1; a=rsa-sha256; d=example.com; s=s; i=@example.com; h=from:subject; b=AQIDBAUG; bh={BodyHash}").Value!,
    };

    private static readonly DmarcResult Dmarc = new()
    {
        Code = DmarcResultCode.Pass,
        AuthorDomain = Domain,
        OrganizationalDomain = Domain,
        PolicyDomain = Domain,
        Source = DmarcPolicySource.AuthorDomain,
        Record = DmarcRecord.Parse("v=DMARC1; p=reject; rua=mailto:d@example.com").Value,
        PublishedPolicy = DmarcPolicy.Reject,
    };

    private static readonly ArcResult Arc = new()
    {
        Code = ArcResultCode.Pass,
        HighestInstance = 1,
    };

    private static readonly BimiResult Bimi = new()
    {
        Code = BimiResultCode.Pass,
        Domain = Domain,
        Selector = "default",
        Record = BimiRecord.Parse("v=BIMI1; l=https://example.com/logo.svg").Value,
    };

    private static readonly IprevResult Iprev = new() { Code = IprevResultCode.Pass, Address = IPAddress.Parse("192.0.2.1"), HostName = Domain };

    [Fact]
    public void Each_is_written_like_a_result_that_was_found()
    {
        Assert.Equal("spf=fail smtp.mailfrom=joe@example.com", Text(Spf.ToMethodResult()));
        Assert.Equal(
            "dkim=pass header.d=example.com header.i=@example.com header.s=s header.a=rsa-sha256 header.b=AQIDBAUG",
            Text(Assert.Single(new DkimResults { Signatures = [Dkim] }.ToMethodResults())));
        Assert.StartsWith("dmarc=pass header.from=example.com policy.dmarc=reject", Text(Dmarc.ToMethodResult()), StringComparison.Ordinal);
        Assert.Equal("arc=pass ", Text(Arc.ToMethodResult()));
        Assert.StartsWith("bimi=pass header.d=example.com header.selector=default", Text(Bimi.ToMethodResult()), StringComparison.Ordinal);
        Assert.Equal("iprev=pass policy.iprev=192.0.2.1", Text(Iprev.ToMethodResult()));

        static string Text(MethodResult result) =>
            $"{result.Method}={result.Result} {string.Join(' ', result.Properties.Select(p => $"{p.Type}.{p.Name}={p.Value}"))}";
    }

    [Fact]
    public void A_value_that_is_set_is_read_back()
    {
        Assert.Equal("@example.com", Dkim.Signature!.Identity);
        var failed = new DkimResult { Code = SignatureResultCode.Fail, Reason = "the body was changed", ReasonCode = "body_changed" };
        Assert.Equal(("the body was changed", "body_changed"), (failed.Reason, failed.ReasonCode));
        Assert.Equal("spf=fail (joe@example.com): -all of example.com matches", Spf.ToString());
        Assert.Equal("postmaster@mail.example.net", new SpfResult { Code = SpfResultCode.None, Reason = "no record", Identity = SpfIdentity.Helo, Helo = "mail.example.net" }.Sender);
        Assert.Equal((DmarcPolicy.Reject, "p"), (Dmarc.Record!.Policy, Dmarc.PolicyTag));
    }

    [Fact]
    public void A_whole_outcome_is_written_as_JSON()
    {
        var outcome = new AuthenticationOutcome
        {
            AuthservId = "mx.example.org",
            Author = new Author { Domain = Domain, LocalPart = "joe" },
            Disposition = new Disposition { Action = DispositionAction.Accept, Reason = "by hand" },
            Header = "Authentication-Results: mx.example.org; none",
            Spf = Spf,
            Dkim = new DkimResults { Signatures = [Dkim] },
            Arc = Arc,
            Dmarc = Dmarc,
            Bimi = Bimi,
            Iprev = Iprev,
        };
        using var json = JsonDocument.Parse(outcome.ToJson());
        Assert.Equal("fail", json.RootElement.GetProperty("spf").GetProperty("result").GetString());
        Assert.Equal("pass", json.RootElement.GetProperty("dkim")[0].GetProperty("result").GetString());
        Assert.Equal("reject", json.RootElement.GetProperty("dmarc").GetProperty("policy").GetString());
    }
}
