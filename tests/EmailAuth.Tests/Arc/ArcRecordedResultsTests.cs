using System.Text;
using EmailAuth.Arc;
using EmailAuth.Messages;
using EmailAuth.Results;
using EmailAuth.Tests.Dkim;
using Xunit;

namespace EmailAuth.Tests.Arc;

/// <summary>What of a host's own fields goes into a set, up to what one field can hold.</summary>
public class ArcRecordedResultsTests
{
    // 60 KiB, of which each part takes twice its octets and twelve for the marks around it.
    private const int Most = 60 * 1024;

    [Theory]
    [InlineData(255, 255)]
    [InlineData(256, 256)]
    [InlineData(257, 256)]
    [InlineData(300, 256)]
    public void At_most_256_results_are_gathered(int given, int kept)
    {
        var fields = Enumerable.Range(0, given).Chunk(100).Select(static chunk => "mx.example.net;" + string.Join(';', chunk.Select(static number => $" x{number}=pass")));
        var results = Read(fields);
        Assert.Equal(Enumerable.Range(0, kept).Select(static number => $"x{number}"), results.Results.Select(static result => result.Method));
        Assert.Equal("mx.example.net", results.AuthservId);
    }

    [Theory]
    [InlineData(64, true)]
    [InlineData(65, false)]
    public void A_word_has_at_most_64_characters(int length, bool isKept)
    {
        var word = "w" + new string('x', length - 1);
        foreach (var result in (string[])[$"{word}=pass", $"spf={word}", $"spf=pass {word}.a=b", $"spf=pass smtp.{word}=b"])
        {
            Assert.Equal(isKept ? 2 : 1, Read([$"mx.example.net; {result}; dkim=pass"]).Results.Length);
        }

        Assert.Equal(2, Read([$"mx.example.net; spf=pass smtp.helo={new string('x', 65)} smtp.mailfrom=b; dkim=pass reason={new string('x', 65)}"]).Results.Length);
    }

    // What this host wrote into an ASCII message, by the name in its settings.
    [Theory]
    [InlineData("mx.ex\u00e4mple.org", "mx.xn--exmple-cua.org", true)]
    [InlineData("mx.xn--exmple-cua.org", "mx.ex\u00e4mple.org", true)]
    [InlineData("mx.ex\u00e4mple.org", "MX.ex\u00e4mple.ORG", true)]
    [InlineData("mx.ex\u00e4mple.org", "MX.XN--EXMPLE-CUA.ORG", true)]
    [InlineData("mx.ex\u00e4mple.org", "mx.example.org", false)]
    [InlineData("mx.\u03b1\u03c3.example", "mx.\u03b1\u03c2.example", false)] // a final sigma is another letter
    [InlineData("mx.\u03b1\u03c2.example", "mx.\u03b1\u03c2.example", true)]
    public void Both_forms_of_a_name_are_of_the_host(string authservId, string recorded, bool isOurs)
    {
        var header = HeaderBlock.Parse(Encoding.UTF8.GetBytes($"Authentication-Results: {recorded}; spf=pass\r\n\r\n"));
        Assert.Equal(isOurs ? 1 : 0, ArcRecordedResults.Read(header, authservId).Results.Length);
        Assert.Equal(isOurs ? 1 : 0, ArcRecordedResults.ReadTopmost(header, authservId).Results.Length);
        Assert.Equal(authservId, ArcRecordedResults.Read(header, authservId).AuthservId);
    }

    public static TheoryData<string, int> Parts => new()
    {
        { "spf=pass smtp.helo=#", 2 },
        { "spf=pass reason=\"#\"", 2 },
        { "spf=pass (#)", 2 },
        { "spf=pass smtp.helo=a smtp.helo=#", 2 },
        { "spf=pass reason=\"r\" smtp.mailfrom=#", 2 },
        { "spf=pass (c) reason=\"#\" smtp.helo=a", 2 },
    };

    // Two of them fill a field to the last octet but two; the second is left out when it has one more.
    [Theory]
    [MemberData(nameof(Parts))]
    public void Results_are_gathered_up_to_the_last_octet(string part, int each)
    {
        Assert.Equal(2, each);
        var alone = OctetsOf(Read(["mx.example.net; " + part.Replace("#", "x", StringComparison.Ordinal)]).Results.Single()) - 2;
        var fill = Most - (2 * alone);
        Assert.Equal(0, fill % 4);
        var half = new string('x', fill / 4);
        foreach (var (second, kept) in ((string, string[])[])[(half, ["spf", "spf"]), (half[1..], ["spf", "spf"]), (half + "x", ["spf", "dkim"]), (half[1..] + "\u00e4", ["spf", "dkim"]), (half[2..] + "\u00e4", ["spf", "spf"])])
        {
            var results = Read(new[] { half, second }.Select(text => "mx.example.net; " + part.Replace("#", text, StringComparison.Ordinal)).Append("mx.example.net; dkim=pass"));
            Assert.Equal(kept, results.Results.Select(static result => result.Method));
            Assert.True(results.Results.Sum(OctetsOf) <= Most);
        }
    }

    [Theory]
    [InlineData("mx.example.net; spf=pass|MX.EXAMPLE.NET; dkim=pass|other.example; arc=pass", "spf dkim", "spf")]
    [InlineData("other.example; arc=pass|mx.example.net; spf=pass", "spf", "spf")]
    [InlineData("mx.example.net; spf=(|mx.example.net; dkim=pass", "dkim", "")]
    [InlineData("mx.example.net 1; spf=pass|mx.example.net; dkim=pass", "spf dkim", "spf")]
    [InlineData("\"mx.example.net\"; spf=pass|mx.example.net; dkim=pass", "spf dkim", "spf")]
    [InlineData("(c) mx.example.net; none|mx.example.net; dkim=pass", "dkim", "")]
    [InlineData("other.example; arc=pass", "", "")]
    public void Fields_of_the_host_are_read_all_or_the_topmost_alone(string fields, string all, string topmost)
    {
        var header = Header(fields.Split('|'));
        Assert.Equal(all, string.Join(' ', ArcRecordedResults.Read(header, "mx.example.net").Results.Select(static result => result.Method)));
        Assert.Equal(topmost, string.Join(' ', ArcRecordedResults.ReadTopmost(header, "mx.example.net").Results.Select(static result => result.Method)));
        Assert.Equal(("mx.example.net", "mx.example.net"), (ArcRecordedResults.Read(header, "mx.example.net").AuthservId, ArcRecordedResults.ReadTopmost(header, "mx.example.net").AuthservId));
    }

    [Fact]
    public void Other_fields_are_not_read()
    {
        var message = TestSigner.Bytes("X-Authentication-Results: mx.example.net; spf=pass\r\nAuthentication-Results-Original: mx.example.net; dkim=pass\r\nAUTHENTICATION-RESULTS: mx.example.net; arc=none\r\n\r\n");
        Assert.Equal("arc", Assert.Single(ArcSealer.ReadResults(message, "mx.example.net").Results).Method);
        Assert.Equal("arc", Assert.Single(ArcSealer.ReadTopmostResults(message, "mx.example.net").Results).Method);
        Assert.Throws<ArgumentException>(() => ArcSealer.ReadResults(message, ""));
        Assert.Throws<ArgumentException>(() => ArcSealer.ReadTopmostResults(message, " "));
        Assert.Empty(ArcSealer.ReadResults(message, " ").Results);
    }

    private static int OctetsOf(MethodResult result) =>
        new[] { result.Method, result.Result, result.Comment, result.Reason }.Concat(result.Properties.SelectMany(static property => new[] { property.Type, property.Name, property.Value }))
            .OfType<string>().Sum(static text => (2 * Encoding.UTF8.GetByteCount(text)) + 12);

    private static AuthenticationResults Read(IEnumerable<string> values) => ArcRecordedResults.Read(Header(values), "mx.example.net");

    private static HeaderBlock Header(IEnumerable<string> values) =>
        HeaderBlock.Parse(Encoding.UTF8.GetBytes(string.Concat(values.Select(static value => $"Authentication-Results: {value}\r\n")) + "\r\n"));
}
