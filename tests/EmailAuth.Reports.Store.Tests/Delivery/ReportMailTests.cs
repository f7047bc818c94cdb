using System.IO.Compression;
using System.Text;
using EmailAuth.Reports.Aggregate;
using EmailAuth.Reports.Store.Delivery.Mail;
using EmailAuth.Reports.Store.Delivery.Queue;
using EmailAuth.Reports.Store.Tests.TestSupport;
using EmailAuth.Syntax;
using FsCheck;
using FsCheck.Xunit;
using MimeKit;

namespace EmailAuth.Reports.Store.Tests.Delivery;

public sealed class ReportMailTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 21, 3, 4, 5, TimeSpan.Zero);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private static AggregateReportName Name(string domain = "example.com", string receiver = "receiver.example") => new()
    {
        Receiver = DomainName.Parse(receiver).Value!,
        PolicyDomain = DomainName.Parse(domain).Value!,
        Begin = new(2026, 11, 20, 0, 0, 0, TimeSpan.Zero),
        End = new(2026, 11, 20, 23, 59, 59, TimeSpan.Zero),
        ReportId = "0123456789abcdef0123456789abcdef",
    };

    [Fact]
    public void Section_3_5_2_the_mail_has_the_subject_file_name_and_media_type_of_the_text()
    {
        var mail = Encoding.ASCII.GetString(ReportMailWriter.Write(TestIdentity.Of(), Name(), [1, 2, 3], "d@example.com", Now, null));
        Assert.Equal(
            """
            Date: Sat, 21 Nov 2026 03:04:05 +0000
            From: dmarc@receiver.example
            To: d@example.com
            Subject: Report Domain: example.com
             Submitter: receiver.example
             Report-ID: 0123456789abcdef0123456789abcdef
            Message-ID: <0123456789abcdef0123456789abcdef.2c7ce8a9a8b4@receiver.example>
            Auto-Submitted: auto-generated
            MIME-Version: 1.0
            Content-Type: multipart/mixed;
             boundary="=_0123456789abcdef0123456789abcdef"

            --=_0123456789abcdef0123456789abcdef
            Content-Type: text/plain; charset=us-ascii

            This is a DMARC aggregate report (RFC 9990) about mail in the name of
            example.com
            that reached receiver.example
            from 2026-11-20 00:00:00 to 2026-11-20 23:59:59 UTC.

            Your DMARC record asks for it (rua). A program reads the attached file.

            --=_0123456789abcdef0123456789abcdef
            Content-Type: application/gzip;
             name="receiver.example!example.com!1795132800!1795219199!0123456789abcdef0123456789abcdef.xml.gz"
            Content-Transfer-Encoding: base64
            Content-Disposition: attachment;
             filename="receiver.example!example.com!1795132800!1795219199!0123456789abcdef0123456789abcdef.xml.gz"

            AQID

            --=_0123456789abcdef0123456789abcdef--

            """.ReplaceLineEndings("\r\n").Replace("2c7ce8a9a8b4", Hash(mail), StringComparison.Ordinal),
            mail);

        static string Hash(string text) => text[(text.IndexOf("cdef.", StringComparison.Ordinal) + 5)..text.IndexOf("@receiver.example>", StringComparison.Ordinal)];
    }

    [Property]
    public bool Whatever_the_attachment_is_a_reader_gets_it_back(byte[] content)
    {
        var written = ReportMailWriter.Write(TestIdentity.Of(), Name(), content, "d@example.com", Now, "A note.");
        using var message = MimeMessage.Load(new MemoryStream(written), Cancel);
        var attachment = (MimePart)message.Attachments.Single();
        using var read = new MemoryStream();
        attachment.Content!.DecodeTo(read, Cancel);
        return read.ToArray().AsSpan().SequenceEqual(content) && attachment.FileName == Name().FileName && message.Subject == Name().Subject;
    }

    [Fact]
    public void The_longest_names_keep_each_line_under_the_limit_of_SMTP()
    {
        var longest = string.Join('.', Enumerable.Repeat(new string('a', 62), 4)) + ".a";
        var written = ReportMailWriter.Write(TestIdentity.Of(), Name(longest, longest), new byte[1000], $"{new string('x', 64)}@{longest}", Now, null);
        Assert.All(Encoding.ASCII.GetString(written).Split("\r\n"), line => Assert.InRange(line.Length, 0, 998));
        using var message = MimeMessage.Load(new MemoryStream(written), Cancel);
        Assert.Equal(Name(longest, longest).Subject, message.Subject);
        Assert.Equal(Name(longest, longest).FileName, ((MimePart)message.Attachments.Single()).FileName);
    }

    [Fact]
    public async Task A_signed_mail_passes_at_its_receiver_by_our_verifier_and_is_left_unchanged_by_the_transport()
    {
        await using var server = new SmtpTestServer();
        var written = ReportMailWriter.Write(TestIdentity.Of(), Name(), Enumerable.Range(0, 5000).Select(static n => (byte)n).ToArray(), "d@example.com", Now, null);
        var signed = await TestIdentity.Signer().SignAsync(written, Cancel);
        Assert.StartsWith("DKIM-Signature:", Encoding.ASCII.GetString(signed), StringComparison.Ordinal);
        await using var transport = new Store.Delivery.Smtp.SmtpTransport(
            new ZoneResolver(new Zone()), new() { Smarthost = "127.0.0.1", Port = server.Port, HeloName = "receiver.example" });
        var attempt = await transport.SendAsync(new ReportMail { ReturnPath = "b+1@receiver.example", Recipient = "d@example.com", FileName = "f", Message = signed }, Cancel);
        Assert.Equal(Store.Delivery.Smtp.DeliveryAnswer.Sent, attempt.Answer);
        var got = server.Mails.Single();
        Assert.Equal(("b+1@receiver.example", "d@example.com"), (got.MailFrom, got.Recipient));
        Assert.Equal(Encoding.ASCII.GetString(signed), Encoding.ASCII.GetString(got.Message));
        var verified = await new Dkim.DkimVerifier(new ZoneResolver(TestIdentity.Zone())).VerifyAsync(got.Message, Cancel);
        Assert.Equal(Signatures.SignatureResultCode.Pass, Assert.Single(verified.Signatures).Code);
    }

    [Fact]
    public void A_token_is_found_in_its_address_only()
    {
        var path = TestIdentity.Mailbox("dmarc-bounces@receiver.example");
        var token = ReturnPathToken.Create();
        Assert.Equal(ReturnPathToken.Length, token.Length);
        var address = ReturnPathToken.Address(path, token);
        Assert.Equal(token, ReturnPathToken.Find(path, address));
        Assert.Equal(token, ReturnPathToken.Find(path, address.ToUpperInvariant()));
        foreach (var other in (string[])[address[1..], address.Replace('+', '-'), address + ".evil.example", $"x{address}", "dmarc-bounces@receiver.example", string.Empty, "@", address.Replace(token, token[..^1] + "l", StringComparison.Ordinal)])
        {
            Assert.Null(ReturnPathToken.Find(path, other));
        }

        Assert.Equal(1000, Enumerable.Range(0, 1000).Select(static _ => ReturnPathToken.Create()).Distinct(StringComparer.Ordinal).Count());
    }

    [Fact]
    public void A_return_path_without_room_for_a_token_is_refused()
    {
        var identity = TestIdentity.Of();
        var longer = new ReportIdentity { Issuer = identity.Issuer, From = identity.From, ReturnPath = TestIdentity.Mailbox($"{new string('b', 44)}@receiver.example") };
        Assert.Throws<ArgumentException>(() => new ReportMailFactory(new MemoryReportStore(), longer, null));
        var fits = new ReportIdentity { Issuer = identity.Issuer, From = identity.From, ReturnPath = TestIdentity.Mailbox($"{new string('b', 43)}@receiver.example") };
        Assert.Equal(64, ReturnPathToken.Address(fits.ReturnPath, ReturnPathToken.Create()).IndexOf('@', StringComparison.Ordinal));
        Assert.NotNull(new ReportMailFactory(new MemoryReportStore(), fits, null));
    }

    [Theory]
    [InlineData("a@example.org", true, "usual")]
    [InlineData("a.b+c@bücher.example", true, "the domain becomes an A-label")]
    [InlineData("a b@example.org", false, "a space would end the command")]
    [InlineData("a\r\nDATA@example.org", false, "a line end would begin another command")]
    [InlineData("a@b@example.org", false, "two at signs")]
    [InlineData("\"a\"@example.org", false, "quoting is not needed by those who report")]
    [InlineData(".a@example.org", false, "not a dot-atom")]
    [InlineData("a@", false, "no domain")]
    [InlineData(null, false, "nothing")]
    public void A_mailbox_of_ours_needs_no_quoting(string? text, bool expected, string why) => Assert.True(ReportMailbox.TryParse(text, out _) == expected, why);

    [Fact]
    public async Task A_large_report_is_divided_and_its_parts_have_each_row_once()
    {
        await using var store = new MemoryReportStore();
        var messages = Enumerable.Range(0, 3000).Select(n => TestMessages.Of(source: $"2001:db8:{n % 7:x}::{n * 7919:x}".Length > 30 ? "192.0.2.1" : $"2001:db8:{n % 7:x}::{(n * 7919) % 65536:x}"));
        await store.ImportAsync(TestMessages.Batch(0, messages), Cancel);
        var report = (await store.ReportsAsync()).Single();
        var factory = new ReportMailFactory(store, TestIdentity.Of(), null);
        Assert.Equal(1, await factory.CountPartsAsync(report, 10_000_000, Cancel));
        const int Bound = 6000;
        var parts = await factory.CountPartsAsync(report, Bound, Cancel);
        Assert.True(parts > 2, $"{parts} parts");
        var (sum, rows, ids) = (0L, new HashSet<string>(StringComparer.Ordinal), new HashSet<string>(StringComparer.Ordinal));
        for (var part = 1; part <= parts; part++)
        {
            var delivery = new ReportDelivery { Token = ReturnPathToken.Create(), ReportKey = report.Key, Address = "d@example.com", Host = "example.com", Part = part, Parts = parts, DueAt = Now, FirstDueAt = Now, ChangedAt = Now };
            var mail = await factory.CreateAsync(report, delivery, Cancel);
            var again = await factory.CreateAsync(report, delivery, Cancel);
            Assert.Equal(mail.FileName, again.FileName);
            using var message = await MimeMessage.LoadAsync(new MemoryStream(mail.Message.ToArray()), Cancel);
            using var gzip = new MemoryStream();
            await ((MimePart)message.Attachments.Single()).Content!.DecodeToAsync(gzip, Cancel);
            Assert.InRange(gzip.Length, 1, Bound);
            gzip.Position = 0;
            var xml = System.Xml.Linq.XDocument.Load(new GZipStream(gzip, CompressionMode.Decompress));
            System.Xml.Linq.XNamespace ns = "urn:ietf:params:xml:ns:dmarc-2.0";
            var id = xml.Root!.Element(ns + "report_metadata")!.Element(ns + "report_id")!.Value;
            Assert.True(ids.Add(id));
            Assert.Contains($"!{id}.xml.gz", mail.FileName, StringComparison.Ordinal);
            Assert.EndsWith($"Report-ID: {id}", message.Subject, StringComparison.Ordinal);
            Assert.Contains($"one of {parts} reports", message.TextBody, StringComparison.Ordinal);
            foreach (var row in xml.Descendants(ns + "row"))
            {
                Assert.True(rows.Add(row.Element(ns + "source_ip")!.Value), "a row is in two parts");
                sum += long.Parse(row.Element(ns + "count")!.Value, System.Globalization.CultureInfo.InvariantCulture);
            }
        }

        Assert.Equal(3000, sum);
        Assert.Equal((await store.RowsAsync(report)).Count, rows.Count);
    }
}
