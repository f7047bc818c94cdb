using System.Globalization;
using EmailAuth.Dns;
using EmailAuth.Syntax;
using EmailAuth.Tests.Dkim;

namespace EmailAuth.Benchmarks.Soak;

/// <summary>
/// The DNS that the soak's messages ask, at once: fixed names for the honest ones and traps for the others, and under
/// <c>fresh.example</c> every name there could be, each with records whose texts nobody has seen before.
/// </summary>
internal sealed class SoakZone : IDnsResolver
{
    public const string FreshSuffix = "fresh.example";

    private const string FreshClients = "198.51.100.0/24";

    private readonly ZoneResolver _fixed;
    private readonly string _churnedKey;
    private readonly DomainName _churnedName = DomainName.ParseDnsName("mail._domainkey.example.com").Value!;
    private long _asked;

    /// <summary>Makes the zone.</summary>
    /// <param name="records">What the honest messages need.</param>
    /// <param name="churnedKey">The key at <c>mail._domainkey.example.com</c>, whose record's text is another one at every fourth question.</param>
    public SoakZone(IEnumerable<(string Name, ZoneEntryKind Type, string Data)> records, string churnedKey)
    {
        _churnedKey = churnedKey;
        var zone = Traps();
        foreach (var (name, type, data) in records)
        {
            zone.Add(name, type, data);
        }

        _fixed = new ZoneResolver(zone);
    }

    public ValueTask<DnsResponse> QueryAsync(DnsQuestion question, CancellationToken cancellationToken)
    {
        if (question.Type != DnsRecordType.Txt)
        {
            return _fixed.QueryAsync(question, cancellationToken);
        }

        if (IsFresh(question.Name))
        {
            return Answer(FreshText(question.Name.ToString()));
        }

        if (question.Name != _churnedName)
        {
            return _fixed.QueryAsync(question, cancellationToken);
        }

        var asked = Interlocked.Increment(ref _asked);
        return Answer(asked % 4 == 0 ? string.Create(CultureInfo.InvariantCulture, $"{_churnedKey}; n={asked}") : _churnedKey);
    }

    /// <summary>Whether a name is one of those that nobody has asked for before.</summary>
    public static bool IsFresh(DomainName name) => name.ToString().EndsWith("." + FreshSuffix, StringComparison.Ordinal);

    private static ValueTask<DnsResponse> Answer(string text) => new(DnsResponse.OfTexts([text], TimeSpan.FromMinutes(5)));

    /// <summary>The record at a fresh name. Every host whose name ends in 7 has a policy too long for a UDP packet.</summary>
    public static string FreshText(string name)
    {
        if (name.Contains("._domainkey.", StringComparison.Ordinal))
        {
            return $"{TestSigner.Ed25519.Record}; n={name}";
        }

        if (name.StartsWith("_dmarc.", StringComparison.Ordinal))
        {
            return $"v=DMARC1; p=reject; rua=mailto:d@{name}";
        }

        var host = name[..^(FreshSuffix.Length + 1)];
        return $"v=spf1 ip4:{FreshClients} n={(host.EndsWith('7') ? host.PadLeft(1500, 'x') : host)} -all";
    }

    private static Zone Traps()
    {
        var zone = new Zone()
            .Add("loop.example", ZoneEntryKind.Txt, "v=spf1 include:loop.example -all")
            .Add("ring1.example", ZoneEntryKind.Txt, "v=spf1 include:ring2.example redirect=ring2.example")
            .Add("ring2.example", ZoneEntryKind.Txt, "v=spf1 include:ring1.example redirect=ring1.example")
            .Add("voids.example", ZoneEntryKind.Txt, "v=spf1 a:x1.void.example a:x2.void.example a:x3.void.example a:x4.void.example ?all")
            .Add("macros.example", ZoneEntryKind.Txt, "v=spf1 exists:%{ir}.%{v}.%{l1r-}.%{d}.%{h}.%{p}.macros.example exists:%{l}.%{o}.macros.example exp=why.macros.example -all")
            .Add("why.macros.example", ZoneEntryKind.Txt, "%{i} %{c} %{r} %{t} %{s} is not of %{d}")
            .Add("hosts.example", ZoneEntryKind.Txt, "v=spf1 mx ptr mx:mx.hosts.example -all")
            .Add("alias.example", ZoneEntryKind.CName, "alias.example");
        for (var i = 0; i < 10; i++)
        {
            zone.Add(DomainName.Parse("hosts.example").Value!, new ZoneRecord { Type = ZoneEntryKind.MX, Preference = 10, Data = $"mx{i}.hosts.example" });
            zone.Add($"mx{i}.hosts.example", ZoneEntryKind.A, $"203.0.113.{i}");
        }

        for (var i = 0; i < 14; i++)
        {
            zone.Add($"deep{i}.example", ZoneEntryKind.Txt, $"v=spf1 include:deep{i + 1}.example -all");
        }

        return zone;
    }
}
