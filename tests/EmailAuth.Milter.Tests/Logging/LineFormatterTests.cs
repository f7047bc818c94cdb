using System.Text.Json;
using EmailAuth.Milter.Configuration;
using EmailAuth.Milter.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Logging.Console;
using Microsoft.Extensions.Time.Testing;

namespace EmailAuth.Milter.Tests.Logging;

public sealed class LineFormatterTests
{
    private static readonly FakeTimeProvider Clock = new(new DateTimeOffset(2026, 11, 24, 12, 0, 0, 5, TimeSpan.Zero));

    [Fact]
    public async Task Json_names_each_method()
    {
        var json = Json(await LoggedMessages.JudgeAsync(
            "strict.example", change: LoggedMessages.Acting,
            fields: [LoggedMessages.Signature(), ("Authentication-Results", " mx.example.org; dmarc=pass"), ("Authentication-Results", " mx.example.org; spf=pass")]));

        Assert.Equal("2026-11-24T12:00:00.005Z", json.GetProperty("time").GetString());
        Assert.Equal("information", json.GetProperty("level").GetString());
        Assert.Equal("4ZKx1Q2Lz0z9: reject: dmarc=fail for strict.example, whose domain owner asks for rejection", json.GetProperty("message").GetString());
        Assert.Equal("4ZKx1Q2Lz0z9", json.GetProperty("queue_id").GetString());
        Assert.Equal(LoggedMessages.Stranger, json.GetProperty("client").GetString());
        Assert.Equal("mail.evil.example", json.GetProperty("helo").GetString());
        Assert.Equal("alice@strict.example", json.GetProperty("from").GetString());
        Assert.Equal("strict.example", json.GetProperty("author").GetString());
        Assert.Equal(("fail", "strict.example"), (Text(json, "spf", "result"), Text(json, "spf", "domain")));
        Assert.Equal(("pass", "mail.evil.example"), (Text(json, "spf_helo", "result"), Text(json, "spf_helo", "domain")));
        Assert.StartsWith("-all of strict.example matches", Text(json, "spf", "reason"), StringComparison.Ordinal);
        var signature = Assert.Single(json.GetProperty("dkim").EnumerateArray().ToList());
        Assert.Equal(
            ("strict.example", "sel", "fail"),
            (signature.GetProperty("domain").GetString(), signature.GetProperty("selector").GetString(), signature.GetProperty("result").GetString()));
        Assert.StartsWith("the body hash differs", signature.GetProperty("reason").GetString(), StringComparison.Ordinal);
        Assert.Equal(
            ("fail", "reject", "strict.example", "reject", null),
            (Text(json, "dmarc", "result"), Text(json, "dmarc", "policy"), Text(json, "dmarc", "domain"), Text(json, "dmarc", "disposition"), Text(json, "dmarc", "override")));
        Assert.Equal("none", Text(json, "arc", "result"));
        Assert.Equal("permerror", Text(json, "iprev", "result"));
        Assert.Equal("reject", json.GetProperty("action").GetString());
        Assert.Contains("rejection", json.GetProperty("reason").GetString(), StringComparison.Ordinal);
        Assert.Equal(
            [("Authentication-Results", 1), ("Authentication-Results", 2)],
            json.GetProperty("removed").EnumerateArray().Select(r => (r.GetProperty("name").GetString()!, r.GetProperty("number").GetInt32())));
        Assert.StartsWith("Authentication-Results: mx.example.org; ", json.GetProperty("field").GetString(), StringComparison.Ordinal);
        Assert.DoesNotContain('\n', json.GetProperty("field").GetString()!);
    }

    [Fact]
    public async Task Json_of_fields_that_stay()
    {
        var entry = await LoggedMessages.JudgeAsync("strict.example", fields: [("Authentication-Results", " mx.example.org; dmarc=pass")]);
        var json = Json(entry with { CanRemoveFields = false });

        Assert.Equal((0, 0), (json.GetProperty("removed").GetArrayLength(), json.GetProperty("removed_count").GetInt32()));
        Assert.Equal("Authentication-Results", json.GetProperty("not_removed")[0].GetProperty("name").GetString());
        Assert.Equal(1, json.GetProperty("not_removed_count").GetInt32());
        Assert.False(Json(entry).TryGetProperty("not_removed", out _));
    }

    [Fact]
    public async Task Json_of_a_message_that_is_accepted_or_not_judged()
    {
        var taken = Json(await LoggedMessages.JudgeAsync("strict.example"));
        Assert.Equal(("none", "local_policy"), (Text(taken, "dmarc", "disposition"), Text(taken, "dmarc", "override")));
        Assert.False(taken.TryGetProperty("field", out _));

        var passed = Json(await LoggedMessages.JudgeAsync("strict.example", notJudged: "trusted network"));
        Assert.Equal("trusted network", passed.GetProperty("not_judged").GetString());
        Assert.Equal("accept", passed.GetProperty("action").GetString());
        Assert.False(passed.TryGetProperty("spf", out _));
        Assert.False(passed.TryGetProperty("arc", out _));

        var several = Json(await LoggedMessages.JudgeAsync("strict.example, bob@quiet.example", from: "x@evil.example"));
        Assert.Equal(JsonValueKind.Null, several.GetProperty("author").ValueKind);
        Assert.Equal(["strict.example", "quiet.example"], several.GetProperty("author_domains").EnumerateArray().Select(d => d.GetString()!));
    }

    [Fact]
    public async Task Json_of_a_message_of_a_client_whose_mail_is_signed()
    {
        var signed = Json(await LoggedMessages.JudgeAsync("strict.example", change: LoggedMessages.Signing, notJudged: "trusted network"));
        Assert.Equal(("strict.example", "signed"), (signed.GetProperty("author").GetString(), signed.GetProperty("signing").GetString()));
        Assert.Equal(
            [("strict.example", "s1"), ("strict.example", "s2")],
            signed.GetProperty("signatures").EnumerateArray().Select(key => (key.GetProperty("domain").GetString()!, key.GetProperty("selector").GetString()!)));

        var several = Json(await LoggedMessages.JudgeAsync("a.example, b@b.example", change: LoggedMessages.Signing, from: "x@strict.example", notJudged: "trusted network"));
        Assert.Equal((JsonValueKind.Null, 0), (several.GetProperty("author").ValueKind, several.GetProperty("signatures").GetArrayLength()));
        Assert.Equal(["a.example", "b.example"], several.GetProperty("author_domains").EnumerateArray().Select(d => d.GetString()!));

        Assert.False(Json(await LoggedMessages.JudgeAsync("strict.example", notJudged: "trusted network")).TryGetProperty("author", out _));
    }

    [Theory]
    [InlineData("x\"}\n{\"action\":\"accept\"", "another object")]
    [InlineData("x\u001b[2K\u0085\u2028\u2029\0\u007f", "escape sequences and other line ends")]
    [InlineData("x\u202eelpmaxe\u200b\ufeff", "bidirectional marks and no width")]
    [InlineData("jörg😀", "what is not ASCII")]
    public async Task Json_of_a_sender_s_text_is_one_line_of_ASCII_and_gives_the_text_back(string hostile, string why)
    {
        var entry = await LoggedMessages.JudgeAsync("strict.example", change: LoggedMessages.Acting, helo: hostile, from: hostile, queueId: hostile);
        var line = Format(new JsonLineFormatter(Clock), entry);

        Assert.EndsWith("}\n", line, StringComparison.Ordinal);
        Assert.All(line[..^1], c => Assert.True(c is >= ' ' and < '\x7f', $"{why}: U+{(int)c:X4}"));
        var json = JsonDocument.Parse(line).RootElement;
        Assert.Equal(hostile, json.GetProperty("helo").GetString());
        Assert.Equal("reject", json.GetProperty("action").GetString());
    }

    [Fact]
    public async Task Json_has_a_limited_length_for_every_sender_text()
    {
        var most = new string('ü', 30_000);
        var line = Format(new JsonLineFormatter(Clock), await LoggedMessages.JudgeAsync(
            "strict.example", change: LoggedMessages.Acting, helo: most, from: most, queueId: most,
            fields: [.. Enumerable.Range(0, 200).Select(i => LoggedMessages.Signature($"s{i}")), .. Enumerable.Repeat(("Authentication-Results", " mx.example.org; spf=pass"), 2_000)]));

        Assert.InRange(line.Length, 1_000, 32_000);
        var json = JsonDocument.Parse(line).RootElement;
        Assert.Equal((16, 184), (json.GetProperty("dkim").GetArrayLength(), json.GetProperty("dkim_omitted").GetInt32()));
        Assert.Equal((16, 2_000), (json.GetProperty("removed").GetArrayLength(), json.GetProperty("removed_count").GetInt32()));
    }

    [Fact]
    public void Other_lines_have_their_values_as_members()
    {
        KeyValuePair<string, object?>[] state = [new("QueueId", "Q1"), new("Limit", 5), new("Peer", null), new("Message", "not ours"), new("{OriginalFormat}", "x")];
        var line = Format(new JsonLineFormatter(Clock), state, new InvalidOperationException("boom\nand more"));
        var json = JsonDocument.Parse(line).RootElement;

        Assert.Equal(["time", "level", "category", "event_id", "message", "queue_id", "limit", "peer", "exception"], json.EnumerateObject().Select(m => m.Name));
        Assert.Equal(("Q1", 5), (json.GetProperty("queue_id").GetString(), json.GetProperty("limit").GetInt32()));
        Assert.Contains("boom\nand more", json.GetProperty("exception").GetString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("text", "2026-11-24T12:00:00.005Z info: a\\u000d\\u000ab\\u001b c | System.InvalidOperationException: boom | and more\n")]
    [InlineData("systemd", "<6>a\\u000d\\u000ab\\u001b c | System.InvalidOperationException: boom | and more\n")]
    public void A_line_for_people_is_one_line_for_every_text(string format, string expected)
    {
        var formatter = new TextLineFormatter(Clock, Enum.Parse<LogFormat>(format, ignoreCase: true));

        Assert.Equal(expected, Format(formatter, "a\r\nb\u001b c", new InvalidOperationException("boom\nand more")));
    }

    [Fact]
    public void Lines_of_other_categories_name_them()
    {
        Assert.Contains(" info: Microsoft.X: y\n", Format(new TextLineFormatter(Clock, LogFormat.Text), "y", category: "Microsoft.X"), StringComparison.Ordinal);
    }

    [Fact]
    public void Each_line_is_one_write()
    {
        using var stream = new WriteCounter();
        using var writer = LogOutput.WholeLines(stream);

        writer.Write(new string('x', 20_000) + "\n");
        writer.Write("short\n");

        Assert.Equal([20_001, 6], stream.Writes);
    }

    [Theory]
    [InlineData("EmailAuth.Milter.MilterEvents", LogLevel.Information, LogLevel.Information, true)]
    [InlineData("EmailAuth.Milter.MilterEvents", LogLevel.Information, LogLevel.Warning, false)]
    [InlineData("EmailAuth.Milter.MilterEvents", LogLevel.Critical, LogLevel.None, false)]
    [InlineData("EmailAuth.AuthenticationPipeline", LogLevel.Debug, LogLevel.Debug, true)]
    [InlineData("EmailAuth.AuthenticationPipeline", LogLevel.Information, LogLevel.Debug, false)]
    [InlineData("EmailAuth.AuthenticationPipeline", LogLevel.Warning, LogLevel.Information, true)]
    [InlineData("Microsoft.AspNetCore.Server.Kestrel", LogLevel.Information, LogLevel.Debug, false)]
    [InlineData("Microsoft.AspNetCore.Server.Kestrel", LogLevel.Warning, LogLevel.Information, true)]
    [InlineData("Microsoft.Extensions.Hosting.Internal.Host", LogLevel.Error, LogLevel.Information, false)]
    public void Each_level_logs_its_lines(string category, LogLevel level, LogLevel least, bool expected)
    {
        Assert.Equal(expected, new LogLevelSwitch(least, () => false).IsEnabled(category, level));
    }

    [Theory]
    [InlineData(LogLevel.Information, LogLevel.Warning)]
    [InlineData(LogLevel.Information, LogLevel.None)]
    [InlineData(LogLevel.Warning, LogLevel.Information)]
    [InlineData(LogLevel.Debug, LogLevel.Information)]
    public void A_change_of_level_applies_to_other_lines_before_it_is_logged(LogLevel before, LogLevel after)
    {
        var levels = new LogLevelSwitch(before, () => true);
        const string others = "EmailAuth.Milter.MilterEvents";
        const string itself = "EmailAuth.Milter.Service.MilterReload";
        var said = false;

        levels.Change(after, itself, () =>
        {
            said = levels.IsEnabled(itself, LogLevel.Information);
            Assert.All(Enum.GetValues<LogLevel>(), level => Assert.Equal(level >= after && level != LogLevel.None, levels.IsEnabled(others, level)));
        });

        Assert.True(said);
        Assert.All(Enum.GetValues<LogLevel>(), level => Assert.Equal(level >= after && level != LogLevel.None, levels.IsEnabled(itself, level)));
    }

    [Fact]
    public void A_new_level_applies_even_if_logging_it_fails()
    {
        var levels = new LogLevelSwitch(LogLevel.Debug, () => true);

        Assert.Throws<IOException>(() => levels.Change(LogLevel.Error, "A", () => throw new IOException("the log is full")));

        Assert.False(levels.IsEnabled("A", LogLevel.Warning));
        Assert.True(levels.IsEnabled("A", LogLevel.Error));
    }

    private static JsonElement Json(MessageLogEntry entry) => JsonDocument.Parse(Format(new JsonLineFormatter(Clock), entry)).RootElement;

    private static string? Text(JsonElement json, string method, string member) => json.GetProperty(method).GetProperty(member).GetString();

    private static string Format<TState>(ConsoleFormatter formatter, TState state, Exception? exception = null, string category = "EmailAuth.Test")
    {
        using var writer = new StringWriter();
        formatter.Write(new LogEntry<TState>(LogLevel.Information, category, new EventId(1), state, exception, (s, _) => s?.ToString() ?? ""), null, writer);
        return writer.ToString();
    }

    private sealed class WriteCounter : MemoryStream
    {
        public List<int> Writes { get; } = [];

        public override void Write(byte[] buffer, int offset, int count) => Writes.Add(count);

        public override void Write(ReadOnlySpan<byte> buffer) => Writes.Add(buffer.Length);
    }
}
