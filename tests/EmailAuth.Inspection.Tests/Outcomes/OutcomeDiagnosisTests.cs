using System.Net;
using System.Text;
using EmailAuth.Inspection.Outcomes;
using EmailAuth.Messages;
using EmailAuth.Policy;
using EmailAuth.Syntax;
using EmailAuth.Tests.TestSupport;

namespace EmailAuth.Inspection.Tests.Outcomes;

/// <summary>The first cause of real outcomes, and what to do about it.</summary>
public class OutcomeDiagnosisTests
{
    private const string Plain = "From: joe@example.com\r\nSubject: Hi\r\n\r\nHi\r\n";

    // Each vector is judged with a DMARC record, so that its fault makes DMARC fail.
    [Theory]
    [InlineData("dkim/change-body", CauseCode.BodyChanged, AdviceCode.AskForwarder)]
    [InlineData("dkim/tag-l-too-long", CauseCode.BodyCut, AdviceCode.AskForwarder)]
    [InlineData("dkim/change-subject", CauseCode.HeaderChanged, AdviceCode.AskForwarder)]
    [InlineData("dkim/key-absent", CauseCode.KeyMissing, AdviceCode.PublishKey)]
    [InlineData("dkim/key-nodata", CauseCode.KeyMissing, AdviceCode.PublishKey)]
    [InlineData("dkim/key-revoked", CauseCode.KeyRevoked, AdviceCode.PublishKey)]
    [InlineData("dkim/key-512", CauseCode.KeyTooShort, AdviceCode.ReplaceKey)]
    [InlineData("dkim/key-no-p", CauseCode.KeyUnusable, AdviceCode.CorrectKey)]
    [InlineData("dkim/tag-x-expired", CauseCode.SignatureExpired, AdviceCode.VerifyAtArrival)]
    [InlineData("dkim/tag-l-partial", CauseCode.SignatureLeavesOpen, AdviceCode.SignAll)]
    [InlineData("dkim/tag-a-missing", CauseCode.SignatureUnusable, AdviceCode.CorrectSigner)]
    [InlineData("dkim/form-bare-lf", CauseCode.LineEndsBroken, AdviceCode.UseRawCopy)]
    public async Task A_fault_of_a_signature_is_the_first_cause(string id, CauseCode cause, AdviceCode advice)
    {
        var diagnosis = await DiagnoseAsync(id, zone => zone.Add("_dmarc.example.com", ZoneEntryKind.Txt, "v=DMARC1; p=reject"));
        Assert.Equal((cause, advice), (diagnosis.Causes[0].Code, diagnosis.Causes[0].Advice[0].Code));
        Assert.Contains(diagnosis.Advice, one => one.Code == advice);
    }

    [Theory]
    [InlineData("dmarc/strict-dkim", CauseCode.SignedByOther, AdviceCode.SignAsAuthor)]
    [InlineData("dmarc/fail-none", CauseCode.SpfOtherDomain, AdviceCode.AlignBounces)]
    [InlineData("dmarc/fail-spf-softfail", CauseCode.PerhapsForged, AdviceCode.ListClient)]
    [InlineData("dmarc/temperror-own", CauseCode.DnsFailure, AdviceCode.Retry)]
    [InlineData("dmarc/from-absent", CauseCode.AuthorMissing, AdviceCode.WriteOneFrom)]
    [InlineData("dmarc/from-twice", CauseCode.AuthorSeveral, AdviceCode.WriteOneFrom)]
    [InlineData("dmarc/from-malformed", CauseCode.AuthorUnusable, AdviceCode.WriteOneFrom)]
    [InlineData("dmarc/record-p-invalid", CauseCode.DmarcRecordUnusable, AdviceCode.CorrectDmarc)]
    [InlineData("dmarc/record-two", CauseCode.DmarcSeveralRecords, AdviceCode.CorrectDmarc)]
    [InlineData("arc/none", CauseCode.DmarcNoRecord, AdviceCode.PublishDmarc)]
    public async Task A_verdict_of_DMARC_has_its_cause(string id, CauseCode cause, AdviceCode advice)
    {
        var diagnosis = await DiagnoseAsync(id, zone => zone);
        Assert.Equal((cause, advice), (diagnosis.Causes[0].Code, diagnosis.Causes[0].Advice[0].Code));
    }

    [Theory]
    [InlineData("v=spf1 -all", CauseCode.SpfNotListed, AdviceCode.ListClient)]
    [InlineData("v=spf1 ?all", CauseCode.SpfNotListed, AdviceCode.ListClient)]
    [InlineData("v=spf1 a:a.example.com a:b.example.com a:c.example.com -all", CauseCode.SpfTooManyLookups, AdviceCode.CorrectSpf)]
    [InlineData("v=spf1 ip5:x -all", CauseCode.SpfRecordBroken, AdviceCode.CorrectSpf)]
    [InlineData("no record", CauseCode.SpfNoRecord, AdviceCode.PublishSpf)]
    public async Task Each_fault_of_SPF_has_its_cause(string record, CauseCode cause, AdviceCode advice)
    {
        var (outcome, header) = await JudgeAsync(Plain, Zone(record), IPAddress.Parse("192.0.2.66"));
        var found = Assert.Single(OutcomeDiagnosis.Of(outcome, header).Causes, one => one.Code == cause);
        Assert.Equal(advice, found.Advice[0].Code);
        Assert.Contains("example.com", found.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_the_address_of_the_client_the_advice_is_to_give_it()
    {
        var (outcome, header) = await JudgeAsync(Plain, Zone("v=spf1 -all"), null);
        var diagnosis = OutcomeDiagnosis.Of(outcome, header);
        Assert.Equal([CauseCode.AddressNotGiven, CauseCode.NoSignature], diagnosis.Causes.Select(cause => cause.Code));
        Assert.Equal([AdviceCode.GiveAddress, AdviceCode.SignMessages], diagnosis.Advice.Select(advice => advice.Code));
    }

    [Fact]
    public async Task A_message_that_passes_needs_nothing()
    {
        var (outcome, header) = await JudgeAsync(Plain, Zone("v=spf1 +all"), IPAddress.Parse("192.0.2.66"));
        var diagnosis = OutcomeDiagnosis.Of(outcome, header);
        Assert.Equal([CauseCode.Passes, CauseCode.PassesBySpfAlone], diagnosis.Causes.Select(cause => cause.Code));
        Assert.Equal("example.com, the domain of From, is authenticated by SPF", diagnosis.Causes[0].Text);
        Assert.Equal([AdviceCode.SignMessages], diagnosis.Advice.Select(advice => advice.Code));
    }

    [Theory]
    [InlineData("List-Id: Plans <plans.lists.example.org>\r\n", "plans.lists.example.org")]
    [InlineData("List-Id: plans.lists.example.org\r\n", "plans.lists.example.org")]
    public async Task A_changed_message_of_a_list_was_probably_changed_by_it(string field, string list)
    {
        var diagnosis = await DiagnoseAsync("dkim/change-body", Dmarc, message => field + message);
        Assert.Equal(CauseCode.ChangedByList, diagnosis.Causes[0].Code);
        Assert.False(diagnosis.Causes[0].IsCertain);
        Assert.Contains(list, diagnosis.Causes[0].Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_with_lf_line_ends_is_a_further_cause_of_a_changed_body()
    {
        var diagnosis = await DiagnoseAsync("dkim/change-body", Dmarc, message => message.Replace("\r\n", "\n", StringComparison.Ordinal));
        Assert.Equal(CauseCode.BodyChanged, diagnosis.Causes[0].Code);
        Assert.Contains(diagnosis.Causes, cause => cause.Code == CauseCode.LineEndsConverted);
    }

    [Fact]
    public async Task What_passed_at_an_earlier_host_and_fails_here_is_found()
    {
        const string Fields = "Authentication-Results: here.example; dkim=fail header.d=example.com\r\n"
            + "Authentication-Results: spf=pass (sender IP is 192.0.2.1) smtp.mailfrom=example.com; dkim=pass (signature was verified)\r\n"
            + " header.d=example.com;dmarc=pass action=none header.from=example.com;compauth=pass reason=100\r\n"
            + "Authentication-Results: older.example; dmarc=pass header.from=example.com\r\n";
        var diagnosis = await DiagnoseAsync("dkim/change-body", Dmarc, message => Fields + message);
        Assert.Equal(["here.example", null, "older.example"], diagnosis.Earlier.Select(report => report.Host));
        Assert.Same(diagnosis.Earlier[1], diagnosis.PassedEarlier);
        Assert.Equal(["dmarc", "dkim example.com"], diagnosis.FailsSince);

        // A message that passes here has nothing to look for.
        var passes = await DiagnoseAsync("dkim/pass-rsa", Dmarc, message => Fields + message);
        Assert.Null(passes.PassedEarlier);
        Assert.Empty(passes.FailsSince);
    }

    [Fact]
    public async Task A_client_that_is_not_listed_forwarded_a_message_that_passed_before()
    {
        var (outcome, header) = await JudgeAsync("Authentication-Results: mx.example.net; spf=pass smtp.mailfrom=example.com\r\n" + Plain, Zone("v=spf1 -all"), IPAddress.Parse("192.0.2.66"));
        Assert.Contains(OutcomeDiagnosis.Of(outcome, header).Causes, cause => cause.Code == CauseCode.SpfForwarded);
    }

    // RFC 8617 section 7.2: the newest sealer only says what it received, so trusting some of them is not enough.
    [Fact]
    public async Task The_advice_on_sealers_names_every_one_from_the_newest_back_and_all_are_needed()
    {
        var message = await File.ReadAllTextAsync(Repository.PathOf("testdata", "messages", "arc-three-hops.eml"), TestContext.Current.CancellationToken);
        var zone = ZoneFile("arc-three-hops.json").Add("_dmarc.example.com", ZoneEntryKind.Txt, "v=DMARC1; p=reject");
        var (outcome, header) = await JudgeAsync(message, zone, IPAddress.Parse("192.0.2.66"));
        var diagnosis = OutcomeDiagnosis.Of(outcome, header);
        Assert.Equal(AdviceCode.TrustSealers, diagnosis.Advice[0].Code);
        Assert.Equal(["forwarder.example, lists.example.org"], diagnosis.Advice[0].Arguments);

        var sealers = diagnosis.Advice[0].Arguments[0].Split(", ").Select(name => DomainName.Parse(name).Value!).ToList();
        Assert.NotNull((await JudgeAsync(message, zone, IPAddress.Parse("192.0.2.66"), sealers)).Outcome.Dmarc!.Override);
        Assert.All(sealers, left => Assert.Null(
            JudgeAsync(message, zone, IPAddress.Parse("192.0.2.66"), sealers.Where(one => one != left)).GetAwaiter().GetResult().Outcome.Dmarc!.Override));

        // With the advice followed there is nothing left to trust.
        var (trusted, _) = await JudgeAsync(message, zone, IPAddress.Parse("192.0.2.66"), sealers);
        Assert.DoesNotContain(OutcomeDiagnosis.Of(trusted, header).Advice, advice => advice.Code == AdviceCode.TrustSealers);
    }

    [Fact]
    public async Task Every_outcome_has_a_cause_in_one_line()
    {
        foreach (var file in Directory.GetFiles(Repository.PathOf("testdata", "vectors"), "*.jsonl"))
        {
            foreach (var vector in VectorFile.Read(file).Select(read => read.Value!))
            {
                var outcome = await new VectorRunner().EvaluateAsync(vector.Input, vector.Zone, TestContext.Current.CancellationToken);
                var diagnosis = OutcomeDiagnosis.Of(outcome, HeaderBlock.Parse(vector.Input.Message ?? default));
                Assert.NotEmpty(diagnosis.Causes);
                Assert.All(diagnosis.Causes, cause => Assert.DoesNotContain(cause.Text, c => c is '\n' or '\r'));
                Assert.All(diagnosis.Causes, cause => Assert.NotEmpty(cause.Text));
                Assert.True(diagnosis.Advice.Length > 0 || diagnosis.Causes.All(cause => cause.Advice.IsEmpty), vector.Id);
            }
        }
    }

    private static Zone Dmarc(Zone zone) => zone.Add("_dmarc.example.com", ZoneEntryKind.Txt, "v=DMARC1; p=reject");

    private static Zone Zone(string spf) => new Zone()
        .Add("example.com", ZoneEntryKind.Txt, spf)
        .Add("_dmarc.example.com", ZoneEntryKind.Txt, "v=DMARC1; p=reject");

    private static Zone ZoneFile(string name) =>
        Testing.Zone.Parse(File.ReadAllBytes(Repository.PathOf("testdata", "zones", name))).Value!;

    private static async Task<OutcomeDiagnosis> DiagnoseAsync(string id, Func<Zone, Zone> zone, Func<string, string>? change = null)
    {
        // Read for each test, because a zone can be changed.
        var vector = VectorFile.Read(Repository.PathOf("testdata", "vectors", $"{id.Split('/')[0]}.jsonl")).Select(read => read.Value!).Single(other => other.Id == id);
        var message = vector.Input.Message ?? default;
        message = change is null ? message : Encoding.Latin1.GetBytes(change(Encoding.Latin1.GetString(message.Span)));
        var outcome = await new VectorRunner().EvaluateAsync(vector.Input with { Message = message }, zone(vector.Zone ?? new Zone()), TestContext.Current.CancellationToken);
        return OutcomeDiagnosis.Of(outcome, HeaderBlock.Parse(LineEndings.ToCrlf(message)));
    }

    private static async Task<(AuthenticationOutcome Outcome, HeaderBlock Header)> JudgeAsync(
        string message, Zone zone, IPAddress? client, IEnumerable<DomainName>? trusted = null)
    {
        var bytes = Encoding.Latin1.GetBytes(message);
        var options = new AuthenticationOptions { AuthservId = "mx.example.org", LocalPolicy = new LocalPolicy { TrustedSealers = [.. trusted ?? []] } };
        var outcome = await new AuthenticationPipeline(new ZoneResolver(zone), options)
            .AuthenticateAsync(new SmtpEnvelope(client, "client.example", "joe@example.com"), bytes, TestContext.Current.CancellationToken);
        return (outcome, HeaderBlock.Parse(bytes));
    }
}
