using System.IO.Compression;
using System.Text;
using EmailAuth.Reports.Reading;

namespace EmailAuth.Reports.Tests.Reading;

/// <summary>What the tests of reading share.</summary>
internal static class Sample
{
    public static async Task<List<ReadReport>> ReadAsync(byte[] octets, ReportReaderOptions? options = null)
    {
        var reports = new List<ReadReport>();
        await foreach (var report in new ReportReader(options).ReadAsync(octets))
        {
            reports.Add(report);
        }

        return reports;
    }

    public static Task<List<ReadReport>> ReadAsync(string text, ReportReaderOptions? options = null) => ReadAsync(Encoding.UTF8.GetBytes(text), options);

    /// <summary>The only report in octets.</summary>
    public static async Task<ReadReport> ReadOneAsync(byte[] octets, ReportReaderOptions? options = null) => Assert.Single(await ReadAsync(octets, options));

    public static Task<ReadReport> ReadOneAsync(string text, ReportReaderOptions? options = null) => ReadOneAsync(Encoding.UTF8.GetBytes(text), options);

    /// <summary>The words of the findings, without repetition.</summary>
    public static string[] Codes(ReadReport report) => [.. report.Findings.Select(finding => finding.Code.Keyword()).Distinct()];

    public static byte[] Gzip(byte[] octets, CompressionLevel level = CompressionLevel.Optimal)
    {
        using var compressed = new MemoryStream();
        using (var gzip = new GZipStream(compressed, level))
        {
            gzip.Write(octets);
        }

        return compressed.ToArray();
    }

    public static byte[] Gzip(string text) => Gzip(Encoding.UTF8.GetBytes(text));

    public static byte[] Zip(params (string Name, byte[] Content)[] entries)
    {
        using var archive = new MemoryStream();
        using (var zip = new ZipArchive(archive, ZipArchiveMode.Create))
        {
            foreach (var (name, content) in entries)
            {
                using var entry = zip.CreateEntry(name).Open();
                entry.Write(content);
            }
        }

        return archive.ToArray();
    }

    /// <summary>A mail with one part after a text for people.</summary>
    public static string Mail(byte[] part, string type = "application/gzip", string header = "From: r@example.org\r\nSubject: x\r\n") =>
        $"{header}MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\nA report.\r\n--b\r\n"
        + $"Content-Type: {type}\r\nContent-Transfer-Encoding: base64\r\n\r\n{Convert.ToBase64String(part, Base64FormattingOptions.InsertLineBreaks)}\r\n--b--\r\n";

    /// <summary>A feedback report with the fields and the header of the message it is about.</summary>
    public static string Feedback(string fields, string original, string header = "From: fbl@provider.example\r\nSubject: FW: x\r\n", string third = "text/rfc822-headers") =>
        $"{header}MIME-Version: 1.0\r\nContent-Type: multipart/report; report-type=feedback-report; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\nA complaint.\r\n"
        + $"--b\r\nContent-Type: message/feedback-report\r\n\r\n{fields.ReplaceLineEndings("\r\n")}\r\n--b\r\nContent-Type: {third}\r\n\r\n{original.ReplaceLineEndings("\r\n")}\r\n--b--\r\n";
}
