using System.Net;
using EmailAuth.Spf;
using EmailAuth.Tests.TestSupport;
using FsCheck.Xunit;
using Xunit;

namespace EmailAuth.Tests.Spf;

/// <summary>Whatever records, names and answers hold: one of the seven results, with a reason, within the limits.</summary>
public class SpfMutationTests
{
    // The shapes of records that large senders publish.
    private static readonly string[] Real =
    [
        "v=spf1 include:_spf.google.example ~all",
        "v=spf1 include:spf-a.outlook.example include:spf-b.outlook.example ip4:157.55.9.128/25 include:spf.protection.outlook.example -all",
        "v=spf1 ip4:35.190.247.0/24 ip4:64.233.160.0/19 ip6:2001:4860:4000::/36 ip6:2404:6800:4000::/36 ~all",
        "v=spf1 exists:%{i}._spf.mta.salesforce.example -all",
        "v=spf1 exists:%{ir}.%{v}.%{d}.spf.has.pphosted.example ~all",
        "v=spf1 redirect=_spf.facebook.example",
        "v=spf1 a mx ptr include:servers.mcsv.example ?all",
        "v=spf1 mx/24//64 a:mail.example.com/28 -exists:%{l1r+-}._u.%{o} -all exp=why.%{d2}",
        "v=spf1 include:%{d2}.spf.example.net a:%{h}//128 mx:%{p2} all",
    ];

    [Property(MaxTest = 3000)]
    public void Mutated_real_records_give_one_of_the_seven_results_with_a_reason(int seed)
    {
        var random = new Random(seed);
        var zone = new Zone();
        foreach (var name in new[] { "example.com", "_spf.google.example", "spf-a.outlook.example", "_spf.facebook.example", "servers.mcsv.example", "why.example.com", "com.spf.example.net" })
        {
            zone.Text(name, Mutate(Real[random.Next(Real.Length)], random));
        }

        zone.Address("mail.example.com", "192.0.2.3").Pointer(SpfTestZone.IPv4, "mail.example.com").Exchange("example.com", 10, "mail.example.com");
        var result = zone.CheckAsync().AsTask().GetAwaiter().GetResult();
        Assert.True(Enum.IsDefined(result.Code));
        Assert.NotEmpty(result.Reason);
        Assert.InRange(result.LookupCount, 0, 10);
        Assert.InRange(result.VoidLookupCount, 0, 3);
        Assert.NotEmpty(result.Evidence!.ToString());
        Assert.DoesNotContain(result.Explanation ?? string.Empty, c => c is < ' ' or > '~');
    }

    [Property(MaxTest = 1500)]
    public void Generated_cases_with_many_malformed_terms_end_within_the_limits(int seed)
    {
        var generated = new SpfGeneratedCase(seed, malformed: 0.3);
        var result = new SpfEvaluator(new ZoneResolver(generated.Zone)).EvaluateMailFromAsync(generated.Client, generated.Helo, generated.MailFrom).AsTask().GetAwaiter().GetResult();
        Assert.InRange(result.LookupCount, 0, 10);
        Assert.InRange(result.VoidLookupCount, 0, 3);
        Assert.NotEmpty(result.ToString());
    }

    [Property(MaxTest = 1500)]
    public void Whatever_the_client_says_the_check_ends_with_a_result(string? helo, string? mailFrom)
    {
        var zone = SpfTestZone.Of("v=spf1 exists:%{l}.%{h}.%{s}.%{S} include:%{h} -all");
        foreach (var sender in new[] { mailFrom, mailFrom + "@example.com", "<" + mailFrom + "@example.com>" })
        {
            var result = new SpfEvaluator(new ZoneResolver(zone)).EvaluateMailFromAsync(IPAddress.IPv6Loopback, helo, sender).AsTask().GetAwaiter().GetResult();
            Assert.NotEmpty(result.Reason);
            Assert.NotNull(result.ToMethodResult());
        }
    }

    [Fact]
    public async Task Records_that_include_each_other_end_at_the_limit()
    {
        var zone = SpfTestZone.Of("v=spf1 include:a.example.net include:a.example.net").Text("a.example.net", "v=spf1 include:example.com include:example.com");
        var resolver = new ScriptedResolver(zone);
        var result = await new SpfEvaluator(resolver).EvaluateMailFromAsync(SpfTestZone.IPv4, null, "alice@example.com", TestContext.Current.CancellationToken);
        Assert.Equal((SpfResultCode.PermError, 10, 2), (result.Code, result.LookupCount, resolver.AskedCount));
    }

    private static string Mutate(string record, Random random)
    {
        var text = record.ToCharArray().ToList();
        for (var i = random.Next(4); i > 0; i--)
        {
            var position = random.Next(text.Count);
            switch (random.Next(4))
            {
                case 0:
                    text.RemoveAt(position);
                    break;
                case 1:
                    text.Insert(position, (char)random.Next(0x20, 0x7f));
                    break;
                case 2:
                    text[position] = (char)random.Next(0, 0x100);
                    break;
                default:
                    text.InsertRange(position, "%{%l0r-}/ =:.".Substring(random.Next(6), random.Next(1, 7)));
                    break;
            }
        }

        return new string([.. text]);
    }
}
