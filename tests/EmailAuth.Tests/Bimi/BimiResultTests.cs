using System.Text;
using System.Text.Json;
using EmailAuth.Bimi;
using EmailAuth.Dns;
using EmailAuth.Results;
using EmailAuth.Syntax;
using EmailAuth.Tests.TestSupport;
using Xunit;

namespace EmailAuth.Tests.Bimi;

/// <summary>Results in whole: as RFC 8601 has them, as JSON, and as a copy.</summary>
public class BimiResultTests
{
    private static readonly BimiRecord Record = BimiRecord.Parse("v=BIMI1; l=https://a.example/l.svg; a=https://a.example/a; avp=personal").Value!;
    private static readonly BimiIndicator Indicator = BimiIndicator.Read("<svg/>"u8.ToArray()).Value!;

    private static readonly BimiResult Whole = new()
    {
        Code = BimiResultCode.Pass,
        Reason = "why",
        ReasonCode = "word",
        Domain = Name("a.example"),
        Selector = "s",
        Record = Record,
        Authority = BimiAuthorityCode.Pass,
        Indicator = Indicator,
        MarkCertificate = new MarkCertificate(),
        Lookups =
        [
            new BimiLookup(Name("s._bimi.a.example"), DnsStatus.Records), new BimiLookup(Name("b.example"), DnsStatus.NoData),
            new BimiLookup(Name("c.example"), DnsStatus.NameError), new BimiLookup(Name("d.example"), DnsStatus.Failure),
        ],
        IsLocationChecked = true,
    };

    private static readonly string[] Policy =
    [
        "policy.authority=pass", "policy.authority-uri=https://a.example/a", "policy.indicator-uri=https://a.example/l.svg",
        $"policy.indicator-hash={Indicator.Hash[56..]}", "policy.logo-preference=personal",
    ];

    [Fact]
    public void A_copy_has_every_member()
    {
        var copy = new BimiResult(Whole);
        foreach (var property in typeof(BimiResult).GetProperties(System.Reflection.BindingFlags.Instance | System.Reflection.BindingFlags.Public | System.Reflection.BindingFlags.NonPublic).Where(static property => property.GetMethod is not null && !property.Name.Contains('.', StringComparison.Ordinal)))
        {
            Assert.Equal(property.GetValue(Whole), property.GetValue(copy));
        }

        Assert.Equal(("word", "why", true, 4), (copy.ReasonCode, copy.Reason, copy.IsLocationChecked, copy.Lookups.Length));
    }

    [Fact]
    public void A_fault_is_a_reason_and_its_word()
    {
        var result = new BimiResult { Code = BimiResultCode.Fail, Fault = new BimiFault(BimiReason.NoRecord, "text") };
        Assert.Equal(("text", "no_record"), (result.Reason, result.ReasonCode));
        var without = new BimiResult(result) { Fault = null };
        Assert.Equal((null, null), (without.Reason, without.ReasonCode));
    }

    [Fact]
    public void A_whole_pass_has_these_properties()
    {
        var method = Whole.ToMethodResult();
        Assert.Equal(("bimi", "pass", "why"), (method.Method, method.Result, method.Reason));
        Assert.Equal(["header.d=a.example", "header.selector=s", .. Policy], method.Properties.Texts());
    }

    [Theory]
    [InlineData("none", new[] { 0, 1, 2, 4 })]
    [InlineData("fail", new[] { 0, 1, 2, 4 })]
    [InlineData("temperror", new[] { 0, 1, 2, 4 })]
    [InlineData("skipped", new[] { 0, 1, 2, 4 })]
    [InlineData("declined", new int[0])]
    [InlineData("pass", new[] { 0, 1, 2, 3, 4 })]
    public void Only_a_pass_names_the_indicator_and_a_declination_names_nothing(string word, int[] policies)
    {
        var code = Enum.GetValues<BimiResultCode>().Single(code => code.Keyword() == word);
        var method = new BimiResult(Whole) { Code = code }.ToMethodResult();
        Assert.Equal(word, method.Result);
        Assert.Equal(["header.d=a.example", "header.selector=s", .. policies.Select(static i => Policy[i])], method.Properties.Texts());
    }

    [Fact]
    public void What_is_absent_is_left_out()
    {
        Assert.Equal(["header.selector=s", .. Policy], new BimiResult(Whole) { Domain = null }.ToMethodResult().Properties.Texts());
        Assert.Equal(["header.d=a.example", .. Policy], new BimiResult(Whole) { Selector = null }.ToMethodResult().Properties.Texts());
        Assert.Equal(Policy, new BimiResult(Whole) { Selector = null, Domain = null }.ToMethodResult().Properties.Texts());
        Assert.Equal(["header.d=a.example", "header.selector=s"], new BimiResult(Whole) { Record = null }.ToMethodResult().Properties.Texts());
        Assert.Equal(["header.d=a.example"], new BimiResult(Whole) { Record = null, Selector = null }.ToMethodResult().Properties.Texts());
        Assert.Equal(["header.selector=s"], new BimiResult(Whole) { Record = null, Domain = null }.ToMethodResult().Properties.Texts());
        Assert.Empty(new BimiResult(Whole) { Record = null, Domain = null, Selector = null }.ToMethodResult().Properties);
        Assert.DoesNotContain(new BimiResult(Whole) { Indicator = null }.ToMethodResult().Properties, static property => property.Name == "indicator-hash");
        Assert.Equal(
            ["header.d=a.example", "header.selector=s", "policy.authority=none"],
            new BimiResult(Whole) { Record = BimiRecord.Parse("v=BIMI1; l=; avp=x").Value, Authority = BimiAuthorityCode.None, Code = BimiResultCode.Fail }.ToMethodResult().Properties.Texts());
    }

    [Fact]
    public void The_JSON_is_this() => Assert.Equal(
        """{"result":"pass","domain":"a.example","selector":"s","location":"https://a.example/l.svg","evidence":"https://a.example/a","lookups":[{"name":"s._bimi.a.example","status":"records"},{"name":"b.example","status":"no_data"},{"name":"c.example","status":"no_such_name"},{"name":"d.example","status":"failed"}],"reason":"why","reason_code":"word"}""",
        Json(Whole));

    [Fact]
    public void The_JSON_of_nothing_has_every_member() => Assert.Equal(
        """{"result":"skipped","domain":null,"selector":null,"location":null,"evidence":null,"lookups":[],"reason":null,"reason_code":null}""",
        Json(new BimiResult { Code = BimiResultCode.Skipped }));

    [Fact]
    public void As_an_outcome_it_has_one_result()
    {
        IMethodOutcome outcome = Whole;
        Assert.Equal(("bimi", "bimi", "pass", "why", "word"), (outcome.Name, outcome.Method, outcome.Result, outcome.Reason, outcome.ReasonCode));
        Assert.Equal(["header.d=a.example", "header.selector=s", .. Policy], Assert.Single(outcome.ToMethodResults()).Properties.Texts());
    }

    [Fact]
    public void A_problem_has_a_place_or_none()
    {
        var placed = new BimiProblem(SvgProblemCode.Element, 1, 2, "r");
        Assert.Equal(("element", 1, 2, "r", "line 1, column 2: r"), (placed.Code, placed.Line, placed.Column, placed.Reason, placed.ToString()));
        Assert.Equal("r", new BimiProblem(SvgProblemCode.Title, 0, 0, "r").ToString());
        var certificate = new BimiProblem(MarkCertificateProblemCode.Chain, "r");
        Assert.Equal(("chain", 0, 0, "r", "r"), (certificate.Code, certificate.Line, certificate.Column, certificate.Reason, certificate.ToString()));
    }

    [Fact]
    public void A_lookup_has_a_name_and_a_status()
    {
        var lookup = new BimiLookup(Name("a.example"), DnsStatus.Failure);
        Assert.Equal(("a.example", DnsStatus.Failure), (lookup.Name.ToString(), lookup.Status));
    }

    private static DomainName Name(string name) => DomainName.Parse(name).Value!;

    private static string Json(BimiResult result)
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream))
        {
            ((IMethodOutcome)result).WriteJson(json);
        }

        return Encoding.UTF8.GetString(stream.ToArray());
    }
}
