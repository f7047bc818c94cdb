using System.Net;
using EmailAuth.Iprev;
using Xunit;

namespace EmailAuth.Tests.Iprev;

/// <summary>Each cause of an iprev result has a code of its own, and each code is reached by an input.</summary>
public class IprevReasonTests
{
    private const string Reverse = "1.2.0.192.in-addr.arpa";

    // The names that 192.0.2.1 points to: one that points back, one that does not, one whose query fails.
    private static readonly (string Names, string? Code)[] Rows =
    [
        ("back", null),
        ("other slow back", null),
        ("", "no_name"),
        ("other", "no_match"),
        ("other other2 back", "name_limit"),
        ("other slow", "dns_failure"),
    ];

    public static TheoryData<int> Numbers => [.. Enumerable.Range(0, Rows.Length)];

    [Theory]
    [MemberData(nameof(Numbers))]
    public async Task An_input_has_its_code(int row)
    {
        var (names, code) = Rows[row];
        var zone = new Zone()
            .Add("back.example.com", ZoneEntryKind.A, "192.0.2.1")
            .Add("other.example.com", ZoneEntryKind.A, "192.0.2.2")
            .Add("other2.example.com", ZoneEntryKind.A, "192.0.2.2")
            .Add("slow.example.com", ZoneEntryKind.Timeout);
        foreach (var name in names.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            zone.Add(Reverse, ZoneEntryKind.Ptr, name + ".example.com");
        }

        var result = await EvaluateAsync(zone, code == "name_limit" ? 2 : 3);
        Assert.Equal(code, result.ReasonCode);
        Assert.Equal(code is null, result.Reason is null);
    }

    [Fact]
    public async Task A_failed_query_for_the_names_has_its_code() =>
        Assert.Equal("dns_failure", (await EvaluateAsync(new Zone().Add(Reverse, ZoneEntryKind.Timeout), 3)).ReasonCode);

    [Fact]
    public void A_result_that_the_caller_made_has_the_code_other_if_it_has_a_reason()
    {
        Assert.Equal("other", new IprevResult { Code = IprevResultCode.Fail, Address = IPAddress.Loopback, Reason = "by hand" }.ReasonCode);
        Assert.Null(new IprevResult { Code = IprevResultCode.Fail, Address = IPAddress.Loopback }.ReasonCode);
    }

    [Fact]
    public void The_inputs_reach_every_code() => Assert.Equal(
        Enum.GetValues<IprevReason>().Select(reason => reason.Keyword()).Order(StringComparer.Ordinal),
        Rows.Select(row => row.Code).OfType<string>().Append("other").Distinct().Order(StringComparer.Ordinal));

    private static ValueTask<IprevResult> EvaluateAsync(Zone zone, int maxNames) =>
        new IprevEvaluator(new ZoneResolver(zone), new IprevOptions { MaxNames = maxNames })
            .EvaluateAsync(IPAddress.Parse("192.0.2.1"), TestContext.Current.CancellationToken);
}
