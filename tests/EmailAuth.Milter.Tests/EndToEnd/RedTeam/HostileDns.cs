using System.Net;
using System.Text;
using EmailAuth.Tests.Dkim;
using EmailAuth.Tests.TestSupport;

namespace EmailAuth.Milter.Tests.EndToEnd.RedTeam;

/// <summary>
/// The name servers of everybody: of a bank that asks for rejection, of honest senders, and of attackers, whose servers answer as they please.
/// </summary>
internal sealed class HostileDns : IAsyncDisposable
{
    /// <summary>The victim: strict, and sends from <see cref="BankAddress"/>.</summary>
    public const string Bank = "bank.example";

    public const string BankAddress = "192.0.2.1";

    /// <summary>The attacker's domain, which passes everything.</summary>
    public const string Evil = "evil.example";

    public const string EvilAddress = "203.0.113.66";

    /// <summary>A forwarder, which is trusted as a sealer, as hop3.example is.</summary>
    public const string Forwarder = "hop1.example";

    public const string ForwarderAddress = "198.51.100.1";

    private const int Text = 16;
    private const int Alias = 5;
    private const int MostOverUdp = 1_200;

    private static readonly string[] Honest = [Bank, "quiet.example", "nopolicy.example", Forwarder, "hop3.example"];

    private readonly Dictionary<string, List<(int Type, byte[] Data)>> _names = new(StringComparer.Ordinal);
    private readonly LoopbackDnsServer _server;

    public HostileDns()
    {
        AddHonest();
        AddAttackers();
        AddKeys();
        _server = new LoopbackDnsServer(Answer);
    }

    /// <summary>The attacker's key; the honest ones have <see cref="TestSigner.Rsa2048"/>.</summary>
    public static TestSigner AttackersKey { get; } = TestSigner.Rsa(2048);

    public IPEndPoint EndPoint => _server.EndPoint;

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    private void AddHonest()
    {
        foreach (var domain in Honest)
        {
            AddText($"s._domainkey.{domain}", TestSigner.Rsa2048.Record);
            AddText(domain, domain == Forwarder ? $"v=spf1 ip4:{ForwarderAddress} -all" : $"v=spf1 ip4:{BankAddress} -all");
            AddText($"mail.{domain}", "v=spf1 ip4:192.0.2.0/24 -all");
        }

        AddText($"e._domainkey.{Bank}", TestSigner.Ed25519.Record);
        AddText($"t._domainkey.{Bank}", TestSigner.Rsa2048.Record.Replace("v=DKIM1;", "v=DKIM1; t=y;", StringComparison.Ordinal));
        AddText($"_dmarc.{Bank}", "v=DMARC1; p=reject; rua=mailto:d@bank.example"); // the journal keeps what somebody asked for
        AddText("_dmarc.quiet.example", "v=DMARC1; p=none");
        AddText("xn--bnk-qla.example", $"v=spf1 ip4:{BankAddress} -all");
        AddText("_dmarc.xn--bnk-qla.example", "v=DMARC1; p=reject");
        _names[$"mail.{Bank}"].Add((1, IPAddress.Parse(BankAddress).GetAddressBytes()));
        Add("1.2.0.192.in-addr.arpa", 12, LoopbackDnsServer.Name($"mail.{Bank}"));
    }

    private void AddAttackers()
    {
        AddText(Evil, "v=spf1 ip4:203.0.113.0/24 -all");
        AddText($"mail.{Evil}", "v=spf1 ip4:203.0.113.0/24 -all");
        AddText($"_dmarc.{Evil}", "v=DMARC1; p=reject");
        AddText($"s._domainkey.{Evil}", AttackersKey.Record);

        // SPF that costs much: in circles, deep, wide, empty, long.
        AddText("circle.evil.example", "v=spf1 include:circle.evil.example +all");
        AddText("voids.evil.example", "v=spf1 a:v1.evil.example a:v2.evil.example a:v3.evil.example +all");
        for (var level = 0; level < 40; level++)
        {
            AddText($"r{level}.evil.example", $"v=spf1 redirect=r{level + 1}.evil.example");
        }

        AddText("wide.evil.example", "v=spf1 " + string.Concat(Enumerable.Range(0, 40).Select(i => $"a:w{i}.evil.example ")) + "+all");
        AddText("mx.evil.example", "v=spf1 mx +all");
        for (var host = 0; host < 11; host++)
        {
            Add("mx.evil.example", 15, [0, (byte)host, .. LoopbackDnsServer.Name($"h{host}.evil.example")]);
            Add("66.113.0.203.in-addr.arpa", 12, LoopbackDnsServer.Name($"h{host}.evil.example"));
        }

        AddText("ptr.evil.example", "v=spf1 ptr:bank.example -all");
        AddText("long.evil.example", "v=spf1 " + string.Concat(Enumerable.Repeat("ip4:198.18.0.1 ", 4_000)) + "+all");
        AddText("macro.evil.example", "v=spf1 exists:%{l}%{l}%{l}%{l}%{l}%{l}%{l}.evil.example +all");
        AddText("text.evil.example", "v=spf1 \"; dmarc=pass header.from=bank.example\" +all");

        // Aliases in a circle, and a thousand records.
        Add("loop.evil.example", Alias, LoopbackDnsServer.Name("pool.evil.example"));
        Add("pool.evil.example", Alias, LoopbackDnsServer.Name("loop.evil.example"));
        for (var record = 0; record < 1_000; record++)
        {
            AddText("thousand.evil.example", $"record {record}");
        }
    }

    // Domains of their own, which ask for rejection and name no host: only the key decides.
    private void AddKeys()
    {
        var key = AttackersKey.PublicKey;
        foreach (var (name, records) in KeyRecords(key))
        {
            AddText($"_dmarc.{name}.example", "v=DMARC1; p=reject");
            foreach (var record in records)
            {
                AddText($"s._domainkey.{name}.example", record);
            }
        }

        AddText("_dmarc.key-alias.example", "v=DMARC1; p=reject");
        Add("s._domainkey.key-alias.example", Alias, LoopbackDnsServer.Name($"s._domainkey.{Evil}"));
    }

    /// <summary>Key records of section 3.6.1 of RFC 6376, each at <c>s._domainkey.NAME.example</c>.</summary>
    private static IEnumerable<(string Name, string[] Records)> KeyRecords(string key) =>
    [
        ("key-good", [$"v=DKIM1; k=rsa; p={key}"]),
        ("key-testing", [$"v=DKIM1; t=y; p={key}"]),
        ("key-spaces", [$"v=DKIM1; p={key.Insert(40, " ").Insert(20, " \t ")}"]),
        ("key-revoked", ["v=DKIM1; p="]),
        ("key-service", [$"v=DKIM1; s=other; p={key}"]),
        ("key-hash", [$"v=DKIM1; h=sha1; p={key}"]),
        ("key-kind", [$"v=DKIM1; k=ed25519; p={key}"]),
        ("key-twice", [$"v=DKIM1; p={key}; p={key}"]),
        ("key-two", [$"v=DKIM1; p={key}", $"v=DKIM1; k=rsa; p={key}"]),
        ("key-upper", [$"v=DKIM1; P={key}"]),
        ("key-short", [Weak.Key512.Record]),
        ("key-1016", [Weak.Key1016.Record]),
        ("key-huge", [$"v=DKIM1; p={Weak.PublicKey(16_384, 3)}"]),
        ("key-exponent", [$"v=DKIM1; p={Weak.PublicKey(2_048, 2_000)}"]),
        ("key-low", ["v=DKIM1; k=ed25519; p=" + Convert.ToBase64String(new byte[32])]),
    ];

    private void AddText(string name, string text) => Add(
        name, Text, [.. Encoding.UTF8.GetBytes(text).Chunk(255).SelectMany(part => (byte[])[(byte)part.Length, .. part])]);

    private void Add(string name, int type, byte[] data)
    {
        if (!_names.TryGetValue(name, out var records))
        {
            _names.Add(name, records = []);
        }

        records.Add((type, data));
    }

    private IEnumerable<LoopbackDnsServer.Answer> Answer(LoopbackDnsServer.Question question)
    {
        var name = question.Name.ToLowerInvariant();
        if (Below(name, "silent.example"))
        {
            return [];
        }

        if (Below(name, "lame.bank.example") || Below(name, "lame.evil.example"))
        {
            return [question.Reply(0, 2, [], [])];
        }

        if (Below(name, "garbage.example"))
        {
            return [new([.. question.Bytes[..2], 0x81, 0x80, 0, 1, 0xFF, 0xFF, 0xFF, 0xFF, 0, 0, .. Enumerable.Repeat((byte)0xC0, 200)])];
        }

        if (Below(name, "truncated.example"))
        {
            return [question.Reply(0x200, 0, [], [])];
        }

        if (Below(name, "lies.example"))
        {
            // About another name, with what would help the attacker.
            return [question.Reply(LoopbackDnsServer.Text(Bank, "v=spf1 +all"), LoopbackDnsServer.Text($"_dmarc.{Bank}", "v=DMARC1; p=none"))];
        }

        if (!_names.TryGetValue(name, out var records))
        {
            var exists = _names.Keys.Any(other => other.EndsWith($".{name}", StringComparison.Ordinal));
            return [question.Reply(0, exists ? 0 : 3, [], [])];
        }

        byte[][] found = [.. records.Where(r => r.Type == question.Type || r.Type == Alias).Select(r => LoopbackDnsServer.Record(name, r.Type, r.Data))];
        return [!question.IsTcp && found.Sum(r => r.Length) > MostOverUdp ? question.Reply(0x200, 0, [], []) : question.Reply(found)];
    }

    private static bool Below(string name, string zone) =>
        name == zone || (name.EndsWith(zone, StringComparison.Ordinal) && name[^(zone.Length + 1)] == '.');
}
