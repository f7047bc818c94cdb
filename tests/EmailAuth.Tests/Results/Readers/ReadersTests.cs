using System.Text;
using EmailAuth.Results;
using Xunit;
using MimeKitResults = MimeKit.Cryptography.AuthenticationResults;

namespace EmailAuth.Tests.Results.Readers;

/// <summary>
/// What others read in our fields, for thousands of outcomes of mail that means to deceive or to blind them: each verdict of a method that
/// they know, in its order, and nothing that we did not write.
/// </summary>
public class ReadersTests
{
    private static readonly IReadOnlyList<GeneratedOutcome> Outcomes = GeneratedOutcome.All;

    [Fact]
    public void The_generated_outcomes_have_every_kind_of_verdict()
    {
        var verdicts = Outcomes.SelectMany(one => one.Outcome.Results).Select(result => $"{result.Method}={result.Result}").Distinct().ToList();
        string[] kinds =
        [
            "spf=pass", "spf=fail", "spf=softfail", "spf=none", "spf=permerror", "spf=temperror", "dkim=pass", "dkim=none", "dkim=permerror", "arc=pass", "arc=none", "arc=fail",
            "dmarc=pass", "dmarc=fail", "dmarc=none", "dmarc=permerror", "dmarc=temperror", "bimi=skipped", "bimi=fail", "iprev=pass", "iprev=permerror",
        ];
        Assert.Empty(kinds.Except(verdicts));
        Assert.True(Outcomes.Count(one => one.IsAscii) > 2000);
        Assert.True(Outcomes.Count(one => one.Outcome.ExtendedHeader is not null) > 500);
    }

    [Fact]
    public async Task SpamAssassin_reads_our_verdicts()
    {
        Assert.SkipUnless(Reader.SpamAssassin.IsInstalled, "spamassassin is not installed");
        var answers = await Reader.SpamAssassin.ReadAsync(Outcomes.Select(one => new[] { one.Outcome.HeaderValue }));
        Compare(answers, one => one.Verdicts.Order(StringComparer.Ordinal), static results => results.Order(StringComparer.Ordinal));
    }

    // It drops the second field whole, and loses nothing of the first.
    [Fact]
    public async Task SpamAssassin_reads_our_verdicts_beside_the_second_field()
    {
        Assert.SkipUnless(Reader.SpamAssassin.IsInstalled, "spamassassin is not installed");
        var both = Outcomes.Where(one => one.Outcome.ExtendedHeader is not null).Take(500).ToList();
        var answers = await Reader.SpamAssassin.ReadAsync(both.Select(one => new[] { one.Outcome.HeaderValue, one.Outcome.ExtendedHeaderValue! }));
        Assert.Equal(both.Count, answers.Count);
        foreach (var (one, answer) in both.Zip(answers))
        {
            Assert.True(one.Verdicts.Order(StringComparer.Ordinal).SequenceEqual(answer.Results.Order(StringComparer.Ordinal)), $"{one}\n{answer}");
        }
    }

    [Fact]
    public async Task Pythons_authres_reads_our_verdicts()
    {
        Assert.SkipUnless(Reader.PythonAuthres.IsInstalled, "python3-authres is not installed");
        Compare(await Reader.PythonAuthres.ReadAsync(Outcomes.Select(one => one.Outcome.HeaderValue)), static one => one.Verdicts, static results => results, static one => one.IsAscii);
    }

    [Fact]
    public async Task Perls_Mail_AuthenticationResults_reads_our_verdicts()
    {
        Assert.SkipUnless(Reader.PerlAuthenticationResults.IsInstalled, "libmail-authenticationresults-perl is not installed");
        Compare(await Reader.PerlAuthenticationResults.ReadAsync(Outcomes.Select(one => one.Outcome.HeaderValue)), static one => one.Verdicts, static results => results);
    }

    [Fact]
    public async Task Python_and_Perl_read_the_second_field_too()
    {
        Assert.SkipUnless(Reader.PythonAuthres.IsInstalled && Reader.PerlAuthenticationResults.IsInstalled, "python3-authres or libmail-authenticationresults-perl is not installed");
        var extended = Outcomes.Where(one => one.IsAscii && one.Outcome.ExtendedHeader is not null).ToList();
        var values = extended.Select(one => one.Outcome.ExtendedHeaderValue!).ToList();
        var (python, perl) = (await Reader.PythonAuthres.ReadAsync(values), await Reader.PerlAuthenticationResults.ReadAsync(values));
        for (var i = 0; i < extended.Count; i++)
        {
            var ours = AuthenticationResultsReader.Parse(values[i]).Value!.Results.Select(result => $"{result.Method}={result.Result}").ToList();
            Assert.NotEmpty(ours);
            Assert.All(ours, result => Assert.Contains(result, extended[i].Outcome.Results.Select(r => $"{r.Method}={r.Result}")));
            Assert.True(ours.SequenceEqual(python[i].Results), $"{extended[i]}\n{python[i]}");
            Assert.True(ours.SequenceEqual(perl[i].Results), $"{extended[i]}\n{perl[i]}");
        }
    }

    [Fact]
    public void MimeKit_and_our_own_reader_read_our_verdicts()
    {
        foreach (var one in Outcomes)
        {
            Assert.True(MimeKitResults.TryParse(Encoding.UTF8.GetBytes(one.Outcome.HeaderValue), out var mimeKit), one.ToString());
            Assert.Equal(GeneratedOutcome.AuthservId, mimeKit.AuthenticationServiceIdentifier);
            Assert.True(one.Verdicts.SequenceEqual(mimeKit.Results.Select(result => $"{result.Method}={result.Result}")), one.ToString());
            var own = AuthenticationResultsReader.Parse(one.Outcome.HeaderValue);
            Assert.True(own.IsSuccess && one.Verdicts.SequenceEqual(own.Value.Results.Select(result => $"{result.Method}={result.Result}")), one.ToString());
        }
    }

    [Fact]
    public void Readers_by_pattern_read_our_verdicts()
    {
        foreach (var one in Outcomes)
        {
            foreach (var (value, verdicts) in Fields(one))
            {
                var unfolded = value.Replace("\r\n", string.Empty, StringComparison.Ordinal);
                Assert.True(verdicts.SequenceEqual(NaiveReader.WithoutQuotes(unfolded)), one.ToString());
                Assert.True(verdicts.SequenceEqual(NaiveReader.WithQuotes(unfolded)), one.ToString());
                Assert.True(verdicts.SequenceEqual(NaiveReader.ByLines(value)), one.ToString());
                Assert.True(NaiveReader.BySearch(unfolded).ToHashSet(StringComparer.Ordinal).SetEquals(verdicts), one.ToString());
            }
        }
    }

    [Fact]
    public void The_fields_need_no_escapes_and_of_an_ASCII_message_no_UTF8()
    {
        foreach (var one in Outcomes)
        {
            foreach (var value in Fields(one).Select(field => field.Value).Append(one.ReceivedSpf ?? string.Empty))
            {
                Assert.False(value.Contains('\\', StringComparison.Ordinal) || value.Contains("=?", StringComparison.Ordinal), one.ToString());
                Assert.True(value.Count(c => c == '"') % 2 == 0, one.ToString());
                Assert.True(!one.IsAscii || Ascii.IsValid(value), one.ToString());
            }
        }
    }

    // RFC 7208 section 9.1. SpamAssassin takes the last "identity=" of the field wherever it is.
    [Fact]
    public void A_key_of_Received_SPF_appears_once()
    {
        foreach (var one in Outcomes.Where(one => one.ReceivedSpf is not null))
        {
            var field = one.ReceivedSpf!;
            foreach (var key in new[] { "client-ip=", "envelope-from=", "helo=", "receiver=", "identity=", "problem=", "mechanism=" })
            {
                Assert.True(field.Split(key).Length <= 2, one.ToString());
            }

            Assert.Contains("identity=mailfrom", field, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task OpenDMARC_reads_our_verdicts_of_SPF_and_DKIM()
    {
        Assert.SkipUnless(OpenDmarcReader.IsInstalled, "opendmarc is not installed, or cannot be run without a network");
        var read = await OpenDmarcReader.ReadAsync([.. Outcomes.Select(one => one.Outcome.Header + "\r\n")]);
        Assert.Equal(Outcomes.Count, read.Count);
        foreach (var (one, answer) in Outcomes.Zip(read))
        {
            var isRead = OpenDmarcReader.Expected(one.Outcome).SequenceEqual(answer);
            Assert.True(isRead || (one.Outcome.HeaderValue.Length > OpenDmarcReader.MostOctets && answer is ["spf -1"]), $"{one}\n{string.Join('\n', answer)}");
        }

        Assert.True(Outcomes.Count(one => one.Outcome.HeaderValue.Length <= OpenDmarcReader.MostOctets) > 2500);
    }

    private static IEnumerable<(string Value, IReadOnlyList<string> Verdicts)> Fields(GeneratedOutcome one)
    {
        yield return (one.Outcome.HeaderValue, one.Verdicts);
        if (one.Outcome.ExtendedHeaderValue is { } extended)
        {
            yield return (extended, [.. AuthenticationResultsReader.Parse(extended).Value!.Results.Select(result => $"{result.Method}={result.Result}")]);
        }
    }

    private static void Compare(
        List<Reader.Answer> answers, Func<GeneratedOutcome, IEnumerable<string>> ours, Func<IReadOnlyList<string>, IEnumerable<string>> theirs, Func<GeneratedOutcome, bool>? takes = null)
    {
        Assert.Equal(Outcomes.Count, answers.Count);
        var wrong = Outcomes.Zip(answers).Where(pair =>
            (takes?.Invoke(pair.First) != false || pair.Second.Error is null)
            && (pair.Second.Error is not null || !ours(pair.First).SequenceEqual(theirs(pair.Second.Results)))).ToList();
        Assert.True(wrong.Count == 0, $"{wrong.Count} of {answers.Count}, such as\n{string.Join("\n\n", wrong.Take(5).Select(pair => $"{pair.First}\n{pair.Second}: {string.Join(' ', pair.Second.Results)}"))}");
    }
}
