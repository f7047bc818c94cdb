using EmailAuth.Spf;
using Xunit;

namespace EmailAuth.Tests.Spf;

/// <summary>The limits of RFC 7208 section 4.6.4, and ours.</summary>
public partial class SpfEvaluatorTests
{
    /// <summary>A megabyte is the least that a thread of the platforms we know has.</summary>
    [Theory]
    [InlineData("include:")]
    [InlineData("redirect=")]
    public void Records_that_lead_on_as_far_as_the_option_allows_fit_on_a_threads_stack(string term)
    {
        var zone = SpfTestZone.Of($"v=spf1 {term}n0.example.net");
        for (var i = 0; i < 1000; i++)
        {
            zone.Text($"n{i}.example.net", $"v=spf1 {term}n{i + 1}.example.net");
        }

        var options = new SpfOptions { MaxLookups = SpfOptions.MostLookups };
        var lines = 0;
        var thread = new Thread(() => lines = zone.CheckAsync(options: options).AsTask().GetAwaiter().GetResult().Evidence!.ToString().AsSpan().Count('\n'), 1024 * 1024);
        thread.Start();
        thread.Join();

        // For each record three lines: its domain, its lookup and its term; the last one's target is not asked for.
        Assert.Equal((3 * (SpfOptions.MostLookups + 1)) - 1, lines);
        Assert.Throws<ArgumentOutOfRangeException>(() => new SpfOptions { MaxLookups = SpfOptions.MostLookups + 1 });
    }

    [Theory]
    [InlineData("a:h.example.net")]
    [InlineData("mx:m.example.net")]
    [InlineData("ptr:h.example.net")]
    [InlineData("include:i.example.net")]
    public async Task Ten_terms_may_ask_the_DNS(string term)
    {
        var ten = await Hosts(SpfTestZone.Of($"v=spf1 {string.Join(' ', Enumerable.Repeat(term, 10))} +all")).CheckAsync();
        Assert.Equal((SpfResultCode.Pass, 10), (ten.Code, ten.LookupCount));
        var eleven = await Hosts(SpfTestZone.Of($"v=spf1 {string.Join(' ', Enumerable.Repeat(term, 11))} +all")).CheckAsync();
        Assert.Equal((SpfResultCode.PermError, 10), (eleven.Code, eleven.LookupCount));
        Assert.Contains("10 terms", eleven.Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(9, SpfResultCode.Pass)]
    [InlineData(10, SpfResultCode.PermError)]
    public async Task The_redirect_counts_as_one_of_the_ten(int terms, SpfResultCode expected)
    {
        var zone = Hosts(SpfTestZone.Of("v=spf1 redirect=r.example.net " + string.Join(' ', Enumerable.Repeat("a:h.example.net", terms)))).Text("r.example.net", "v=spf1 +all");
        Assert.Equal(expected, (await zone.CheckAsync()).Code);
    }

    [Fact]
    public async Task The_evidence_of_four_times_the_depth_is_four_times_as_long()
    {
        var some = await LengthAsync(25);
        Assert.InRange(await LengthAsync(100), some * 3, some * 5);

        static async Task<int> LengthAsync(int depth)
        {
            var zone = SpfTestZone.Of("v=spf1 include:d1.example.com -all");
            for (var i = 1; i <= depth; i++)
            {
                zone.Text($"d{i}.example.com", i < depth ? $"v=spf1 include:d{i + 1}.example.com -all" : "v=spf1 +all");
            }

            return (await zone.CheckAsync(options: new SpfOptions { MaxLookups = SpfOptions.MostLookups })).Evidence!.ToString().Length;
        }
    }

    [Fact]
    public async Task The_count_includes_the_terms_of_includes_and_redirects()
    {
        var zone = Hosts(SpfTestZone.Of("v=spf1 include:a.example.net include:b.example.net redirect=c.example.net"))
            .Text("a.example.net", "v=spf1 a:h.example.net a:h.example.net ?all")
            .Text("b.example.net", "v=spf1 a:h.example.net a:h.example.net a:h.example.net ?all")
            .Text("c.example.net", "v=spf1 a:h.example.net a:h.example.net +all");
        var result = await zone.CheckAsync();
        Assert.Equal((SpfResultCode.Pass, 10), (result.Code, result.LookupCount));
        var over = Hosts(SpfTestZone.Of("v=spf1 a:h.example.net include:a.example.net include:b.example.net redirect=c.example.net"))
            .Text("a.example.net", "v=spf1 a:h.example.net a:h.example.net ?all")
            .Text("b.example.net", "v=spf1 a:h.example.net a:h.example.net a:h.example.net ?all")
            .Text("c.example.net", "v=spf1 a:h.example.net a:h.example.net +all");
        Assert.Equal(SpfResultCode.PermError, (await over.CheckAsync()).Code);
    }

    [Fact]
    public async Task An_explanation_counts_as_nothing()
    {
        var zone = Hosts(SpfTestZone.Of("v=spf1 exp=why.example.com " + string.Join(' ', Enumerable.Repeat("a:h.example.net", 10)) + " -all")).Text("why.example.com", "No.");
        var result = await zone.CheckAsync();
        Assert.Equal((SpfResultCode.Fail, 10, 0, "No."), (result.Code, result.LookupCount, result.VoidLookupCount, result.Explanation));
    }

    [Theory]
    [InlineData("v=spf1 a:no1.example.net a:no2.example.net +all", SpfResultCode.Pass, 2)]
    [InlineData("v=spf1 a:no1.example.net a:no2.example.net a:no3.example.net +all", SpfResultCode.PermError, 3)]
    [InlineData("v=spf1 mx:no1.example.net mx:no2.example.net mx:no3.example.net +all", SpfResultCode.PermError, 3)]
    [InlineData("v=spf1 exists:no1.example.net exists:no2.example.net exists:no3.example.net +all", SpfResultCode.PermError, 3)] // erratum 6595 warns of it
    [InlineData("v=spf1 ptr ptr ptr +all", SpfResultCode.PermError, 3)] // each term counts
    [InlineData("v=spf1 a:nodata.example.net exists:nodata.example.net mx:nodata.example.net +all", SpfResultCode.PermError, 3)] // NODATA as NXDOMAIN
    [InlineData("v=spf1 a:no1.example.net a:no1.example.net +all", SpfResultCode.Pass, 2)]
    [InlineData("v=spf1 mx:lame.example.net +all", SpfResultCode.Pass, 0)] // the mx itself found hosts; their lookups are not terms
    [InlineData("v=spf1 a:x..y.example.net a:x..y.example.net a:x..y.example.net +all", SpfResultCode.Pass, 0)] // nothing was asked
    public async Task Two_terms_may_find_nothing(string record, SpfResultCode expected, int voids)
    {
        var zone = SpfTestZone.Of(record).Text("nodata.example.net", "x");
        for (ushort i = 1; i <= 5; i++)
        {
            zone.Exchange("lame.example.net", i, $"no{i}.example.net");
        }

        var result = await zone.CheckAsync();
        Assert.Equal((expected, voids), (result.Code, result.VoidLookupCount));
        if (expected == SpfResultCode.PermError)
        {
            Assert.Contains("more than 2 lookups found nothing", result.Reason, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task The_first_records_own_lookup_is_not_void()
    {
        var result = await new Zone().CheckAsync();
        Assert.Equal((SpfResultCode.None, 0, 0), (result.Code, result.LookupCount, result.VoidLookupCount));
    }

    [Theory]
    [InlineData(10, SpfResultCode.Pass)]
    [InlineData(11, SpfResultCode.PermError)]
    public async Task An_mx_may_have_ten_hosts(int hosts, SpfResultCode expected)
    {
        var zone = SpfTestZone.Of("v=spf1 mx -all");
        for (ushort i = 1; i <= hosts; i++)
        {
            zone.Exchange("example.com", i, $"mx{i}.example.com").Address($"mx{i}.example.com", i == 10 ? "192.0.2.3" : "198.51.100.1");
        }

        var result = await zone.CheckAsync();
        Assert.Equal((expected, 1), (result.Code, result.LookupCount));
    }

    [Theory]
    [InlineData(10, SpfResultCode.Pass)]
    [InlineData(11, SpfResultCode.Fail)] // section 4.6.4: all but the first ten are ignored
    public async Task A_client_may_have_ten_names(int position, SpfResultCode expected)
    {
        var zone = SpfTestZone.Of("v=spf1 ptr -all").Address("client.example.com", "192.0.2.3");
        for (var i = 1; i < position; i++)
        {
            zone.Pointer(SpfTestZone.IPv4, $"n{i}.example.org");
        }

        Assert.Equal(expected, (await zone.Pointer(SpfTestZone.IPv4, "client.example.com").CheckAsync()).Code);
    }

    [Fact]
    public async Task A_record_past_the_limit_is_a_permerror_and_one_of_60_KB_is_read()
    {
        var terms = "v=spf1 " + string.Concat(Enumerable.Repeat("ip4:198.51.100.1 ", 3500)) + "ip4:192.0.2.3 -all";
        Assert.Equal(SpfResultCode.Pass, (await SpfTestZone.Of(terms).CheckAsync()).Code);
        var result = await SpfTestZone.Of(terms).CheckAsync(options: new SpfOptions { MaxRecordLength = 1000 });
        Assert.Equal(SpfResultCode.PermError, result.Code);
        Assert.Contains("limit of 1000", result.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Limits_are_checked_when_they_are_set()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new SpfOptions { MaxLookups = 0 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new SpfOptions { MaxVoidLookups = -1 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new SpfOptions { TimeLimit = TimeSpan.Zero });
        Assert.Throws<ArgumentNullException>(() => new SpfEvaluator(null!));
    }
}
