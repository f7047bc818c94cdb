using System.Diagnostics;
using System.Globalization;
using System.IO.Compression;
using System.Text;
using EmailAuth.Reports.Reading;

namespace EmailAuth.Benchmarks.ReportReading;

/// <summary>Reports a second and megabytes a second, the memory for a report of many rows, and a peer on the same file.</summary>
internal static class ReportsReadCommand
{
    private const int Mails = 2000;
    private const int RowsOfMail = 50;
    private const int RowsOfLarge = 20_000;
    private const int RowsOfHuge = 1_000_000;

    private const string Head = """
        <?xml version="1.0"?><feedback><report_metadata><org_name>Example</org_name><email>dmarc@example.org</email><report_id>1</report_id>
        <date_range><begin>1700006400</begin><end>1700092799</end></date_range></report_metadata><policy_published><domain>example.com</domain><adkim>r</adkim><aspf>r</aspf><p>reject</p></policy_published>
        """;

    public static async Task<int> RunAsync()
    {
        Console.WriteLine(Machine.Description);
        Console.WriteLine(Machine.Load);
        Console.WriteLine();
        var table = new Table("what is read", "reports", "seconds", "reports a second", "MB of XML or JSON a second");
        var xml = Xml(RowsOfMail, 1);
        var mail = Encoding.ASCII.GetBytes(Mail(Gzip(xml), "application/gzip"));
        await MeasureAsync(table, string.Create(CultureInfo.InvariantCulture, $"mail, gzip, {RowsOfMail} rows"), mail, Mails, xml.Length);
        var complaint = Encoding.ASCII.GetBytes(Complaint());
        await MeasureAsync(table, "complaint", complaint, 4 * Mails, complaint.Length);
        var large = Xml(RowsOfLarge, 2);
        await MeasureAsync(table, string.Create(CultureInfo.InvariantCulture, $"gzip, {RowsOfLarge} rows"), Gzip(large), 5, large.Length);
        AddPeer(table, large);
        table.Write(Console.Out);
        Console.WriteLine();
        await MeasureMemoryAsync();
        return 0;
    }

    private static async Task MeasureAsync(Table table, string name, byte[] input, int times, int plain)
    {
        await ReadAsync(input, Math.Max(1, times / 10));
        var watch = Stopwatch.StartNew();
        await ReadAsync(input, times);
        Add(table, name, times, watch.Elapsed, (double)plain * times);
    }

    private static void Add(Table table, string name, int times, TimeSpan elapsed, double bytes) => table.Add(
        name,
        times.ToString(CultureInfo.InvariantCulture),
        elapsed.TotalSeconds.ToString("0.00", CultureInfo.InvariantCulture),
        (times / elapsed.TotalSeconds).ToString("0.0", CultureInfo.InvariantCulture),
        (bytes / 1e6 / elapsed.TotalSeconds).ToString("0.0", CultureInfo.InvariantCulture));

    private static async Task ReadAsync(byte[] input, int times)
    {
        var reader = new ReportReader();
        for (var i = 0; i < times; i++)
        {
            await foreach (var report in reader.ReadAsync(input))
            {
                if (report.Kind == ReportKind.None)
                {
                    throw new InvalidOperationException(report.ToString());
                }
            }
        }
    }

    // dmarc-cat (Debian) prints a summary of a file; its start is part of its time, a few milliseconds.
    private static void AddPeer(Table table, byte[] xml)
    {
        var folder = Directory.CreateTempSubdirectory("reports-read").FullName;
        try
        {
            var file = Path.Combine(folder, "example.org!example.com!1700006400!1700092799.xml.gz");
            File.WriteAllBytes(file, Gzip(xml));
            var watch = Stopwatch.StartNew();
            using var process = Process.Start(new ProcessStartInfo("dmarc-cat", ["-N", file]) { RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false });
            var lines = process!.StandardOutput.ReadToEnd().Split('\n').Length;
            process.WaitForExit();
            if (process.ExitCode == 0 && lines >= RowsOfLarge)
            {
                Add(table, "the same by dmarc-cat", 1, watch.Elapsed, xml.Length);
            }
            else
            {
                Console.WriteLine($"dmarc-cat ended with {process.ExitCode} after {lines} lines");
            }
        }
        catch (System.ComponentModel.Win32Exception)
        {
            Console.WriteLine("dmarc-cat is not installed.");
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task MeasureMemoryAsync()
    {
        var input = Gzip(Xml(RowsOfHuge, 3));
        var (rows, most, before) = (0L, 0L, GC.GetTotalMemory(forceFullCollection: true));
        var options = ReportReaderOptions.Default with
        {
            MaxExpandedBytes = 1L << 30,
            OnRow = (_, _) =>
            {
                most = ++rows % 100_000 == 0 ? Math.Max(most, GC.GetTotalMemory(forceFullCollection: true) - before) : most;
                return ValueTask.CompletedTask;
            },
        };
        var watch = Stopwatch.StartNew();
        await foreach (var report in new ReportReader(options).ReadAsync(input))
        {
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture, $"{report.Kind} report of {rows:N0} rows, {input.Length / 1e6:0.0} MB of gzip: {watch.Elapsed.TotalSeconds:0.0} s, at most {most / 1e6:0.00} MB of memory."));
        }
    }

    private static byte[] Xml(int rows, int seed)
    {
        var random = new Random(seed);
        var text = new StringBuilder(Head, Head.Length + (rows * 430));
        for (var i = 0; i < rows; i++)
        {
            text.Append(CultureInfo.InvariantCulture, $"<record><row><source_ip>2001:db8::{random.Next(65536):x}:{random.Next(65536):x}</source_ip><count>{random.Next(1, 1000)}</count>")
                .Append("<policy_evaluated><disposition>none</disposition><dkim>pass</dkim><spf>fail</spf></policy_evaluated></row>\n<identifiers><header_from>example.com</header_from></identifiers>")
                .Append(CultureInfo.InvariantCulture, $"<auth_results><dkim><domain>example.com</domain><selector>s{random.Next(8)}</selector><result>pass</result></dkim><spf><domain>b{random.Next(999)}.example.com</domain><result>softfail</result></spf></auth_results></record>\n");
        }

        return Encoding.ASCII.GetBytes(text.Append("</feedback>").ToString());
    }

    private static byte[] Gzip(byte[] octets)
    {
        using var compressed = new MemoryStream();
        using (var gzip = new GZipStream(compressed, CompressionLevel.Optimal))
        {
            gzip.Write(octets);
        }

        return compressed.ToArray();
    }

    private static string Mail(byte[] part, string type) =>
        "From: dmarc@example.org\r\nSubject: Report Domain: example.com Submitter: example.org Report-ID: 1\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\nA report.\r\n"
        + $"--b\r\nContent-Type: {type}\r\nContent-Transfer-Encoding: base64\r\n\r\n{Convert.ToBase64String(part, Base64FormattingOptions.InsertLineBreaks)}\r\n--b--\r\n";

    private static string Complaint() =>
        "From: fbl@example.org\r\nSubject: FW: x\r\nMIME-Version: 1.0\r\nContent-Type: multipart/report; report-type=feedback-report; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\nA complaint.\r\n"
        + "--b\r\nContent-Type: message/feedback-report\r\n\r\nFeedback-Type: abuse\r\nUser-Agent: x\r\nVersion: 1\r\nSource-IP: 192.0.2.1\r\nArrival-Date: Thu, 8 Mar 2026 14:00:00 -0400\r\n\r\n"
        + $"--b\r\nContent-Type: message/rfc822\r\n\r\nReturn-Path: <news+joe=example.net@example.com>\r\nFrom: news@example.com\r\nMessage-ID: <1@example.com>\r\nSubject: x\r\n\r\n{new string('x', 70)}\r\n\r\n--b--\r\n";
}
