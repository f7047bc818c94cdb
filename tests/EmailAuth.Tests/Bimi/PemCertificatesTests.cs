using System.Text;
using EmailAuth.Bimi;
using EmailAuth.Tests.TestSupport;
using Xunit;

namespace EmailAuth.Tests.Bimi;

/// <summary>The certificates of PEM documents, each as its octets.</summary>
public class PemCertificatesTests
{
    private const string Begin = "-----BEGIN CERTIFICATE-----";
    private const string End = "-----END CERTIFICATE-----";

    [Theory]
    [InlineData("", "")]
    [InlineData("text", "")]
    [InlineData(Begin + "AQID" + End, "010203")]
    [InlineData(Begin + "AQI=" + End, "0102")]
    [InlineData(Begin + "AQ==" + End, "01")]
    [InlineData(Begin + "\r\nAQ\r\n ID\t\n" + End, "010203")]
    [InlineData("text\n" + Begin + "\nAQID\n" + End + "\ntext\n" + Begin + "\nBAU=\n" + End + "\ntext", "010203 0405")]
    [InlineData(Begin + "AQID" + End + Begin + "AQID" + End, "010203 010203")]
    [InlineData(End + Begin + "AQID" + End + End, "010203")]
    [InlineData(Begin + "AQID" + End + "BEGIN CERTIFICATE-----AQID" + End, "010203")] // the hyphens are the end's
    [InlineData("\u00e9" + Begin + "AQID" + End + "\u00e9", "010203")]
    [InlineData("-----BEGIN PUBLIC KEY-----AQID-----END PUBLIC KEY-----", "")]
    [InlineData("-----begin certificate-----AQID-----end certificate-----", "")]
    [InlineData(Begin + "AQID", null)]
    [InlineData(Begin + End, null)] // an empty one
    [InlineData(Begin + " \n" + End, null)]
    [InlineData(Begin + "AQID" + End + Begin, null)]
    [InlineData(Begin + "AQID" + End + Begin + End, null)]
    [InlineData(Begin + "AQI" + End, null)]
    [InlineData(Begin + "AQ=D" + End, null)]
    [InlineData(Begin + "AQ-_" + End, null)]
    [InlineData(Begin + "AQID" + "\u00e9" + End, null)]
    [InlineData(Begin + "AQID" + Begin + "AQID" + End, null)]
    [InlineData(Begin + "AQID-----end certificate-----", null)]
    public void A_document_holds_these(string document, string? expected) => Assert.Equal(expected, Read(document, 8));

    // One more than the limit shows that there are too many; what follows is not read, broken or not.
    [Fact]
    public void Reading_stops_after_one_more_than_the_limit()
    {
        var document = string.Concat(Enumerable.Range(1, 5).Select(static number => Begin + Convert.ToBase64String([(byte)number]) + End)) + Begin;
        Assert.Equal("01", Read(document, 0));
        Assert.Equal("01 02", Read(document, 1));
        Assert.Equal("01 02 03 04", Read(document, 3));
        Assert.Equal("01 02 03 04 05", Read(document, 4));
        Assert.Null(Read(document, 5));
    }

    [Fact]
    public void Each_length_is_read_whole()
    {
        for (var length = 1; length <= 40; length++)
        {
            var der = Enumerable.Range(1, length).Select(static number => (byte)number).ToArray();
            Assert.Equal(Convert.ToHexString(der), Read(Begin + Convert.ToBase64String(der) + End, 1));
        }
    }

    [Fact]
    public void Each_edit_of_a_document_has_the_outcome_of_the_page() => ApprovedPage.Verify("bimi", "pem-edits.txt", OneCharacterEdits.Outcomes($"a\n{Begin}\nAQI=\n{End}\nb", "-A= \u00e9", static (document, _) => Read(document, 2) ?? "broken"));

    private static string? Read(string document, int limit) => PemCertificates.Read(Encoding.Latin1.GetBytes(document), limit) is { } certificates
        ? string.Join(' ', certificates.Select(Convert.ToHexString))
        : null;
}
