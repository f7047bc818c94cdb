using System.Net;
using System.Text;
using EmailAuth.Arc;
using EmailAuth.Bimi;
using EmailAuth.Dmarc;
using EmailAuth.Messages;
using EmailAuth.Policy;
using EmailAuth.Results;
using EmailAuth.Signatures;
using EmailAuth.Spf;
using EmailAuth.Tests.TestSupport;
using Xunit;

namespace EmailAuth.Tests.Threats;

/// <summary>
/// Messages made to cost much. What they allocate is counted, with the input and with four times of it: it grows no faster. Runs alone, as
/// other tests' garbage would be counted.
/// </summary>
/// <remarks>
/// Elsewhere: SPF's limits in Spf/SpfEvaluatorTests and the openspf suite; time limits in Spf/SpfTimeTests and Dns/DnsSessionTests;
/// slow, lying and truncating servers in Dns/DnsClientResolverTests; 127 labels in Dmarc/DmarcDiscoveryTests; entity bombs, depth and gzip
/// bombs in Bimi/SvgTinyPsTests and Bimi/BimiIndicatorTests; sizes and exponents of keys in Dkim/DkimVerifierTests; 51 sets and gaps in
/// Arc; milter peers in EmailAuth.Milter.Tests.
/// </remarks>
[Collection(nameof(ExhaustionTests))]
[CollectionDefinition(nameof(ExhaustionTests), DisableParallelization = true)]
public class ExhaustionTests
{
    private const string Signature =
        "DKIM-Signature: v=1; a=ed25519-sha256; c=relaxed/relaxed; d=example.com; s=s; h=from; bh=2jUSOH9NhtVGCQWNr9BrIAPreKQjO6Sn7XIkfJVOzv8=; b=YWJj\r\n";

    private const string End = "From: a@example.com\r\n\r\nbody\r\n";

    private static readonly Zone Zone = new Zone()
        .Add("_dmarc.example.com", ZoneEntryKind.Txt, "v=DMARC1; p=reject")
        .Add("s._domainkey.example.com", ZoneEntryKind.Txt, Dkim.TestSigner.Ed25519.Record);

    /// <summary>The header floods: a name, what is repeated, how often, and what stands after it.</summary>
    public static TheoryData<string, string, int, string> Floods { get; } = new()
    {
        { "10,000 fields", "X: y\r\n", 2_500, Signature + End },
        { "From fields", "From: a@example.com\r\n", 2_500, "\r\n" },
        { "Authentication-Results of ours", "Authentication-Results: mx.example.org; spf=pass\r\n", 2_500, End },
        { "Authentication-Results of others", "Authentication-Results: other.example; spf=pass\r\n", 2_500, End },
        { "unreadable Authentication-Results", "Authentication-Results: mx.example.org ((((\r\n", 2_500, End },
        { "signatures", Signature, 250, End },
        { "malformed signatures", "DKIM-Signature: v=1; a=rsa\r\n", 2_500, End },
        { "ARC seals of one instance", "ARC-Seal: i=1; a=rsa-sha256; cv=none; d=example.com; s=s; b=YWJj\r\n", 2_500, End },
        { "BIMI-Selector fields", "BIMI-Selector: v=BIMI1; s=x\r\n", 2_500, End },
        { "lines hidden behind bare LF", "X: y\nFrom: a@example.com\nAuthentication-Results: mx.example.org; spf=pass\r\n", 2_500, End },
    };

    /// <summary>What stands in one field: a name, what comes first, what is repeated, how often, and what comes after it.</summary>
    public static TheoryData<string, string, string, int, string> LongFields { get; } = new()
    {
        { "h= of 10,000 names", Signature[..^"b=YWJj\r\n".Length] + "b=YWJj; z=a; h=from", ":x", 2_500, "\r\n" + End },
        { "tags", Signature[..^"b=YWJj\r\n".Length], "x=y;", 2_500, "b=YWJj\r\n" + End },
        { "comments that do not end", "Authentication-Results: mx.example.org ", "(", 50_000, "; none\r\n" + End },
        { "quotes that do not end", "Authentication-Results: mx.example.org ", "; \"x", 10_000, "; none\r\n" + End },
        { "parts with our name", "Authentication-Results: a", "; b.mx.example.org", 10_000, "\r\n" + End },
        { "encoded words", "Authentication-Results: a", " =?utf-8?q?mx?=", 10_000, "\r\n" + End },
        { "bare CRs", Signature + "Subject: x", " \r", 50_000, "y\r\n" + End },
        { "folds", Signature + "Subject: x", "\r\n ", 50_000, "y\r\n" + End },
        { "comments in From", "From: ", "(", 4_000, "a@example.com\r\n\r\n" },
        { "words and dots in From", "From: ", "a.", 1_900, "a@example.com\r\n\r\n" },
        { "addresses in From", "From: ", "a@example.com,", 250, "a@example.com\r\n\r\n" },
    };

    [Theory]
    [MemberData(nameof(Floods))]
    public void A_flood_of_fields_costs_no_more_than_its_length(string what, string repeated, int count, string end) =>
        AssertLinear(what, times => string.Concat(Enumerable.Repeat(repeated, times * count)) + end);

    [Theory]
    [MemberData(nameof(LongFields))]
    public void A_long_field_costs_no_more_than_its_length(string what, string start, string repeated, int count, string end) =>
        AssertLinear(what, times => start + string.Concat(Enumerable.Repeat(repeated, times * count)) + end);

    [Fact]
    public void Fifty_ARC_sets_beside_ten_thousand_fields_cost_no_more_than_both()
    {
        var sets = string.Concat(Enumerable.Range(1, 50).Select(i =>
            $"ARC-Seal: i={i}; a=rsa-sha256; cv={(i == 1 ? "none" : "pass")}; d=example.com; s=s; b=YWJj\r\n"
            + $"ARC-Message-Signature: i={i}; a=rsa-sha256; d=example.com; s=s; h=from:x; bh=2jUSOH9NhtVGCQWNr9BrIAPreKQjO6Sn7XIkfJVOzv8=; b=YWJj\r\n"
            + $"ARC-Authentication-Results: i={i}; x.example; none\r\n"));
        AssertLinear("ARC", times => sets + string.Concat(Enumerable.Repeat("X: y\r\n", times * 2_400)) + End);
    }

    [Fact]
    public async Task A_field_of_10_MB_ends_in_permerror_with_the_limit_named()
    {
        var outcome = await RunAsync("From: a@example.com\r\nX: " + new string('x', 10_000_000) + "\r\n\r\nbody\r\n");
        Assert.Equal((DmarcResultCode.PermError, AuthorDefect.IncompleteHeader), (outcome.Dmarc?.Code, outcome.Author.Defect));
        Assert.Equal("the header has more than 1048576 bytes (MaxHeaderBytes)", outcome.Dmarc?.Reason);
        Assert.Equal(SignatureResultCode.PermError, Assert.Single(outcome.Dkim!.Signatures).Code);
        Assert.Equal(ArcResultCode.Fail, outcome.Arc?.Code);

        // Whatever stands behind it was not looked at: it may claim to be ours.
        Assert.Equal(DispositionAction.Reject, outcome.Disposition.Action);
        Assert.Equal("552 5.3.4 Not accepted: the header has more than 1048576 bytes (MaxHeaderBytes)", outcome.Disposition.Reply?.ToString());
    }

    [Fact]
    public async Task Of_1000_signatures_the_first_ten_are_checked_with_one_lookup_and_the_rest_reported()
    {
        var outcome = await RunAsync(string.Concat(Enumerable.Repeat(Signature, 1000)) + End);
        Assert.Equal(1000, outcome.Dkim!.Signatures.Length);
        Assert.Equal(990, outcome.Dkim.Signatures.Count(s => s.Code == SignatureResultCode.Policy));
        Assert.InRange(outcome.LookupCount, 1, 10);
        Assert.True(AuthenticationResultsReader.Parse(outcome.HeaderValue.AsSpan()).IsSuccess);
    }

    [Theory]
    [InlineData("xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx")]
    [InlineData("                                ")]
    [InlineData("\r\n\r\n\r\n\r\n\r\n\r\n\r\n\r\n\r\n\r\n\r\n\r\n\r\n\r\n\r\n\r\n")]
    [InlineData(" \r\n \r\n \r\n \r\n \r\n \r\n \r\n \r\n \r\n \r\n \r\n \r\n \r\n \r\n \r\n \r\n")]
    [InlineData("\r\r\r\r\r\r\r\r")]
    [InlineData("x  x \t x\r")]
    public void A_body_of_100_MB_costs_no_more_memory_than_one_of_1_MB(string pattern)
    {
        var chunk = Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat(pattern, 1 + (65_536 / pattern.Length))));
        var pipeline = new AuthenticationPipeline(new ZoneResolver(Zone), TypicalMessage.Options);
        var small = Allocated(() => Feed(pipeline, chunk, 1_000_000));

        // Tests that run beside this one share its pools, so that one run may find there what another has to make: a few objects, whatever the
        // length is.
        const int Pooled = 4096;
        var large = long.MaxValue;
        for (var round = 0; round < 3 && large > small + Pooled; round++)
        {
            large = Math.Min(large, Allocated(() => Feed(pipeline, chunk, 100_000_000)));
        }

        Assert.InRange(large, 0, small + Pooled);
    }

    [Fact]
    public void Records_of_60_KB_cost_no_more_than_their_length()
    {
        AssertLinear("SPF", times => "v=spf1" + string.Concat(Enumerable.Repeat(" a:%{i}.example", 1_000 * times)), text => SpfRecord.Parse(text));
        AssertLinear("SPF modifiers", times => "v=spf1" + string.Concat(Enumerable.Range(0, 1_500 * times).Select(i => $" x{i}=y")), text => SpfRecord.Parse(text));
        AssertLinear("DMARC", times => "v=DMARC1; p=none; rua=" + string.Concat(Enumerable.Repeat("mailto:a@b.example,", 800 * times)), text => DmarcRecord.Parse(text));
        AssertLinear("DMARC tags", times => "v=DMARC1; " + string.Concat(Enumerable.Repeat("p=none;", 2_000 * times)), text => DmarcRecord.Parse(text));
        AssertLinear("DKIM", times => "v=DKIM1; p=" + string.Concat(Enumerable.Repeat("A ", 7_500 * times)), text => KeyRecord.Parse(text));
        AssertLinear("DKIM tags", times => "v=DKIM1; p=;" + string.Concat(Enumerable.Range(0, 2_000 * times).Select(i => $"x{i}=y;")), text => KeyRecord.Parse(text));
        AssertLinear("BIMI", times => "v=BIMI1; l=;" + string.Concat(Enumerable.Range(0, 2_000 * times).Select(i => $"x{i}=y;")), text => BimiRecord.Parse(text));
    }

    private static void AssertLinear(string what, Func<int, string> make)
    {
        var limits = new MessageLimits { MaxHeaderBytes = 64 * 1024 * 1024, MaxHeaderFields = 100_000 };
        var pipeline = new AuthenticationPipeline(new ZoneResolver(Zone), TypicalMessage.Options with { MessageLimits = limits });
        AssertLinear(what, make, text => Authenticate(pipeline, Encoding.Latin1.GetBytes(text)));
    }

    // What a list or a buffer that doubles has to spare is allowed for.
    private static void AssertLinear(string what, Func<int, string> make, Action<string> run)
    {
        var (one, four) = (make(1), make(4));
        var small = Allocated(() => run(one));
        var large = Allocated(() => run(four));
        Assert.True(large <= (8 * small) + 65_536, $"{what}: {small} bytes, and {large} for four times the input");
    }

    private static long Allocated(Action action)
    {
        action();
        var before = GC.GetAllocatedBytesForCurrentThread();
        action();
        return GC.GetAllocatedBytesForCurrentThread() - before;
    }

    private static void Feed(AuthenticationPipeline pipeline, byte[] chunk, int length)
    {
        var session = pipeline.BeginSession(IPAddress.Loopback, "x.example");
        session.AddHeaderField("DKIM-Signature"u8, Encoding.ASCII.GetBytes(Signature["DKIM-Signature:".Length..^2]));
        session.AddHeaderField("From"u8, " a@example.com"u8);
        session.EndOfHeaders();
        for (var fed = 0; fed < length; fed += chunk.Length)
        {
            session.AppendBody(chunk);
        }

        var pending = session.CompleteAsync(TestContext.Current.CancellationToken);
        var outcome = pending.IsCompletedSuccessfully ? pending.Result : throw new InvalidOperationException("A zone in memory answers at once.");
        Assert.Equal(SignatureResultCode.Fail, Assert.Single(outcome.Dkim!.Signatures).Code);
    }

    private static void Authenticate(AuthenticationPipeline pipeline, byte[] message)
    {
        var envelope = new SmtpEnvelope(IPAddress.Loopback, "x.example", "a@example.com");
        var pending = pipeline.AuthenticateAsync(envelope, message, TestContext.Current.CancellationToken);
        var outcome = pending.IsCompletedSuccessfully ? pending.Result : throw new InvalidOperationException("A zone in memory answers at once.");
        Assert.NotNull(outcome.Header);
    }

    private static async Task<AuthenticationOutcome> RunAsync(string message) => await new AuthenticationPipeline(new ZoneResolver(Zone), TypicalMessage.Options).AuthenticateAsync(
        new SmtpEnvelope(IPAddress.Loopback, "x.example", "a@example.com"), Encoding.Latin1.GetBytes(message), TestContext.Current.CancellationToken);
}
