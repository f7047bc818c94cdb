using System.Net;
using EmailAuth.Dkim;
using EmailAuth.Inspection.Domains;
using EmailAuth.Inspection.Senders;
using EmailAuth.Messages;
using EmailAuth.Policy;
using EmailAuth.Signatures;
using EmailAuth.Spf;
using EmailAuth.Syntax;

namespace EmailAuth.Inspection.Tests.Senders;

/// <summary>What a sample message says about the requirements of providers.</summary>
public class RequirementMatrixTests
{
    private static readonly string BodyHash = Convert.ToBase64String(new byte[32]);

    // Providers ask that SPF and DKIM pass, and that one of them is aligned: a return path at a service is no fault.
    [Theory]
    [InlineData(SpfResultCode.Pass, "esp.example", "example.com", RequirementState.Met, RequirementState.Met)]
    [InlineData(SpfResultCode.Pass, "example.com", "esp.example", RequirementState.Met, RequirementState.Met)]
    [InlineData(SpfResultCode.Fail, "example.com", "example.com", RequirementState.NotMet, RequirementState.Met)]
    [InlineData(SpfResultCode.None, "esp.example", null, RequirementState.NotMet, RequirementState.NotMet)]
    [InlineData(SpfResultCode.TempError, "esp.example", null, RequirementState.Met, RequirementState.NotMet)]
    public async Task SPF_and_DKIM_must_pass_for_some_domain(SpfResultCode code, string path, string? signer, RequirementState spf, RequirementState dkim)
    {
        var outcome = new AuthenticationOutcome
        {
            AuthservId = "mx.example.org",
            Author = new Author { Domain = Domain("example.com") },
            Disposition = new Disposition { Action = DispositionAction.Accept, Reason = "by hand" },
            Header = "Authentication-Results: mx.example.org; none",
            Spf = new SpfResult { Code = code, Reason = "by hand", Identity = SpfIdentity.MailFrom, Domain = Domain(path), Client = IPAddress.Parse("192.0.2.1") },
            Dkim = new DkimResults { Signatures = signer is null ? [] : [Signature(signer)] },
        };
        var options = new DomainInspectionOptions { Profile = DomainProfile.Sends, Message = SampleMessage.Of(outcome, HeaderBlock.Parse("Subject: x\r\n\r\n"u8.ToArray())) };
        var zone = new Zone().Add("example.com", ZoneEntryKind.Txt, "v=spf1 ip4:192.0.2.1 -all");
        var inspection = await DomainInspector.InspectAsync(Domain("example.com"), new ZoneResolver(zone), options, TestContext.Current.CancellationToken);
        Assert.Equal((spf, dkim), (StateOf("spf"), StateOf("dkim")));

        RequirementState StateOf(string name) => inspection.Requirements.Single(row => row.Name == name).Providers[0].State;
    }

    private static DkimResult Signature(string domain) => new()
    {
        Code = SignatureResultCode.Pass,
        Domain = Domain(domain),
        Selector = "s",
        Signature = DkimSignature.Parse($"v=1; a=rsa-sha256; d={domain}; s=s; h=from; b=AQIDBAUG; bh={BodyHash}").Value!,
    };

    private static DomainName Domain(string text) => DomainName.Parse(text).Value!;
}
