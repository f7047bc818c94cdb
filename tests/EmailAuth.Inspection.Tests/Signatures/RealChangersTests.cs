using System.Diagnostics;
using System.Text;
using EmailAuth.Dkim;
using EmailAuth.Milter.Tests.EndToEnd;
using EmailAuth.Tests.TestSupport;
using MimeKit;

namespace EmailAuth.Inspection.Tests.Signatures;

/// <summary>Programs that change mail on its way: what each did to a signed message is named. They read and write LF, as programs on Unix do.</summary>
public sealed class RealChangersTests : IDisposable
{
    private const string Plain =
        "From: \"Alice\" <alice@example.com>\r\nTo: list@list.example\r\nSubject: Hello\r\nDate: Sun, 29 Nov 2026 08:00:00 +0000\r\nMessage-ID: <1@example.com>\r\n"
        + "MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n"
        + "Hello Bob,\r\n\r\nFrom here the road goes on, Gr\u00C3\u00BC\u00C3\u009Fe.\r\n-- \r\nAlice\r\n";

    private const string Alternative =
        "From: \"Alice\" <alice@example.com>\r\nTo: bob@example.net\r\nSubject: Hello\r\nDate: Sun, 29 Nov 2026 08:00:00 +0000\r\nMIME-Version: 1.0\r\n"
        + "Content-Type: multipart/alternative; boundary=\"=_b1\"\r\n\r\n--=_b1\r\nContent-Type: text/plain; charset=utf-8\r\n\r\nHello Bob,\r\nbye\r\n"
        + "--=_b1\r\nContent-Type: text/html; charset=utf-8\r\n\r\n<html>\r\n<body>\r\n<p>Hello Bob</p>\r\n</body>\r\n</html>\r\n--=_b1--\r\n";

    private readonly string _folder = Directory.CreateTempSubdirectory("changers").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Altermime_appends_a_disclaimer() =>
        Assert.Equal("body-appended", await DiagnoseAsync(await AltermimeAsync(await SignedMail.SignAsync(Plain, isSimple: true))));

    [Fact]
    public async Task Altermime_puts_disclaimers_into_text_and_html()
    {
        var diagnosis = await SignedMail.DiagnoseAsync(await AltermimeAsync(await SignedMail.SignAsync(Alternative)));
        Assert.Equal("body-inserted body-inserted", SignedMail.CodesOf(diagnosis));
        Assert.Contains(diagnosis.Changes[0].Diff, static line => !line.IsSigned && line.Text.Contains("A disclaimer", StringComparison.Ordinal));
    }

    // It also puts > before a line that begins with From, as in an mbox file.
    [Theory]
    [InlineData("field-replaced", "-i", "Subject: [x] other words")]
    [InlineData("subject-tag", "-I", "Subject: [x] Hello")]
    [InlineData("field-added", "-A", "Reply-To: list@list.example")]
    [InlineData("field-removed", "-I", "MIME-Version:")]
    public async Task Formail_changes_a_field(string code, string option, string field)
    {
        var changed = await RunAsync(Program("formail"), await SignedMail.SignAsync(Plain), option, field);
        Assert.Equal($"body-from-lines {code}", await DiagnoseAsync(changed[(changed.IndexOf("\r\n", StringComparison.Ordinal) + 2)..]));
    }

    [Fact]
    public async Task SpamAssassin_tags_the_subject()
    {
        var preferences = await WriteAsync("preferences", string.Empty);
        var changed = await RunAsync(
            Program("spamassassin"), await SignedMail.SignAsync(Plain),
            "-L", "-p", preferences, "--cf=required_score -100", "--cf=rewrite_header Subject *****SPAM*****", "--cf=report_safe 0", "--cf=use_bayes 0");
        Assert.Contains("*****SPAM*****", changed, StringComparison.Ordinal);

        // It keeps the old Subject in a field of its own, so there are two ways to the same proof.
        Assert.Contains(await DiagnoseAsync(changed), new[] { "subject-tag", "field-replaced" });
    }

    [Fact]
    public async Task Mlmmj_tags_the_subject_and_adds_a_footer()
    {
        var process = Program("mlmmj-process");
        var list = Path.Combine(_folder, "list");
        foreach (var part in new[] { "incoming", "queue/discarded", "control", "subscribers.d", "subconf", "unsubconf", "bounce", "moderation", "requeue", "text", "archive", "digesters.d", "nomailsubs.d" })
        {
            Directory.CreateDirectory(Path.Combine(list, part));
        }

        await WriteAsync("list/control/listaddress", "list@list.example\n");
        await WriteAsync("list/control/prefix", "[list]\n");
        await WriteAsync("list/control/footer", "_____\nlist mailing list\n");
        var signed = await SignedMail.SignAsync(Plain);
        var mail = await WriteAsync("list/incoming/1", $"Return-Path: <alice@example.com>\n{Unix(signed)}");
        await RunAsync(process, string.Empty, "-P", "-L", list, "-m", mail);
        var sent = Assert.Single(Directory.GetFiles(Path.Combine(list, "queue")));
        Assert.Equal("body-appended subject-tag", await DiagnoseAsync(Wire(await File.ReadAllTextAsync(sent, Encoding.Latin1, TestContext.Current.CancellationToken))));
    }

    // It takes the quotes from the name in From, and what it encodes as base64 has LF line ends.
    [Theory]
    [InlineData("body-from-lines", "m = email.message_from_bytes(data)\nemail.generator.BytesGenerator(sys.stdout.buffer, mangle_from_=True).flatten(m)")]
    [InlineData("body-transfer-encoding field-reformatted field-replaced", "m = email.message_from_bytes(data, policy=email.policy.default)\nm.set_content(m.get_content(), cte='quoted-printable')\nm.replace_header('Content-Type', 'text/plain; charset=utf-8')\nsys.stdout.buffer.write(m.as_bytes())")]
    [InlineData("body-line-ends body-transfer-encoding field-reformatted field-replaced", "m = email.message_from_bytes(data, policy=email.policy.default)\nm.set_content(m.get_content(), cte='base64')\nm.replace_header('Content-Type', 'text/plain; charset=utf-8')\nsys.stdout.buffer.write(m.as_bytes())")]
    [InlineData("field-reformatted", "m = email.message_from_bytes(data, policy=email.policy.default)\nm.replace_header('From', str(m['From']))\nsys.stdout.buffer.write(m.as_bytes())")]
    public async Task Python_writes_a_message_again(string codes, string script)
    {
        Assert.SkipWhen(!File.Exists("/usr/bin/python3"), "Debian's Python is not installed");
        var path = await WriteAsync("changer.py", $"import sys, email, email.policy, email.generator\ndata = sys.stdin.buffer.read()\n{script}\n");
        Assert.Equal(codes, await DiagnoseAsync(await RunAsync("/usr/bin/python3", await SignedMail.SignAsync(Plain), path)));
    }

    [Fact]
    public async Task MimeKit_makes_a_message_seven_bit()
    {
        var message = await MimeMessage.LoadAsync(new MemoryStream(Encoding.Latin1.GetBytes(await SignedMail.SignAsync(Plain))), TestContext.Current.CancellationToken);
        message.Prepare(EncodingConstraint.SevenBit);
        message.Subject = "[list] " + message.Subject;
        using var written = new MemoryStream();
        var format = FormatOptions.Default.Clone();
        format.NewLineFormat = NewLineFormat.Dos;
        await message.WriteToAsync(format, written, TestContext.Current.CancellationToken);
        Assert.Equal("body-transfer-encoding field-replaced subject-tag", await DiagnoseAsync(Encoding.Latin1.GetString(written.ToArray())));
    }

    [Fact]
    public async Task Nodemailer_composes_a_message_again()
    {
        Assert.SkipUnless(NodePackages.Has("nodemailer"), NodePackages.Reason("nodemailer"));
        var script = await WriteAsync("changer.js", """
            const Composer = require('nodemailer/lib/mail-composer');
            const data = require('fs').readFileSync(0, 'utf8');
            const [head, ...rest] = data.split('\n\n');
            const field = name => head.match(new RegExp('^' + name + ': (.*)$', 'm'))[1];
            new Composer({
              from: field('From'), to: field('To'), subject: field('Subject'), date: field('Date'), messageId: field('Message-ID'),
              text: rest.join('\n\n'), textEncoding: 'base64', newline: 'unix',
            }).compile().build((error, mail) => process.stdout.write(mail));
            """);
        var signed = await SignedMail.SignAsync(Plain);
        var field = signed[..signed.IndexOf("\r\nFrom:", StringComparison.Ordinal)];
        var changed = await RunAsync(NodePackages.Node(script), signed[(field.Length + 2)..]);
        Assert.Equal("body-line-ends body-transfer-encoding field-reformatted field-replaced", await DiagnoseAsync($"{field}\r\n{changed}"));
    }

    [Fact]
    public async Task Postfix_completes_an_address_adds_a_field_and_tags_the_subject()
    {
        Assert.SkipWhen(Programs.WhyNoPostfix() is not null, Programs.WhyNoPostfix() ?? string.Empty);
        var port = LoopbackPort.Take();
        var folder = Path.Combine(_folder, "postfix");

        // The processes of Postfix that read the settings are not all of root.
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(_folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.GroupRead | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute);
        }
        var checks = await WriteAsync("checks", "/^Subject: (.*)/ REPLACE Subject: [external] $1\n");
        await using var postfix = await PostfixServer.StartChangingAsync(
            folder, $"header_checks = regexp:{checks}\nalways_add_missing_headers = yes\nlocal_header_rewrite_clients = static:all\nmyorigin = example.org", new PostfixListener(port, string.Empty));
        var signed = await SignedMail.SignAsync(
            "From: alice@example.com\r\nTo: box1\r\nSubject: Hello\r\nDate: Sun, 29 Nov 2026 08:00:00 +0000\r\n\r\nHello\r\n", options: new DkimSignerOptions { FieldNames = ["From", "To", "Subject", "Date", "Message-ID"] });
        using (var smtp = await SmtpConnection.OpenAsync(port))
        {
            Assert.StartsWith("250", await smtp.SendAsync("<alice@example.com>", "box1@example.org", Encoding.Latin1.GetBytes(signed)), StringComparison.Ordinal);
        }

        var delivered = Wire(await postfix.DeliveredAsync("box1"));
        Assert.Contains("\r\nTo: box1@example.org\r\n", delivered, StringComparison.Ordinal);
        Assert.Equal("addresses-added subject-tag", await DiagnoseAsync(delivered));
    }

    private async Task<string> AltermimeAsync(string signed)
    {
        var program = Program("altermime");
        var (mail, note) = (await WriteAsync("mail", Unix(signed)), await WriteAsync("note", "A disclaimer\nof two lines\n"));
        await RunAsync(program, string.Empty, $"--input={mail}", $"--disclaimer={note}", $"--disclaimer-html={note}");
        return Wire(await File.ReadAllTextAsync(mail, Encoding.Latin1, TestContext.Current.CancellationToken));
    }

    private static string Program(string name)
    {
        Assert.SkipWhen(Programs.Find(name) is null, $"{name} is not installed");
        return Programs.Find(name)!;
    }

    private static string Unix(string text) => text.Replace("\r\n", "\n", StringComparison.Ordinal);

    private static string Wire(string text) => Unix(text).Replace("\n", "\r\n", StringComparison.Ordinal);

    private async Task<string> WriteAsync(string name, string text)
    {
        var path = Path.Combine(_folder, name);
        await File.WriteAllTextAsync(path, text, Encoding.Latin1, TestContext.Current.CancellationToken);
        return path;
    }

    private static async Task<string> DiagnoseAsync(string changed)
    {
        var diagnosis = await SignedMail.DiagnoseAsync(changed);
        Assert.All(diagnosis.Changes, static change => Assert.True(change.IsProven));
        Assert.False(diagnosis.Changes.IsEmpty, $"{diagnosis.Summary}\n{changed}");
        Assert.DoesNotContain("not found", diagnosis.Summary, StringComparison.Ordinal);
        return SignedMail.CodesOf(diagnosis);
    }

    private static Task<string> RunAsync(string program, string input, params string[] arguments) => RunAsync(new ProcessStartInfo(program, arguments), input);

    private static async Task<string> RunAsync(ProcessStartInfo start, string input)
    {
        start.RedirectStandardInput = start.RedirectStandardOutput = start.RedirectStandardError = true;
        start.StandardInputEncoding = start.StandardOutputEncoding = Encoding.Latin1;
        using var process = Process.Start(start)!;
        var (output, error) = (process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken), process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken));
        await process.StandardInput.WriteAsync(Unix(input));
        process.StandardInput.Close();
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.True(process.ExitCode == 0, $"{start.FileName}: {await error}");
        return Wire(await output);
    }
}
