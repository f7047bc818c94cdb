using System.Text;
using EmailAuth.Dkim;
using EmailAuth.Dns;
using EmailAuth.Messages;
using EmailAuth.Signatures;
using EmailAuth.Syntax;
using EmailAuth.Tests.TestSupport;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace EmailAuth.Tests.Dkim;

/// <summary>Whole results of signatures, their keys and their messages.</summary>
public class DkimVerificationTests
{
    private const string Text = "From: joe@example.com\r\nTo: ann@example.org\r\nSubject: Hello\r\nDate: now\r\nMessage-ID: <1@x>\r\n\r\nHi  Ann\r\nBye\r\n";

    private static readonly TestSigner Signer = TestSigner.Ed25519;

    private static readonly FakeTimeProvider Clock = new(DateTimeOffset.FromUnixTimeSeconds(1_700_000_000));

    private static string Record => Signer.Record;

    [Fact]
    public async Task Whole_results_are_as_approved()
    {
        var lines = new List<string>();
        foreach (var (title, message, record, options) in Cases())
        {
            var zone = new Zone();
            foreach (var text in record?.Split('|') ?? [])
            {
                zone.Add("s._domainkey.example.com", text == "SERVFAIL" ? ZoneEntryKind.ServFail : ZoneEntryKind.Txt, text == "SERVFAIL" ? null : text);
            }

            var resolver = new ScriptedResolver(zone);
            var results = await new DkimVerifier(resolver, options, Clock).VerifyAsync(TestSigner.Bytes(message), TestContext.Current.CancellationToken);
            lines.Add($"## {title}");
            lines.Add($"asked: {string.Join(' ', resolver.Names)}; most checked: {results.MaxChecked}; {results.Code.Keyword()}");
            lines.AddRange(results.Signatures.Select(Describe));
        }

        ApprovedPage.Verify("dkim", "results.txt", lines);
    }

    private static IEnumerable<(string Title, string Message, string? Record, DkimOptions? Options)> Cases()
    {
        var plain = Sign();
        yield return ("a pass", plain, Record, null);
        yield return ("not signed", Text, Record, null);
        foreach (var flags in new[] { "t=y", "t=s", "t=y:s", "s=email", "s=tlsrpt", "s=tlsrpt; t=y", "s=email:tlsrpt", "s=other; t=y", "h=sha1; t=y" })
        {
            yield return ($"a key with {flags}", plain, $"{Record}; {flags}", null);
        }

        yield return ("a key for reports, where it is admitted", plain, Record + "; s=tlsrpt", new DkimOptions { AcceptTlsReportKeys = true });
        yield return ("no key", plain, null, null);
        yield return ("two keys", plain, $"{Record}|{Record}", null);
        yield return ("a key that cannot be fetched", plain, "SERVFAIL", null);
        yield return ("a revoked key", plain, "v=DKIM1; t=y; k=ed25519; p=", null);
        yield return ("a malformed key", plain, "v=DKIM1; k=ed25519; p=AAAA", null);
        yield return ("another key", plain, TestSigner.Rsa2048.Record, null);
        yield return ("another domain in i=", Sign(more: " i=@x.example.com;"), Record + "; t=s", null);
        yield return ("the same domain in i=", Sign(more: " i=@EXAMPLE.com;"), Record + "; t=s:y", null);
        yield return ("another body", plain.Replace("Bye", "By", StringComparison.Ordinal), Record, null);
        yield return ("another header", plain.Replace("Hello", "Hallo", StringComparison.Ordinal), Record, null);
        yield return ("both", plain.Replace("Hello", "Hallo", StringComparison.Ordinal).Replace("Bye", "By", StringComparison.Ordinal), Record + "; t=y", null);
        yield return ("a part of the body", Sign(length: 3), Record, null);
        yield return ("a part of the body, refused", Sign(length: 3), Record, new DkimOptions { AcceptPartialBody = false });
        yield return ("fields that are not signed", Sign("from"), Record, null);
        yield return ("a copy of a signed field", "Subject: Urgent\r\nMessage-ID: <2@x>\r\n" + Sign("from:subject:message-id"), Record, null);
        yield return ("a copy of a signed field, accepted", "Subject: Urgent\r\n" + Sign("from:subject"), Record, new DkimOptions { AcceptUnsignedCopies = true });
        yield return ("a copy that is only noted", "Message-ID: <2@x>\r\n" + Sign("from:message-id"), Record, null);
        foreach (var fields in new[] { "from:from:to:to", "from:from:to", "from:to:to", "from:to:to:from:from:to" })
        {
            yield return ($"h={fields} where from and to must be signed twice", Sign(fields), Record, new DkimOptions { RequiredOversignedFields = ["FROM", "to"] });
        }

        yield return ("a field that is absent must be named once", Sign("from:cc"), Record, new DkimOptions { RequiredOversignedFields = ["cc"] });
        yield return ("a testing key, ignored", plain, Record + "; t=y", new DkimOptions { TestingKeys = TestingKeys.Ignore });
        yield return ("a key that is not for testing where such are ignored", plain, Record, new DkimOptions { TestingKeys = TestingKeys.Ignore });
        foreach (var code in new[] { SignatureResultCode.PermError, SignatureResultCode.Fail, SignatureResultCode.Policy, SignatureResultCode.Neutral })
        {
            yield return ($"expired, which is {code}", Sign(more: " x=1699999699;"), Record, new DkimOptions { ExpiredResult = code });
        }

        yield return ("not quite expired", Sign(more: " x=1699999700;"), Record, new DkimOptions { ExpiredResult = SignatureResultCode.Fail });
        yield return ("from the future", Sign(more: " t=1700000301;"), Record, new DkimOptions { ExpiredResult = SignatureResultCode.Fail });
        yield return ("from the near future", Sign(more: " t=1700000300;"), Record, null);
        yield return ("SHA-1", TestSigner.Rsa2048.Sign(Text, sha1: true) is var old ? Encoding.Latin1.GetString(old) : "", TestSigner.Rsa2048.Record, null);
        foreach (var (what, by) in new[] { ("v=1", "v=2"), ("d=example.com", "d=com"), (" s=s;", ""), ("h=from:to:subject", "h=to"), ("a=ed25519-sha256", "a=x"), ("bh=", "bh=AAAA; y="), ("s=s", "s=s; i=@example.org"), ("c=relaxed/relaxed", "c=x") })
        {
            yield return ($"{by} for {what}", plain.Replace(what, by, StringComparison.Ordinal), Record, null);
        }

        yield return ("more fields than are read", string.Concat(Enumerable.Repeat("X: y\r\n", 11)) + plain, Record, new DkimOptions { MessageLimits = new MessageLimits { MaxHeaderFields = 16 } });
        yield return ("as many fields as are read", string.Concat(Enumerable.Repeat("X: y\r\n", 10)) + plain, Record, new DkimOptions { MessageLimits = new MessageLimits { MaxHeaderFields = 16 } });

        // Which are checked when there are more than may be.
        var field = plain[..plain.IndexOf("From:", StringComparison.Ordinal)];
        string For(string domain) => field.Replace("d=example.com", $"d={domain}", StringComparison.Ordinal);
        foreach (var most in new[] { 1, 2, 3, 4, 5, 6 })
        {
            yield return ($"{most} of five", For("a.test") + For("x.example.com") + "DKIM-Signature: v=1\r\n" + For("b.test") + For("com.") + plain, Record, new DkimOptions { MaxSignatures = most });
        }

        yield return ("two of three without an author", (For("a.test") + For("b.test") + plain).Replace("From: joe", "Fro: joe", StringComparison.Ordinal), Record, new DkimOptions { MaxSignatures = 2 });
        yield return ("the author's below", (For("a.test") + For("b.test") + plain).Replace("joe@example.com", "joe@x.y.example.com", StringComparison.Ordinal), Record, new DkimOptions { MaxSignatures = 1 });
        yield return ("three of the author's, one place", field + field + plain, Record, new DkimOptions { MaxSignatures = 1 });
    }

    // Its questions are those of DKIM; what it says before the body is there.
    [Fact]
    public async Task It_asks_in_its_own_name()
    {
        foreach (var (check, code) in new[] { ("dkim", SignatureResultCode.TempError), ("arc", SignatureResultCode.Pass) })
        {
            var zone = new Zone().Add("s._domainkey.example.com", ZoneEntryKind.Txt, Record)
                .Add(DomainName.ParseDnsName("s._domainkey.example.com").Value!, new ZoneRecord { Type = ZoneEntryKind.ServFail, For = ZoneEntryKind.Txt, Check = check });
            Assert.Equal(code, (await new DkimVerifier(new ZoneResolver(zone), null, Clock).VerifyAsync(TestSigner.Bytes(Sign()), TestContext.Current.CancellationToken)).Code);
        }
    }

    // What others ask ahead of time, in case they need it, does not keep a key waiting.
    [Fact]
    public async Task A_key_goes_before_guesses()
    {
        var held = ScriptedResolver.Held(Signer.Resolver());
        var session = new DnsSession(held);
        var other = session.Begin(DnsPurpose.Bimi, 100);
        for (var i = 0; i < 32; i++)
        {
            other.Prefetch(new DnsQuestion(DomainName.Parse($"n{i}.test").Value!, DnsRecordType.Txt));
        }

        Assert.Equal(32, held.AskedCount);
        using var message = new SignedMessage(HeaderBlock.Parse(TestSigner.Bytes(Sign())), session);
        var verification = new DkimVerifier(held, null, Clock).Begin(message);
        Assert.Equal((33, "TXT s._domainkey.example.com"), (held.AskedCount, held.Asked[^1]));
        Assert.Equal((1, "example.com"), (verification.SignatureCount, verification.SigningDomain(0)?.ToString()));
        session.Cancel();
        await session.EndAsync();
    }

    [Fact]
    public async Task A_key_that_comes_late_gives_the_same()
    {
        var held = ScriptedResolver.Held(Signer.Resolver());
        var pending = new DkimVerifier(held, null, Clock).VerifyAsync(TestSigner.Bytes(Sign()), TestContext.Current.CancellationToken);
        Assert.False(pending.IsCompleted);
        held.AnswerRound();
        var result = Assert.Single((await pending).Signatures);
        Assert.Equal((SignatureResultCode.Pass, DkimCheck.Matches, DkimCheck.Matches), (result.Code, result.HeaderCheck, result.BodyCheck));
    }

    [Fact]
    public void Each_check_has_its_word() => Assert.Equal(["not_checked", "matches", "differs"], Enum.GetValues<DkimCheck>().Select(check => check.Keyword()));

    private static string Sign(string fields = "from:to:subject", string more = "", long? length = null) => Encoding.Latin1.GetString(Signer.Sign(Text, fields, more: more, length: length));

    private static string Describe(DkimResult result)
    {
        var method = result.ToMethodResult();
        Assert.Equal((result.Code.Keyword(), result.Reason), (method.Result, method.Reason));
        var flags = new[] { (result.IsChecked, "checked"), (result.IsTesting, "testing"), (result.IsKeyForMail, "for mail"), (result.IsKeyForTlsReports, "for reports"), (result.Signature is not null, "parsed") };
        return $"{result.Code.Keyword()} {result.ReasonCode ?? "-"} d={result.Domain} s={result.Selector} {string.Join(", ", flags.Where(flag => flag.Item1).Select(flag => flag.Item2))}\n"
            + $"    {result.HeaderCheck}/{result.BodyCheck}, {result.KeyBits?.ToString() ?? "no"} bits, {result.UnsignedBodyLength} octets unsigned, shown unsigned: {string.Join(' ', result.UnsignedDisplayedFields)}, "
            + $"copies: {string.Join(' ', result.UnsignedCopies)}\n    {result.Reason ?? "-"} ({method.Comment})";
    }
}
