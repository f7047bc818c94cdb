using System.Text;
using EmailAuth.Dkim;
using EmailAuth.Inspection.Signatures;
using EmailAuth.Signatures;

namespace EmailAuth.Inspection.Tests.Signatures;

/// <summary>Messages that are made so that a diagnosis says something untrue, takes long, or ends in an exception.</summary>
public class HostileDiagnosisTests
{
    private const string Header = "From: Alice <alice@example.com>\r\nTo: bob@example.net\r\nSubject: Report\r\n\r\n";

    // All of the body was added, or the signer hashed nothing: nobody can tell.
    [Theory]
    [InlineData(true, "")]
    [InlineData(true, "\r\n")]
    [InlineData(false, "")]
    [InlineData(false, "\r\n\r\n")]
    public async Task The_hash_of_an_empty_body_proves_nothing(bool isSimple, string body)
    {
        foreach (var added in new[] { "Buy this\r\n", "\r\nBuy this\r\n", "one\r\n\r\ntwo\r\n" })
        {
            var diagnosis = await SignedMail.DiagnoseAsync(await SignedMail.SignAsync(Header + body, isSimple) + added);
            var change = Assert.Single(diagnosis.Changes);
            Assert.Equal((ChangeCode.BodySignerFault, false), (change.Code, change.IsProven));
            Assert.Contains("all of the body was added", diagnosis.Summary, StringComparison.Ordinal);
        }
    }

    // The relaxed form of the changed body is what was signed, so the signer may have relaxed it, and did not.
    [Theory]
    [InlineData("Hello there \r\n", ChangeCode.BodyWhiteSpace)]
    [InlineData("Hello  there\r\n", ChangeCode.BodyWhiteSpace)]
    [InlineData("Hello   there\t\r\n", ChangeCode.BodySignerFault)]
    public async Task White_space_that_was_added_under_simple_is_not_a_proven_fault_of_the_signer(string body, ChangeCode code)
    {
        var signed = await SignedMail.SignAsync(Header + "Hello there\r\n", isSimple: true);
        var change = Assert.Single((await SignedMail.DiagnoseAsync(signed.Replace("Hello there\r\n", body, StringComparison.Ordinal))).Changes);
        Assert.Equal((code, false), (change.Code, change.IsProven));
        Assert.Contains("white space", change.Text, StringComparison.Ordinal);
    }

    // Who changes l= does not cut the body.
    [Fact]
    public async Task A_length_that_was_changed_does_not_prove_that_the_body_was_cut()
    {
        var signed = (await SignedMail.SignAsync(Header + "Hello\r\n")).Replace("v=1;", "v=1; l=900;", StringComparison.Ordinal);
        var diagnosis = await SignedMail.DiagnoseAsync(signed.Replace("Hello", "Hallo", StringComparison.Ordinal));
        Assert.False(diagnosis.Changes.Single(static change => change.Code == ChangeCode.BodyCut).IsProven);
    }

    [Fact]
    public async Task A_footer_does_not_hide_that_the_header_differs_too()
    {
        var message = (await SignedMail.SignAsync(Header + "Hello\r\n")).Replace("Report", "Rapport", StringComparison.Ordinal) + "footer\r\n";
        var result = (await SignedMail.VerifyAsync(message, SignedMail.ZoneOf(SignedMail.Rsa))).Signatures[0];
        var diagnosis = SignatureDoctor.Diagnose(Encoding.Latin1.GetBytes(message), 0, result, key: null, cancellationToken: TestContext.Current.CancellationToken);
        Assert.Equal(ChangeCode.BodyAppended, Assert.Single(diagnosis.Changes).Code);
        Assert.Contains("the header signature differs", diagnosis.Summary, StringComparison.Ordinal);
        Assert.Contains("what changed the header was not found", (await SignedMail.DiagnoseAsync(message)).Summary, StringComparison.Ordinal);
    }

    // Each candidate of such a header touches all fields that h= names.
    [Fact]
    public async Task Thousands_of_names_in_h_end_the_search_early()
    {
        var signed = (await SignedMail.SignAsync(Header + "Hello\r\n")).Replace(" h=", " h=" + string.Concat(Enumerable.Repeat("to:", 100_000)), StringComparison.Ordinal);
        var diagnosis = await SignedMail.DiagnoseAsync(signed, options: new SignatureDoctorOptions { MaxHashedBytes = 16 * 1024 * 1024 });
        Assert.Equal((SearchEnd.LimitReached, SignatureOpening.Opened), (diagnosis.HeaderSearch, diagnosis.Key));
        Assert.InRange(diagnosis.TryCount, 1, 1000);
    }

    // With a small l= a candidate costs little to hash, and as much as ever to make.
    [Fact]
    public async Task A_small_length_does_not_make_the_search_long()
    {
        var signed = (await SignedMail.SignAsync(Header + "xHello\r\n")).Replace("v=1;", "v=1; l=1;", StringComparison.Ordinal);
        var body = string.Concat(Enumerable.Repeat("From a  b\t=3D\u00E4. \r\n..\r\n", 10_000));
        var diagnosis = await SignedMail.DiagnoseAsync(signed.Replace("xHello\r\n", body, StringComparison.Ordinal), options: new SignatureDoctorOptions { MaxHashedBytes = 4 * 1024 * 1024 });
        Assert.Equal(SearchEnd.LimitReached, diagnosis.BodySearch);
    }

    [Fact]
    public async Task Nothing_is_searched_where_no_octet_of_the_body_is_signed()
    {
        var signed = (await SignedMail.SignAsync(Header + "Hello\r\n")).Replace("v=1;", "v=1; l=0;", StringComparison.Ordinal);
        var diagnosis = await SignedMail.DiagnoseAsync(signed, options: new SignatureDoctorOptions { MaxTries = 100_000 });
        Assert.Equal(SearchEnd.NotFound, diagnosis.BodySearch);
    }

    [Fact]
    public async Task The_signatures_of_a_message_share_the_limits()
    {
        var signed = await SignedMail.SignAsync(Header + string.Concat(Enumerable.Repeat("The quick brown fox\r\n", 2000)));
        var field = signed[..signed.IndexOf("From: Alice", StringComparison.Ordinal)];
        var message = string.Concat(Enumerable.Repeat(field, 59)) + signed.Replace("fox\r\nThe", "fix\r\nThe", StringComparison.Ordinal).Replace("Report", "Rapport", StringComparison.Ordinal);
        var zone = SignedMail.ZoneOf(SignedMail.Rsa);
        var results = await SignedMail.VerifyAsync(message, zone);
        var options = new SignatureDoctorOptions { MaxHashedBytes = 8 * 1024 * 1024, MaxTries = 20_000 };
        var diagnoses = await SignatureDoctor.DiagnoseAsync(Encoding.Latin1.GetBytes(message), results, new ZoneResolver(zone), options, TestContext.Current.CancellationToken);
        Assert.Equal((60, 10), (results.Signatures.Length, diagnoses.Length));
        Assert.InRange(diagnoses.Sum(static one => one.HashedBytes), 1, options.MaxHashedBytes);
        Assert.InRange(diagnoses.Sum(static one => one.TryCount), 1, options.MaxTries * 2);
        Assert.All(diagnoses, static one => Assert.True(one.HashedBytes > 0));
    }

    // Two long lines that differ far from their start do not look alike, and a character is not cut.
    [Fact]
    public async Task A_difference_in_a_long_line_is_shown()
    {
        var line = string.Concat(Enumerable.Repeat("\u00C3\u00BC", 240));
        var signed = await SignedMail.SignAsync(Header + line + "end\r\n");
        var result = (await SignedMail.VerifyAsync(signed, SignedMail.ZoneOf(SignedMail.Rsa))).Signatures[0];
        var arrived = signed.Replace("\u00BCend", "\u00BCEND" + line, StringComparison.Ordinal);
        var diff = CopyComparison.Of(Encoding.Latin1.GetBytes(arrived), Encoding.Latin1.GetBytes(signed), 0, result.Signature!)!.BodyDiff;
        Assert.Equal("- ... " + new string('\u00FC', 25) + "end", diff[0].ToString());
        Assert.StartsWith("+ ... " + new string('\u00FC', 25) + "END\u00FC", diff[1].ToString(), StringComparison.Ordinal);
        Assert.All(diff, static one => Assert.InRange(one.Text.Length, 1, 200));
        Assert.All(diff, static one => Assert.DoesNotContain('\u00C3', one.Text));
    }

    // Deletions and insertions of what readers of mail stumble over, anywhere in the message, its signature included.
    [Fact]
    public async Task No_damage_ends_in_an_exception()
    {
        string[] pieces =
        [
            "\0", "\r", "\n", "\r\n", "\r\n\r\n", ":", ";", "=", "\u001b[2J", "\u00E2\u0080\u00AE", "\u00FF", "=?utf-8?B?", "=?x?Q?=?=", "?=", "<", ">", "(", "\"", "\\", ",", "@",
            "l=0; ", "l=1; ", "l=99999999999999999999; ", "t=99999999999; ", "c=simple; ", "--b\r\n", "--b--\r\n", "Content-Type: multipart/mixed; boundary=b\r\n", "From: \r\n", "Subject:\r\n", "Date: 1 Jan 0001\r\n", "nocolon\r\n",
        ];
        var random = new Random(20261129);
        var zone = SignedMail.ZoneOf(SignedMail.Rsa);
        var options = new SignatureDoctorOptions { MaxTries = 3000, MaxHashedBytes = 1024 * 1024 };
        string[] signed = [await SignedMail.SignAsync(MadeChange.Message), await SignedMail.SignAsync(MadeChange.Message, isSimple: true)];
        for (var number = 0; number < 400; number++)
        {
            var text = signed[number % 2];
            for (var change = random.Next(1, 4); change > 0; change--)
            {
                var place = random.Next(random.Next(2) == 0 ? text.Length : text.IndexOf("\r\nFrom:", StringComparison.Ordinal) is var end and > 0 ? end : text.Length);
                var cut = random.Next(3) == 0 ? random.Next(Math.Min(40, text.Length - place)) : 0;
                text = text[..place] + pieces[random.Next(pieces.Length)] + text[(place + cut)..];
            }

            var message = Encoding.Latin1.GetBytes(text);
            var results = await SignedMail.VerifyAsync(text, zone);
            foreach (var diagnosis in await SignatureDoctor.DiagnoseAsync(message, results, new ZoneResolver(zone), options, TestContext.Current.CancellationToken))
            {
                Assert.True(diagnosis.Summary.Length > 0 || diagnosis.Result.HeaderCheck != DkimCheck.Differs, text);
                Assert.NotNull(CanonicalForm.Of(message, diagnosis.Index, diagnosis.Result.Signature!));
            }

            await CopyComparison.CompareAsync(message, Encoding.Latin1.GetBytes(signed[0]), results, new ZoneResolver(zone), TestContext.Current.CancellationToken);
        }
    }
}
