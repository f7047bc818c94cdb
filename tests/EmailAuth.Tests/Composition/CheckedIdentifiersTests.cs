using System.Net;
using EmailAuth.Composition;
using EmailAuth.Dkim;
using EmailAuth.Signatures;
using EmailAuth.Spf;
using EmailAuth.Syntax;
using Xunit;

namespace EmailAuth.Tests.Composition;

/// <summary>What DMARC is given of SPF and DKIM.</summary>
public class CheckedIdentifiersTests
{
    [Fact]
    public void Every_result_of_SPF_is_one_list_or_the_other()
    {
        foreach (var code in Enum.GetValues<SpfResultCode>())
        {
            var spf = Spf(code, "a.example");
            Assert.Equal(code == SpfResultCode.Pass ? ["Spf a.example"] : [], Authenticated(spf, null));
            Assert.Equal(code == SpfResultCode.Pass ? [] : [$"Spf a.example {code.Keyword()}"], Others(spf, null));
            Assert.Empty(Authenticated(Spf(code, null), null));
            Assert.Empty(Others(Spf(code, null), null));
        }

        Assert.Empty(Authenticated(null, null));
        Assert.Empty(Others(null, null));
    }

    [Fact]
    public void Every_result_of_a_signature_is_one_list_or_the_other()
    {
        foreach (var code in Enum.GetValues<SignatureResultCode>())
        {
            var dkim = Dkim((code, "b.example"), (code, null), (code, "c.example"));
            Assert.Equal(code == SignatureResultCode.Pass ? ["Dkim b.example", "Dkim c.example"] : [], Authenticated(null, dkim));
            Assert.Equal(code == SignatureResultCode.Pass ? [] : [$"Dkim b.example {code.Keyword()}", $"Dkim c.example {code.Keyword()}"], Others(null, dkim));
        }
    }

    [Fact]
    public void Both_are_given_SPF_first()
    {
        var dkim = Dkim((SignatureResultCode.Fail, "b.example"), (SignatureResultCode.Pass, "c.example"));
        Assert.Equal(["Spf a.example", "Dkim c.example"], Authenticated(Spf(SpfResultCode.Pass, "a.example"), dkim));
        Assert.Equal(["Spf a.example softfail", "Dkim b.example fail"], Others(Spf(SpfResultCode.SoftFail, "a.example"), dkim));
    }

    // Those of a failed query are at most as many as are verified; the others are the sender's to write.
    [Theory]
    [InlineData(31, 31, true)]
    [InlineData(32, 31, true)]
    [InlineData(31, 31, false)]
    [InlineData(32, 32, false)]
    [InlineData(40, 32, false)]
    public void The_first_32_that_do_not_pass_are_given_and_all_that_are_undecided(int failing, int listed, bool withSpf)
    {
        List<(SignatureResultCode, string?)> signatures = [.. Enumerable.Range(0, failing).Select(static n => (SignatureResultCode.Fail, (string?)$"f{n}.example"))];
        signatures.AddRange([(SignatureResultCode.TempError, "t.example"), (SignatureResultCode.Fail, "last.example"), (SignatureResultCode.TempError, "u.example")]);
        var others = Others(withSpf ? Spf(SpfResultCode.Fail, "s.example") : null, Dkim([.. signatures]));
        List<string> expected = [.. Enumerable.Range(0, listed).Select(static n => $"Dkim f{n}.example fail"), "Dkim t.example temperror"];
        if (withSpf)
        {
            expected.Insert(0, "Spf s.example fail");
        }

        if (expected.Count < 32)
        {
            expected.Add("Dkim last.example fail");
        }

        Assert.Equal([.. expected, "Dkim u.example temperror"], others);
    }

    private static List<string> Authenticated(SpfResult? spf, DkimResults? dkim) =>
        [.. CheckedIdentifiers.Authenticated(spf, dkim).Select(static identifier => $"{identifier.Method} {identifier.Domain}")];

    private static List<string> Others(SpfResult? spf, DkimResults? dkim) =>
        [.. CheckedIdentifiers.Others(spf, dkim).Select(static other => $"{other.Identifier.Method} {other.Identifier.Domain} {other.Result}")];

    private static SpfResult Spf(SpfResultCode code, string? domain) =>
        new() { Code = code, Reason = "x", Client = IPAddress.Loopback, Domain = domain is null ? null : DomainName.Parse(domain).Value };

    private static DkimResults Dkim(params (SignatureResultCode Code, string? Domain)[] signatures) =>
        new() { Signatures = [.. signatures.Select(static s => new DkimResult { Code = s.Code, Domain = s.Domain is null ? null : DomainName.Parse(s.Domain).Value })] };
}
