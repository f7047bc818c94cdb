using EmailAuth.Dns;
using EmailAuth.Spf;
using EmailAuth.Tests.TestSupport;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace EmailAuth.Tests.Spf;

/// <summary>Each cause of an SPF result has a code of its own, and each code is reached by an input.</summary>
public class SpfReasonTests
{
    // The record of example.com, the sender, and the code.
    private static readonly (string? Record, string MailFrom, string Code)[] Rows =
    [
        ("v=spf1 -all", "alice@example.com", "match"),
        ("v=spf1 include:pass.example.net -all", "alice@example.com", "match"),
        ("v=spf1 ip4:198.51.100.1", "alice@example.com", "no_match"),
        ("v=spf1 -all", "alice", "reverse_path_syntax"),
        ("v=spf1 -all", "alice@[192.0.2.3]", "address_literal"),
        ("v=spf1 -all", "alice@example", "single_label"),
        (null, "alice@example.com", "no_record"),
        ("not a record", "alice@example.com", "no_record"),
        ("v=spf1 -all|v=spf1 +all", "alice@example.com", "several_records"),
        ("v=spf1 oops", "alice@example.com", "record_syntax"),
        ("v=spf1 include:syntax.example.net -all", "alice@example.com", "record_syntax"),
        ($"v=spf1 {new string(' ', 200)}-all", "alice@example.com", "record_too_long"),
        ("v=spf1 redirect=%{l}.example.net", "..@example.com", "invalid_target"),
        ("v=spf1 include:%{l}.example.net -all", "..@example.com", "invalid_target"),
        ("v=spf1 include:none.example.net -all", "alice@example.com", "target_without_record"),
        ("v=spf1 redirect=none.example.net", "alice@example.com", "target_without_record"),
        ($"v=spf1 {string.Join(' ', Enumerable.Repeat("a:h.example.net", 11))} -all", "alice@example.com", "lookup_limit"),
        ("v=spf1 a:v1.example.net a:v2.example.net a:v3.example.net -all", "alice@example.com", "void_lookup_limit"),
        ("v=spf1 mx:many.example.net -all", "alice@example.com", "mail_host_limit"),
        ("v=spf1 a:slow.example.net -all", "alice@example.com", "dns_failure"),
        ("v=spf1 include:slow.example.net -all", "alice@example.com", "dns_failure"),
    ];

    public static TheoryData<int> Numbers => [.. Enumerable.Range(0, Rows.Length)];

    [Theory]
    [MemberData(nameof(Numbers))]
    public async Task An_input_has_its_code(int row) =>
        Assert.Equal(Rows[row].Code, (await CheckAsync(Rows[row].Record, Rows[row].MailFrom)).ReasonCode);

    [Theory]
    [InlineData("192.0.2.1", "no_record")] // each label is one of a name
    [InlineData("[192.0.2.1]", "helo_syntax")]
    [InlineData(null, "helo_syntax")]
    [InlineData("localhost", "single_label")]
    public async Task A_HELO_name_has_its_code(string? helo, string code)
    {
        var result = await new SpfEvaluator(new ZoneResolver(new Zone())).EvaluateHeloAsync(SpfTestZone.IPv4, helo, TestContext.Current.CancellationToken);
        Assert.Equal(code, result.ReasonCode);
    }

    [Fact]
    public async Task A_check_that_takes_too_long_has_its_code()
    {
        var clock = new FakeTimeProvider();
        var check = new SpfEvaluator(ScriptedResolver.Held(new ZoneResolver(new Zone())), new SpfOptions { TimeLimit = TimeSpan.FromSeconds(1) }, clock)
            .EvaluateMailFromAsync(SpfTestZone.IPv4, null, "alice@example.com", TestContext.Current.CancellationToken).AsTask();
        Assert.False(check.IsCompleted);

        clock.Advance(TimeSpan.FromSeconds(1));
        var result = await check;
        Assert.Equal((SpfResultCode.TempError, "time_limit"), (result.Code, result.ReasonCode));
    }

    [Fact]
    public void A_message_whose_client_is_not_known_has_its_code() =>
        Assert.Equal("no_client", SpfResult.WithoutClient("mail.example.com", "alice@example.com").ReasonCode);

    [Fact]
    public void A_result_that_the_caller_made_has_the_code_other() =>
        Assert.Equal("other", new SpfResult { Code = SpfResultCode.Pass, Reason = "by hand" }.ReasonCode);

    [Fact]
    public void The_inputs_reach_every_code() => Assert.Equal(
        Enum.GetValues<SpfReason>().Select(reason => reason.Keyword()).Order(StringComparer.Ordinal),
        Rows.Select(row => row.Code).Concat(["helo_syntax", "time_limit", "no_client", "other"]).Distinct().Order(StringComparer.Ordinal));

    private static ValueTask<SpfResult> CheckAsync(string? record, string mailFrom)
    {
        var zone = new Zone()
            .Text("pass.example.net", "v=spf1 +all")
            .Text("syntax.example.net", "v=spf1 oops")
            .Address("h.example.net", "198.51.100.7")
            .Add("slow.example.net", ZoneEntryKind.Timeout);
        foreach (var text in record?.Split('|') ?? [])
        {
            zone.Text("example.com", text);
        }

        for (ushort i = 0; i < 11; i++)
        {
            zone.Exchange("many.example.net", i, $"m{i}.example.net");
        }

        return zone.CheckAsync(mailFrom, options: new SpfOptions { MaxRecordLength = 190 });
    }
}
