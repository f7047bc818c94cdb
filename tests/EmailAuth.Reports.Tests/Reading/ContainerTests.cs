using System.Buffers.Binary;
using System.Text;
using EmailAuth.Reports.Reading;

namespace EmailAuth.Reports.Tests.Reading;

/// <summary>What reports come in, and bombs: bounded, each with its finding.</summary>
public sealed class ContainerTests
{
    private static readonly byte[] Xml = Encoding.UTF8.GetBytes(AggregateSample.Xml);

    public static TheoryData<string, string, string> Containers => new()
    {
        { "xml", "", "" },
        { "gzip", "gzip", "" },
        { "zip", "zip", "archive_used" },
        { "gzip in zip", "zip > gzip", "archive_used compressed_twice" },
        { "gzip in gzip", "gzip > gzip", "compressed_twice" },
        { "message", "message > part 3", "mail_not_verified" },
        { "gzip in message", "message > part 3 > gzip", "mail_not_verified" },
        { "zip called gzip in message", "message > part 3 > zip", "archive_used mail_not_verified" },
        { "gzip in zip in message", "message > part 3 > zip > gzip", "archive_used compressed_twice mail_not_verified" },
        { "the body of a message", "message > part 1 > gzip", "mail_not_verified" },
        { "a message in a message", "message > part 5 > gzip", "forwarded_message mail_not_verified" },
        { "a message in base64 in a message", "message > part 3 > message > part 3 > gzip", "mail_not_verified" },
        { "a message in gzip", "gzip > message > part 3 > gzip", "mail_not_verified" },
        { "mbox", "message 1 > message > part 3 > gzip", "mail_not_verified" },
        { "xml called text", "message > part 1", "mail_not_verified" },
        { "a message with LF", "message > part 3 > gzip", "mail_not_verified" },
    };

    [Theory]
    [MemberData(nameof(Containers))]
    public async Task A_report_is_found_in(string container, string place, string codes)
    {
        var report = await Sample.ReadOneAsync(Contained(container));
        Assert.Equal((ReportKind.Aggregate, place), (report.Kind, report.Place));
        Assert.Equal(codes.Split(' ', StringSplitOptions.RemoveEmptyEntries), Sample.Codes(report));
        Assert.Equal(2, report.Aggregate!.MessageCount);
    }

    [Fact]
    public async Task The_content_decides_and_the_key_does_not_depend_on_the_container()
    {
        var keys = new HashSet<ReportKey>();
        foreach (var container in (string[])["xml", "gzip", "zip", "gzip in message", "mbox"])
        {
            keys.Add((await Sample.ReadOneAsync(Contained(container))).Key!.Value);
        }

        var key = Assert.Single(keys);
        Assert.Equal(("example.org", "example.com", "1"), (key.Submitter, key.Domain, key.Id));
        var other = (await Sample.ReadOneAsync(AggregateSample.Xml.Replace("<count>2<", "<count>3<", StringComparison.Ordinal))).Key!.Value;
        Assert.True(key != other && key.IsSameReport(other));
    }

    [Fact]
    public async Task A_gzip_bomb_ends_at_the_ratio()
    {
        var bomb = Sample.Gzip(new byte[64 * 1024 * 1024]);
        Assert.InRange(64 * 1024 * 1024 / bomb.Length, 900, 1100);
        var report = await Sample.ReadOneAsync([.. Sample.Gzip("<feedback>"), .. bomb]);
        Assert.Contains("ratio_too_high", Sample.Codes(report));
        Assert.Equal(ReportVerdict.Unusable, report.Verdict);
    }

    [Fact]
    public async Task A_nested_gzip_bomb_ends_at_the_ratio()
    {
        var text = new byte[256 * 1024 * 1024];
        "<feedback>"u8.CopyTo(text);
        Array.Fill(text, (byte)' ', 10, text.Length - 10);
        var bomb = Sample.Gzip(Sample.Gzip(text));
        Assert.InRange(bomb.Length, 0, 4096);
        var report = await Sample.ReadOneAsync(bomb);
        Assert.Contains("ratio_too_high", Sample.Codes(report));
    }

    [Fact]
    public async Task Everything_together_expands_to_the_limit()
    {
        var entry = new byte[700 * 1024];
        Random.Shared.NextBytes(entry.AsSpan(0, 10 * 1024));
        var zip = Sample.Zip([.. Enumerable.Range(0, 10).Select(i => ($"{i}.xml", entry))]);
        var reports = await Sample.ReadAsync(zip, new ReportReaderOptions { MaxExpandedBytes = 4096 * 10 - 1 });
        Assert.Contains(reports, report => Sample.Codes(report).Contains("expanded_too_large"));
    }

    [Fact]
    public async Task Containers_inside_each_other_are_counted()
    {
        var nested = Xml;
        for (var i = 0; i < 10; i++)
        {
            nested = Sample.Gzip(nested);
        }

        var report = await Sample.ReadOneAsync(nested);
        Assert.Contains("containers_too_deep", Sample.Codes(report));
        Assert.Equal((ReportVerdict.Unusable, "gzip > gzip > gzip > gzip"), (report.Verdict, report.Place));
    }

    // The sizes of both records: what .NET's reader of archives would stop at.
    [Theory]
    [InlineData(1u)]
    [InlineData(0u)]
    [InlineData(uint.MaxValue)]
    public async Task Sizes_that_a_zip_archive_states_are_not_used(uint stated)
    {
        var zip = Sample.Zip(("r.xml", Xml));
        var directory = zip.AsSpan().IndexOf("PK\x01\x02"u8);
        foreach (var at in (int[])[22, directory + 24])
        {
            BinaryPrimitives.WriteUInt32LittleEndian(zip.AsSpan(at), stated);
        }

        var report = await Sample.ReadOneAsync(zip);
        Assert.Equal(["archive_used", "archive_sizes_wrong"], Sample.Codes(report));
        Assert.Equal(2, report.Aggregate!.MessageCount);
    }

    [Fact]
    public async Task Entries_of_a_zip_archive_are_bounded()
    {
        var zip = Sample.Zip([.. Enumerable.Range(0, 1000).Select(i => ($"{i}.txt", "hello"u8.ToArray()))]);
        var reports = await Sample.ReadAsync(zip);
        Assert.All(reports, report => Assert.Equal(ReportKind.None, report.Kind));
        Assert.InRange(reports.Count, 20, 21);
        Assert.Contains("too_many_entries", Sample.Codes(reports[0]));
    }

    [Fact]
    public async Task Several_entries_are_several_reports_with_their_own_findings()
    {
        var reports = await Sample.ReadAsync(Sample.Zip(("a.xml", Xml), ("b.txt", "hello"u8.ToArray()), ("c.xml", Xml)));
        Assert.Equal([ReportKind.Aggregate, ReportKind.None, ReportKind.Aggregate], reports.Select(report => report.Kind));
        Assert.Equal(["zip entry 1", "zip entry 2", "zip entry 3"], reports.Select(report => report.Place));
        Assert.Equal(ReportVerdict.Conforms, reports[2].Verdict);
    }

    [Fact]
    public async Task A_zip_archive_without_its_directory_is_salvaged()
    {
        var zip = Sample.Zip(("r.xml", Xml));
        var report = await Sample.ReadOneAsync(zip[..zip.AsSpan().IndexOf("PK\x01\x02"u8)]);
        Assert.Contains("archive_damaged", Sample.Codes(report));
        Assert.Equal((ReportKind.Aggregate, ReportVerdict.Salvaged), (report.Kind, report.Verdict));
    }

    [Fact]
    public async Task An_encrypted_entry_is_not_read()
    {
        var zip = Sample.Zip(("r.xml", Xml));
        zip[6] |= 1;
        Assert.Contains("archive_method_unsupported", Sample.Codes(await Sample.ReadOneAsync(zip)));
    }

    [Fact]
    public async Task Damaged_and_cut_data_is_read_as_far_as_it_goes()
    {
        var random = new Random(1);
        var rows = string.Concat(Enumerable.Range(0, 1000).Select(_ => AggregateSample.Row.Replace("192.0.2.1", $"2001:db8::{random.Next(65536):x}:{random.Next(65536):x}", StringComparison.Ordinal)));
        var gzip = Sample.Gzip($"{AggregateSample.Head}{rows}</feedback>");
        var cut = await Sample.ReadOneAsync(gzip[..(gzip.Length / 2)]);
        Assert.Equal((ReportKind.Aggregate, ReportVerdict.Salvaged), (cut.Kind, cut.Verdict));
        Assert.InRange(cut.Aggregate!.RecordCount, 300, 700);
        gzip[gzip.Length / 2] ^= 0xFF;
        var damaged = await Sample.ReadOneAsync(gzip);
        Assert.Equal(ReportKind.Aggregate, damaged.Kind);
        Assert.NotEqual(ReportVerdict.Conforms, damaged.Verdict);
        Assert.Equal(ReportVerdict.Unusable, (await Sample.ReadOneAsync(Sample.Gzip(Xml)[..30])).Verdict);
    }

    [Fact]
    public async Task A_checksum_that_differs_is_found()
    {
        var gzip = Sample.Gzip(Xml);
        gzip[^6] ^= 0xFF;
        Assert.Contains("compression_damaged", Sample.Codes(await Sample.ReadOneAsync(gzip)));
    }

    [Theory]
    [InlineData("", "input_empty")]
    [InlineData("  \r\n ", "input_empty")]
    [InlineData("hello", "not_a_report")]
    [InlineData("<html><body>feedback</body></html>", "not_a_report")]
    [InlineData("{\"a\":1}", "not_a_report")]
    [InlineData("[]", "not_a_report")]
    [InlineData("From: a@example.com\r\n\r\nhello", "not_a_report")]
    [InlineData("PK\x05\x06", "archive_damaged")]
    [InlineData("<!DOCTYPE feedback [<!ENTITY a \"aaaa\"><!ENTITY b \"&a;&a;\">]><feedback>&b;</feedback>", "document_type")]
    public async Task What_is_not_a_report_says_so(string text, string code)
    {
        var report = await Sample.ReadOneAsync(text);
        Assert.Contains(code, Sample.Codes(report));
        Assert.Equal(ReportVerdict.Unusable, report.Verdict);
        Assert.Null(report.Key);
    }

    [Fact]
    public async Task Depth_of_XML_is_bounded()
    {
        var report = await Sample.ReadOneAsync("<feedback>" + string.Concat(Enumerable.Repeat("<a>", 100_000)));
        Assert.Contains("too_deep", Sample.Codes(report));
    }

    [Fact]
    public async Task Input_and_messages_are_bounded()
    {
        var options = new ReportReaderOptions { MaxInputBytes = 1024 };
        Assert.Equal(["input_too_large"], Sample.Codes(await Sample.ReadOneAsync([.. Contained("gzip in message"), .. new byte[2048]], options)));

        // One long message of a mailbox does not keep the others from being read.
        var small = Sample.Feedback("Feedback-Type: abuse\nVersion: 1\nUser-Agent: x\n", "From: a@b.example\nMessage-ID: <1@b.example>\n");
        var mailbox = $"From a@b.example Fri Jul 11 21:00:37 2025\r\n{small}\r\n\r\nFrom a@b.example Fri Jul 11 21:00:37 2025\r\nX: {new string('x', 200_000)}\r\n\r\nFrom a@b.example Fri Jul 11 21:00:37 2025\r\n{small}";
        var reports = await Sample.ReadAsync(mailbox, options);
        Assert.Equal(["message 1 > message > part 3", "message 2", "message 3 > message > part 3"], reports.Select(report => report.Place));
        Assert.Equal(["input_too_large"], Sample.Codes(reports[1]));
    }

    [Fact]
    public async Task Reading_can_be_cancelled()
    {
        using var cancelled = new CancellationTokenSource();
        await cancelled.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
        {
            await foreach (var report in new ReportReader().ReadAsync(Contained("gzip in message"), cancelled.Token))
            {
                Assert.Fail(report.ToString());
            }
        });
    }

    private static byte[] Contained(string container)
    {
        var mail = Sample.Mail(Sample.Gzip(Xml));
        var bytes = Encoding.ASCII.GetBytes(mail);
        return container switch
        {
            "xml" => Xml,
            "gzip" => Sample.Gzip(Xml),
            "zip" => Sample.Zip(("r.xml", Xml)),
            "gzip in zip" => Sample.Zip(("r.xml", Sample.Gzip(Xml))),
            "gzip in gzip" => Sample.Gzip(Sample.Gzip(Xml)),
            "message" => Encoding.ASCII.GetBytes(Sample.Mail(Xml, "text/xml")),
            "gzip in message" => bytes,
            "zip called gzip in message" => Encoding.ASCII.GetBytes(Sample.Mail(Sample.Zip(("r.xml", Xml)))),
            "gzip in zip in message" => Encoding.ASCII.GetBytes(Sample.Mail(Sample.Zip(("r.xml.gz", Sample.Gzip(Xml))))),
            "the body of a message" => Encoding.ASCII.GetBytes($"From: a@b.example\r\nContent-Type: application/gzip\r\nContent-Transfer-Encoding: base64\r\n\r\n{Convert.ToBase64String(Sample.Gzip(Xml))}\r\n"),
            "a message in a message" => Encoding.ASCII.GetBytes(
                $"From: a@b.example\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=c\r\n\r\n--c\r\nContent-Type: message/rfc822\r\n\r\n{mail}\r\n--c--\r\n"),
            "a message in base64 in a message" => Encoding.ASCII.GetBytes(Sample.Mail(bytes, "message/rfc822")),
            "a message in gzip" => Sample.Gzip(bytes),
            "mbox" => Encoding.ASCII.GetBytes($"From a@b.example Fri Jul 11 21:00:37 2025\r\n{mail}\r\n"),
            "xml called text" => Encoding.ASCII.GetBytes($"From: a@b.example\r\nContent-Type: text/plain\r\n\r\n{AggregateSample.Xml}"),
            "a message with LF" => Encoding.ASCII.GetBytes(mail.ReplaceLineEndings("\n")),
            _ => throw new ArgumentException(container, nameof(container)),
        };
    }
}
