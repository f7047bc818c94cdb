using System.Text;
using EmailAuth.Inspection.Outcomes;
using EmailAuth.Messages;
using FsCheck.Xunit;

namespace EmailAuth.Inspection.Tests.Outcomes;

/// <summary>Authentication-Results as other hosts write it, read for display.</summary>
public class EarlierReportTests
{
    [Theory]
    [InlineData("mx.google.com; dkim=pass header.i=@example.com header.s=s1 header.b=abc; spf=pass (google.com: domain of a@example.com) smtp.mailfrom=a@example.com; dmarc=pass (p=REJECT) header.from=example.com", "mx.google.com", null, "dkim=pass spf=pass dmarc=pass")]
    [InlineData("i=2; mx.google.com; dmarc=pass header.from=example.com", "mx.google.com", 2, "dmarc=pass")]
    [InlineData("spf=pass (sender IP is 192.0.2.1)\r\n smtp.mailfrom=example.com; dkim=none (message not signed)\r\n header.d=none;dmarc=pass action=none\r\n header.from=example.com;compauth=pass reason=100", null, null, "spf=pass dkim=none dmarc=pass compauth=pass")]
    [InlineData("i=1; mx.microsoft.com 1; spf=pass smtp.mailfrom=example.com; dmarc=pass action=none header.from=example.com; dkim=pass header.d=example.com; arc=none", "mx.microsoft.com", 1, "spf=pass dmarc=pass dkim=pass arc=none")]
    [InlineData("mx.example.net; none", null, null, "")]
    [InlineData("mx.example.net; dkim=pass (a comment; with spf=fail in it) header.d=example.com", "mx.example.net", null, "dkim=pass")]
    [InlineData("mx.example.net; SPF=Pass; dkim=", "mx.example.net", null, "spf=pass")]
    [InlineData("dkim=pass reason=\"a; dmarc=pass\" header.d=example.com", null, null, "dkim=pass")]
    [InlineData("(((((", null, null, "")]
    [InlineData("", null, null, "")]
    public void Each_form_is_read(string value, string? host, int? instance, string results)
    {
        var report = EarlierReport.ReadAll(Header($"Authentication-Results: {value}\r\n")).SingleOrDefault();
        Assert.Equal((host, instance), (report?.Host, report?.Instance));
        Assert.Equal(results, string.Join(' ', report?.Results.Select(result => $"{result.Method}={result.Result}") ?? []));
    }

    [Fact]
    public void The_domains_of_Exchange_Online_are_read()
    {
        var report = EarlierReport.ReadAll(Header(
            "Authentication-Results: spf=pass (sender IP is 192.0.2.1)\r\n smtp.mailfrom=a.example; dkim=pass (signature was verified)\r\n header.d=b.example;dmarc=pass action=none\r\n header.from=c.example;compauth=pass reason=100\r\n"))[0];
        Assert.Equal(["smtp.mailfrom=a.example", "header.d=b.example", "header.from=c.example"], report.Results.SelectMany(result => result.Properties).Select(property => $"{property.Type}.{property.Name}={property.Value}"));
    }

    [Fact]
    public void Both_kinds_of_field_are_read_from_the_top_with_their_places()
    {
        var reports = EarlierReport.ReadAll(Header("Subject: x\r\nARC-Authentication-Results: i=1; a.example; spf=pass\r\nX-Authentication-Results: c.example; spf=pass\r\nauthentication-results: b.example; spf=fail\r\n"));
        Assert.Equal([("a.example", 1), ("b.example", 3)], reports.Select(report => (report.Host!, report.FieldIndex)));
    }

    [Fact]
    public void The_number_and_the_length_of_fields_are_limited()
    {
        var many = string.Concat(Enumerable.Repeat("Authentication-Results: a.example; spf=pass\r\n", 100));
        Assert.Equal(64, EarlierReport.ReadAll(Header(many)).Length);
        var wide = $"Authentication-Results: a=b.example;{string.Concat(Enumerable.Repeat(" spf=pass;", 20_000))}\r\n";
        Assert.Equal(64, EarlierReport.ReadAll(Header(wide))[0].Results.Length);
    }

    [Property]
    public bool No_text_is_an_error_and_no_keyword_has_other_characters(string? text)
    {
        var report = EarlierReportReader.Read(text ?? string.Empty, 0);
        return report.Results.All(result => result.Method.Concat(result.Result).All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '/'));
    }

    private static HeaderBlock Header(string fields) => HeaderBlock.Parse(Encoding.Latin1.GetBytes(fields + "\r\n"));
}
