using System.Collections.Immutable;
using System.Text;
using EmailAuth.Reports.Feedback;
using EmailAuth.Reports.Reading;
using EmailAuth.Reports.Tests.Reading;
using EmailAuth.Reports.Tests.TestSupport;
using FsCheck;
using FsCheck.Xunit;
using MimeKit;

namespace EmailAuth.Reports.Tests.Feedback;

/// <summary>Feedback reports as they are written: the form, hostile values, and what other readers make of them.</summary>
public sealed class FeedbackReportWriterTests
{
    private const string Header = "From: <abc@sender.example>\r\nMessage-ID: <1@sender.example>\r\n";

    private static readonly FeedbackReport Complaint = new()
    {
        TypeText = "abuse",
        UserAgent = "Test/1",
        ArrivalDate = new DateTimeOffset(2026, 11, 29, 13, 0, 0, TimeSpan.FromHours(1)),
        Incidents = 3,
        OriginalEnvelopeId = "env",
        OriginalMailFrom = "bounce@sender.example",
        OriginalRecipients = ["bob@receiver.example"],
        ReportingMta = "mx.receiver.example",
        SourceAddress = "2001:db8::1",
        SourcePort = 4711,
        AuthenticationResults = ["mx.receiver.example; spf=pass smtp.mailfrom=sender.example"],
        ReportedDomains = ["sender.example"],
        ReportedUris = ["https://sender.example/x"],
        OtherFields = [new FeedbackField { Name = "X-Other", Value = "y" }],
    };

    [Fact]
    public async Task A_complaint_reads_back_as_it_was_written()
    {
        var fields = FeedbackReportWriter.WriteFields(Complaint);
        Assert.Equal(
            """
            Feedback-Type: abuse
            User-Agent: Test/1
            Version: 1
            Original-Envelope-Id: env
            Original-Mail-From: <bounce@sender.example>
            Arrival-Date: Sun, 29 Nov 2026 12:00:00 +0000
            Reporting-MTA: dns; mx.receiver.example
            Source-IP: 2001:db8::1
            Source-Port: 4711
            Incidents: 3
            Authentication-Results: mx.receiver.example; spf=pass
             smtp.mailfrom=sender.example
            Original-Rcpt-To: <bob@receiver.example>
            Reported-Domain: sender.example
            Reported-URI: https://sender.example/x
            X-Other: y

            """.ReplaceLineEndings("\r\n"),
            fields);
        var read = await ReadAsync(fields);
        Assert.Equal((ReportKind.Feedback, ReportVerdict.Conforms), (read.Kind, read.Verdict));
        var feedback = read.Feedback!;
        Assert.Equal(
            (Complaint.TypeText, 3L, "bounce@sender.example", "mx.receiver.example", "2001:db8::1", 4711, Complaint.ArrivalDate),
            (feedback.TypeText, feedback.Incidents, feedback.OriginalMailFrom, feedback.ReportingMta, feedback.SourceAddress, feedback.SourcePort!.Value, feedback.ArrivalDate));
        Assert.Equal(Complaint.AuthenticationResults, feedback.AuthenticationResults);
        Assert.Equal("<1@sender.example>", feedback.Original!["Message-ID"]);
    }

    /// <summary>Texts with what ends a line, a field, a part, a comment, a path.</summary>
    private static string Hostile(string? text) =>
        $"a\r\nFeedback-Type: not-spam\r\n\r\n--=_0\r\n{text}\n\rX: 1\0\u2028\u0085({text}\\<>@\ud800\"";

    [Property]
    public bool No_value_ends_its_field_or_adds_another(string? first, string? second, string? third, NonNegativeInt place)
    {
        var clean = FieldNames(FeedbackReportWriter.WriteFields(Report(static _ => "v", 0)));
        string?[] values = [Hostile(first), Hostile(second), Hostile(third)];
        var fields = FeedbackReportWriter.WriteFields(Report(i => values[i % 3]!, place.Get));
        var mail = FeedbackReportWriter.WriteMail(Hostile(first), fields, Header);
        using var message = MimeMessage.Load(new MemoryStream(Encoding.ASCII.GetBytes("From: a@example.org\r\n" + mail)));
        var parts = ((Multipart)message.Body!).ToList();
        return clean.SequenceEqual(FieldNames(fields), StringComparer.Ordinal)
            && fields.All(static c => c is '\r' or '\n' or (>= ' ' and <= '~'))
            && fields.Split("\r\n").All(static line => line.Length <= 998 && !line.Contains('\r', StringComparison.Ordinal) && !line.Contains('\n', StringComparison.Ordinal))
            && parts.Count == 3
            && Encoding.ASCII.GetString(Content(parts[1])).TrimEnd() == fields.TrimEnd();

        // A different value at each place, so that each field has had a hostile one.
        FeedbackReport Report(Func<int, string> value, int from) => new()
        {
            TypeText = value(from),
            UserAgent = value(from + 1),
            Version = value(from + 2),
            OriginalEnvelopeId = value(from),
            OriginalMailFrom = value(from + 1),
            OriginalRecipients = [value(from + 2)],
            ReportingMta = value(from),
            SourceAddress = value(from + 1),
            AuthenticationResults = [value(from + 2)],
            ReportedDomains = [value(from)],
            ReportedUris = [value(from + 1)],
            OtherFields = [new FeedbackField { Name = "X-Other", Value = value(from + 2) }],
            Failure = new AuthenticationFailure
            {
                CheckText = value(from),
                UnalignedMechanisms = [value(from + 1)],
                DeliveryText = value(from + 2),
                DkimDomain = value(from),
                DkimIdentity = value(from + 1),
                DkimSelector = value(from + 2),
                DkimCanonicalizedHeader = value(from),
                DkimCanonicalizedBody = value(from + 1),
                DkimSelectorDns = value(from + 2),
                DkimAdspDns = value(from),
                SpfDns = [value(from + 1)],
            },
        };
    }

    [Property]
    public bool A_plain_value_reads_back_whatever_its_length(NonEmptyString text, PositiveInt times)
    {
        var value = string.Join(' ', Enumerable.Repeat(string.Concat(text.Get.Where(static c => c is > ' ' and <= '~' and not ('(' or ')' or '\\'))), Math.Min(times.Get, 100))).Trim();
        value = value[..Math.Min(value.Length, 4000)].Trim();
        var read = ReadAsync(FeedbackReportWriter.WriteFields(new FeedbackReport { TypeText = "abuse", UserAgent = value.Length == 0 ? "x" : value })).Result;
        return value.Split(' ').Any(static word => word.Length > 900) || read.Feedback!.UserAgent == (value.Length == 0 ? "x" : value);
    }

    [Fact]
    public void A_value_of_any_length_is_cut_and_its_lines_are_bounded()
    {
        var fields = FeedbackReportWriter.WriteFields(new FeedbackReport { TypeText = "abuse", UserAgent = new string('x', 100_000) });
        Assert.InRange(fields.Length, 4096, 4300);
        Assert.All(fields.Split("\r\n"), static line => Assert.InRange(line.Length, 0, 998));
    }

    [Fact]
    public void Spaces_and_words_of_any_number_leave_no_line_too_long_and_a_name_of_a_hundred_characters_has_room()
    {
        var values = (string[])["a" + new string(' ', 4000) + "b", string.Concat(Enumerable.Repeat("id  ", 1000)), string.Concat(Enumerable.Repeat("\r\n\0", 1300)) + "x", new string('x', 4096), string.Concat(Enumerable.Repeat(new string('y', 899) + "  ", 4))];
        foreach (var value in values)
        {
            var fields = FeedbackReportWriter.WriteFields(new FeedbackReport { TypeText = "abuse", OtherFields = [new FeedbackField { Name = new string('N', 100), Value = value }] });
            Assert.All(fields.Split("\r\n"), static line => Assert.InRange(line.Length, 0, 998));
            Assert.All(fields.Split("\r\n")[..^1], static line => Assert.NotEqual(string.Empty, line.Trim()));
        }
    }

    [Fact]
    public void A_recipient_that_is_nobody_has_no_field()
    {
        var fields = FeedbackReportWriter.WriteFields(new FeedbackReport { TypeText = "abuse", OriginalMailFrom = "", OriginalRecipients = ["", "a@example.com"] });
        Assert.Contains("Original-Mail-From: <>\r\nOriginal-Rcpt-To: <a@example.com>\r\n", fields, StringComparison.Ordinal);
    }

    [Fact]
    public void A_report_without_a_type_and_a_field_without_a_name_are_mistakes_of_the_caller()
    {
        Assert.Throws<ArgumentException>(static () => FeedbackReportWriter.WriteFields(new FeedbackReport { TypeText = " \r\n" }));
        foreach (var name in (string[])["", "a b", "a:b", "a\r\nb", "ä"])
        {
            Assert.Throws<ArgumentException>(() => FeedbackReportWriter.WriteFields(new FeedbackReport { TypeText = "abuse", OtherFields = [new FeedbackField { Name = name, Value = "x" }] }));
        }
    }

    // Debian's libsisimai-perl: a reader of bounces and feedback loops.
    [Fact]
    public async Task Sisimai_reads_a_complaint_and_a_failure_report()
    {
        if (!File.Exists("/usr/share/perl5/Sisimai/ARF.pm"))
        {
            Assert.Skip("libsisimai-perl is not installed.");
            return;
        }

        var failure = new FeedbackReport
        {
            TypeText = "auth-failure",
            ReportingMta = "mx.receiver.example",
            SourceAddress = "192.0.2.1",
            AuthenticationResults = ["mx.receiver.example; dmarc=fail header.from=sender.example"],
            ReportedDomains = ["sender.example"],
            Failure = new AuthenticationFailure { CheckText = "dmarc", UnalignedMechanisms = ["dkim", "spf"], SpfDns = ["txt : sender.example : \"v=spf1 -all\""] },
        };
        Assert.Equal("abuse|2001:db8::1|bounce@sender.example|sender.example", await SisimaiAsync("This is an email abuse report for an email message.\n", Complaint));
        Assert.Equal("auth-failure|192.0.2.1|abc@sender.example|sender.example", await SisimaiAsync("This is an authentication failure report for email.\n", failure));
    }

    private static async Task<string> SisimaiAsync(string text, FeedbackReport report)
    {
        var header = "From: <abc@sender.example>\r\nTo: <hash@receiver.example>\r\nMessage-ID: <1@sender.example>\r\nDate: Sun, 29 Nov 2026 12:00:00 +0000\r\n";
        var file = Path.GetTempFileName();
        try
        {
            await File.WriteAllTextAsync(
                file,
                "Date: Sun, 29 Nov 2026 12:00:00 +0000\r\nFrom: fbl@receiver.example\r\nTo: f@sender.example\r\nSubject: A report\r\nMessage-ID: <r@receiver.example>\r\n"
                    + FeedbackReportWriter.WriteMail(text, FeedbackReportWriter.WriteFields(report), header),
                TestContext.Current.CancellationToken);
            const string Script = "use Sisimai; my $r = Sisimai->make($ARGV[0]); die 'nothing' unless $r; "
                + "print join('|', map { $_->feedbacktype, $_->rhost, $_->addresser->address, $_->senderdomain } @$r)";
            var (code, output, errors) = await PeerProgram.RunAsync("/usr/bin/perl", "-e", Script, file);
            Assert.True(code == 0, errors);
            return output;
        }
        finally
        {
            File.Delete(file);
        }
    }

    private static ImmutableArray<string> FieldNames(string fields) =>
        [.. fields.Split("\r\n", StringSplitOptions.RemoveEmptyEntries).Where(static line => line[0] != ' ').Select(static line => line.Split(':')[0])];

    private static byte[] Content(MimeEntity entity)
    {
        using var stream = new MemoryStream();
        ((MimePart)entity).Content!.DecodeTo(stream);
        return stream.ToArray();
    }

    private static Task<ReadReport> ReadAsync(string fields) => Sample.ReadOneAsync("From: a@receiver.example\r\nSubject: x\r\n" + FeedbackReportWriter.WriteMail("A report.\n", fields, Header));
}
