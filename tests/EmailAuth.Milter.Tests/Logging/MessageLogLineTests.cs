using System.Collections.Immutable;
using System.Globalization;
using EmailAuth.Milter.Dialogue;
using EmailAuth.Milter.Logging;

namespace EmailAuth.Milter.Tests.Logging;

public sealed class MessageLogLineTests
{
    [Fact]
    public async Task An_accepted_message_has_each_result_and_no_reason_for_what_passed()
    {
        var entry = await LoggedMessages.JudgeAsync("strict.example", "192.0.2.7");

        Assert.Equal(
            "4ZKx1Q2Lz0z9: client=192.0.2.7 helo=mail.evil.example from=<alice@strict.example> author=strict.example iprev=permerror spf_helo=fail spf=pass "
            + "dkim=none arc=none dmarc=pass policy=reject policy_domain=strict.example action=accept removed=0 body=20 wait_ms=0.412",
            entry.ToString().Split(" spf_helo_reason=")[0]);
        Assert.DoesNotContain(" reason=", entry.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("field=", entry.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_refused_message_says_whose_policy_why_each_method_failed_and_which_field_it_would_have_got()
    {
        var entry = await LoggedMessages.JudgeAsync(
            "strict.example", change: LoggedMessages.Acting, fields: [LoggedMessages.Signature(), LoggedMessages.Signature("gone")]);
        var line = entry.ToString();

        Assert.Contains(" author=strict.example iprev=permerror spf_helo=pass spf=fail dkim=fail d=strict.example s=sel dkim=permerror d=strict.example s=gone ", line, StringComparison.Ordinal);
        Assert.Contains(" dmarc=fail policy=reject policy_domain=strict.example action=reject removed=0 ", line, StringComparison.Ordinal);
        Assert.Contains(" reason=\"dmarc=fail for strict.example, whose domain owner asks for rejection\"", line, StringComparison.Ordinal);
        Assert.Contains(" spf_reason=\"-all of strict.example matches (RFC 7208 section 5.1)\"", line, StringComparison.Ordinal);
        Assert.Contains(" dkim_reason=\"strict.example/sel: the body hash differs", line, StringComparison.Ordinal);
        Assert.Contains(" dkim_reason=\"strict.example/gone: no key for the signature", line, StringComparison.Ordinal);
        Assert.DoesNotContain("spf_helo_reason", line, StringComparison.Ordinal);
        var field = line[(line.IndexOf(" field=\"", StringComparison.Ordinal) + 8)..^1];
        Assert.StartsWith("Authentication-Results: mx.example.org; spf=fail ", field, StringComparison.Ordinal);
        Assert.Contains("dmarc=fail", field, StringComparison.Ordinal);
    }

    [Fact]
    public async Task In_annotate_mode_the_reason_says_why_a_failure_is_accepted()
    {
        var line = (await LoggedMessages.JudgeAsync("strict.example")).ToString();

        Assert.Contains(" action=accept ", line, StringComparison.Ordinal);
        Assert.Contains(
            " reason=\"dmarc=fail for strict.example, overridden (local_policy): local policy allows no stronger action\"", line, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("quiet.example", "quarantine", "dmarc=fail policy=quarantine policy_domain=quiet.example action=quarantine")]
    [InlineData("sub.slow.example", "tempfail", "dmarc=temperror policy=reject policy_domain=slow.example policy_assumed=true action=tempfail")]
    public async Task A_held_and_a_deferred_message_have_their_action(string domain, string action, string expected)
    {
        var entry = await LoggedMessages.JudgeAsync(domain, change: LoggedMessages.Acting);

        Assert.Equal(action, entry.Action);
        Assert.Contains(expected, entry.ToString(), StringComparison.Ordinal);

        // Where nothing was decided the two reasons are one.
        Assert.Equal(action == "quarantine", entry.ToString().Contains(" dmarc_reason=\"", StringComparison.Ordinal));

        // A held message has the field in its header.
        Assert.Equal(action == "tempfail", entry.ToString().Contains(" field=\"", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_message_that_is_not_judged_says_why_and_what_was_removed()
    {
        var entry = await LoggedMessages.JudgeAsync(
            "strict.example", notJudged: "authenticated client",
            fields: [("Authentication-Results", " other.example; none"), ("Authentication-Results", " mx.example.org; dmarc=pass"), ("BIMI-Indicator", " x")]);

        Assert.Equal(
            "4ZKx1Q2Lz0z9: client=203.0.113.66 helo=mail.evil.example from=<alice@strict.example> not_judged=\"authenticated client\" action=accept "
            + "removed=2 removed_fields=Authentication-Results:2,BIMI-Indicator:1 body=20 wait_ms=0.412",
            entry.ToString());
    }

    // MAIL FROM may be of another domain than the author, who decides whose key signs.
    [Theory]
    [InlineData("strict.example", "trusted network", " author=strict.example not_judged=\"trusted network\" signing=signed d=strict.example s=s1 d=strict.example s=s2 action=accept ")]
    [InlineData("other.example", "trusted network", " author=other.example not_judged=\"trusted network\" signing=other_domain action=accept ")]
    [InlineData("a.example, b@b.example", "authenticated client", " author=a.example,b.example not_judged=\"authenticated client\" signing=several_domains action=accept ")]
    [InlineData("strict.example", null, " action=accept ")]
    public async Task A_message_of_a_client_whose_mail_is_signed_has_its_author_and_each_key(string domain, string? notJudged, string expected)
    {
        var line = (await LoggedMessages.JudgeAsync(domain, "127.0.0.1", LoggedMessages.Signing, from: "bob@strict.example", notJudged: notJudged)).ToString();

        Assert.Contains(expected, line, StringComparison.Ordinal);
        if (notJudged is null)
        {
            Assert.Contains(" from=<bob@strict.example> author=strict.example iprev=", line, StringComparison.Ordinal);
            Assert.Contains(" signing=signed d=strict.example s=s1 d=strict.example s=s2 action=", line, StringComparison.Ordinal);
            Assert.Single(line.Split(" author=")[1..]);
        }
    }

    [Fact]
    public async Task A_field_that_the_MTA_does_not_let_go_is_not_said_to_be_removed()
    {
        var entry = await LoggedMessages.JudgeAsync(
            "strict.example", notJudged: "authenticated client", fields: [("Authentication-Results", " mx.example.org; dmarc=pass"), ("BIMI-Indicator", " x")]);

        Assert.Contains(
            " removed=0 not_removed=2 not_removed_fields=Authentication-Results:1,BIMI-Indicator:1 body=20 ", (entry with { CanRemoveFields = false }).ToString(),
            StringComparison.Ordinal);
        Assert.DoesNotContain("not_removed", entry.ToString(), StringComparison.Ordinal);
    }

    // RFC 8601 section 5: forged results may be beyond the limit, even from a trusted client.
    [Fact]
    public async Task A_message_that_is_not_judged_and_exceeds_a_limit_says_why_it_is_refused()
    {
        var entry = await LoggedMessages.JudgeAsync(
            "strict.example", notJudged: "trusted network", fields: [.. Enumerable.Repeat(("X-Many", " y"), 10_001)]);

        Assert.Contains(" not_judged=\"trusted network\" action=reject removed=0 ", entry.ToString(), StringComparison.Ordinal);
        Assert.Contains(" reason=\"the header has more than 10000 fields", entry.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_failed_chain_of_ARC_has_its_reason()
    {
        var line = (await LoggedMessages.JudgeAsync("strict.example", fields: [("ARC-Seal", " i=1; a=rsa-sha256; cv=none; d=x.example; s=s; b=AAAA")])).ToString();

        Assert.Contains(" arc=fail ", line, StringComparison.Ordinal);
        Assert.Contains(" arc_reason=\"", line, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Several_author_domains_are_all_named()
    {
        var entry = await LoggedMessages.JudgeAsync("strict.example, bob@quiet.example", change: LoggedMessages.Acting, from: "x@evil.example");

        Assert.Contains(" author=strict.example,quiet.example ", entry.ToString(), StringComparison.Ordinal);
        Assert.Contains(" dmarc=permerror ", entry.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_failed_message_has_its_action()
    {
        var entry = new MessageLogEntry
        {
            ReversePath = string.Empty,
            Verdict = new MessageAnswer { Decision = MilterDecision.TemporaryFailure, Reason = "internal error" },
        };

        Assert.Equal("-: client=unknown helo=- from=<> action=tempfail removed=0 body=0 wait_ms=0 reason=\"internal error\"", entry.ToString());
    }

    // Nothing that a sender says is taken for a key, ends the line, turns what a terminal shows, or is longer than a line should be.
    [Theory]
    [InlineData("x spf=pass action=accept", "a space and another key")]
    [InlineData("x\" action=accept reason=\"y", "quotes")]
    [InlineData("x\r\n4ZKy: client=192.0.2.1 action=accept", "a line of its own")]
    [InlineData("x\u001b[2K\u0085\u2028\u2029\0", "escape sequences and other line ends")]
    [InlineData("x\u202eelpmaxe\u200b\u00a0 action=accept", "bidirectional marks, no width, other spaces")]
    [InlineData("x\\\" action=accept", "a backslash before the quote")]
    public async Task A_sender_s_text_stays_a_value(string hostile, string why)
    {
        var entry = await LoggedMessages.JudgeAsync(
            "strict.example", change: LoggedMessages.Acting, helo: hostile, from: $"\"{hostile}\"@evil.example", queueId: hostile,
            fields: [LoggedMessages.Signature(hostile), LoggedMessages.Signature("sel", hostile), ("Authentication-Results" + hostile, " mx.example.org; spf=pass")]);
        var line = entry.ToString();

        Assert.All(line, c => Assert.True(c == ' ' || IsVisible(c), $"{why}: U+{(int)c:X4}"));
        var keys = Keys(line);
        Assert.Equal("reject", Assert.Single(keys, k => k.Key == "action").Value);
        Assert.Equal("none", Assert.Single(keys, k => k.Key == "spf").Value);
        Assert.Equal("203.0.113.66", Assert.Single(keys, k => k.Key == "client").Value);

        // What comes before the first quote is safe from those who split at spaces, too.
        Assert.Single(line[..line.IndexOf('"', StringComparison.Ordinal)].Split(' '), word => word.StartsWith("action=", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_line_has_a_limited_length_for_every_sender_text()
    {
        var most = new string('x', 30_000);
        var entry = await LoggedMessages.JudgeAsync(
            "strict.example", change: LoggedMessages.Acting, helo: most, from: most, queueId: most,
            fields: [.. Enumerable.Range(0, 200).Select(i => LoggedMessages.Signature($"s{i}")), .. Enumerable.Repeat(("Authentication-Results", " mx.example.org; spf=pass"), 2_000)]);
        var line = entry.ToString();

        Assert.InRange(line.Length, 1_000, 24_000);
        Assert.Contains(" dkim_omitted=184 ", line, StringComparison.Ordinal);
        Assert.Contains(" removed=2000 removed_fields=Authentication-Results:1,", line, StringComparison.Ordinal);
        Assert.Equal(16, line.Split(" d=strict.example ").Length - 1);
        Assert.Contains("helo=" + most[..LogText.MaxName] + "… ", line, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nothing_of_the_message_s_content_is_in_the_log()
    {
        var line = (await LoggedMessages.JudgeAsync("strict.example", change: LoggedMessages.Acting, from: "bounce@strict.example")).ToString();

        Assert.DoesNotContain("nobody", line, StringComparison.Ordinal);
        Assert.DoesNotContain("alice", line, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("a\ud83d\ude00b", "a\ud83d\ude00b", "a pair of surrogates is one character")]
    [InlineData("jörg@münchen.example", "jörg@münchen.example", "letters of any script stay")]
    [InlineData("", "-", "nothing is a dash")]
    [InlineData("a b\"c\\d", "a\\u0020b\\u0022c\\u005cd", "what may end a value")]
    [InlineData("\U000e0001", "\\U000e0001", "a tag that cannot be seen")]
    public void A_name_is_written_without_characters_that_could_end_it(string text, string expected, string why)
    {
        Assert.True(expected == LogText.Name(text), $"{why}: {LogText.Name(text)}");
    }

    [Fact]
    public void Half_of_a_surrogate_pair_is_replaced_and_a_pair_is_never_cut()
    {
        Assert.Equal("a\ufffd", LogText.Name("a\ud83d"));
        Assert.Equal("x…", LogText.Bounded("x\ud83d\ude00y", 2));
    }

    private static bool IsVisible(char c) => char.IsSurrogate(c) || char.GetUnicodeCategory(c) is not (UnicodeCategory.Control or UnicodeCategory.Format
        or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator or UnicodeCategory.SpaceSeparator or UnicodeCategory.PrivateUse);

    // As a reader of logfmt splits a line.
    private static ImmutableArray<KeyValuePair<string, string>> Keys(string line)
    {
        var keys = ImmutableArray.CreateBuilder<KeyValuePair<string, string>>();
        var at = line.IndexOf(' ', StringComparison.Ordinal) + 1;
        while (at < line.Length)
        {
            var equals = line.IndexOf('=', at);
            var (key, end) = (line[at..equals], equals + 1);
            if (line[end] == '"')
            {
                for (end++; line[end] != '"'; end++)
                {
                    end += line[end] == '\\' ? 1 : 0;
                }

                end++;
            }
            else
            {
                end = line.IndexOf(' ', end) is var space and >= 0 ? space : line.Length;
            }

            keys.Add(new(key, line[(equals + 1)..end]));
            Assert.True(end == line.Length || line[end] == ' ', line[at..]);
            at = end + 1;
        }

        return keys.ToImmutable();
    }
}
