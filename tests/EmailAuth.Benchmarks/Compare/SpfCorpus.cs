namespace EmailAuth.Benchmarks.Compare;

/// <summary>Records of usual shapes, each asked by a client that it lists and by one that it does not.</summary>
internal static class SpfCorpus
{
    private const string Helo = "mail.example.com";
    private const string Listed = "192.0.2.10";
    private const string Stranger = "198.51.100.99";

    public static Corpus Make()
    {
        var records = new List<(string Name, string Type, string Data)>();
        var items = new List<string[]>();
        var rows = new List<Row>();

        Text("ip4.example.com", "v=spf1 ip4:192.0.2.0/24 -all");
        Add("ip4", "ip4.example.com");

        Text("include.example.com", "v=spf1 include:_spf.mail.example.net include:_spf.crm.example.org include:spf.news.example.net -all");
        Text("_spf.mail.example.net", "v=spf1 ip4:198.51.100.0/26 ip4:203.0.113.0/25 ip6:2001:db8:1::/48 ~all");
        Text("_spf.crm.example.org", "v=spf1 ip4:198.18.0.0/15 ip4:203.0.113.128/26 ip4:192.0.2.128/28 ~all");
        Text("spf.news.example.net", "v=spf1 ip4:203.0.113.192/27 ip4:192.0.2.0/25 ip6:2001:db8:2::/48 ~all");
        Add("three includes, the third matches", "include.example.com");

        // Two records of 20 networks each, as large as a record of 512 octets of DNS lets them be.
        Text("networks.example.com", "v=spf1 include:a.networks.example.net include:b.networks.example.net -all");
        Text("a.networks.example.net", $"v=spf1 {Networks("198.18")} ~all");
        Text("b.networks.example.net", $"v=spf1 {Networks("198.19")} ip4:192.0.2.0/28 ~all");
        Add("two includes, the last of 41 networks matches", "networks.example.com");

        Text("hosts.example.com", "v=spf1 a mx -all");
        records.Add(("hosts.example.com", "A", "203.0.113.5"));
        records.Add(("hosts.example.com", "MX", "10 mx1.example.com"));
        records.Add(("hosts.example.com", "MX", "20 mx2.example.com"));
        records.Add(("mx1.example.com", "A", "203.0.113.6"));
        records.Add(("mx2.example.com", "A", Listed));
        Add("a and mx, its second host matches", "hosts.example.com");

        Text("redirect.example.com", "v=spf1 redirect=_spf.example.org");
        Text("_spf.example.org", "v=spf1 ip4:203.0.113.0/24 ip4:192.0.2.0/24 -all");
        Add("redirect", "redirect.example.com");

        Text("macro.example.com", "v=spf1 exists:%{ir}.%{v}.%{l1r-}._spf.%{d2} -all");
        records.Add(("10.2.0.192.in-addr.alice._spf.example.com", "A", "127.0.0.2"));
        Add("exists with macros", "macro.example.com");

        Text("loop.example.com", "v=spf1 include:loop2.example.com -all");
        Text("loop2.example.com", "v=spf1 include:loop.example.com -all");
        Add("include loop", "loop.example.com", "permerror", "permerror");

        return new Corpus(rows, items, records);

        void Text(string name, string text) => records.Add((name, "TXT", text));

        void Add(string name, string domain, string expected = "pass", string otherExpected = "fail")
        {
            items.Add([Listed, Helo, $"alice@{domain}"]);
            items.Add([Stranger, Helo, $"alice@{domain}"]);
            rows.Add(new Row(name, [items.Count - 2], expected, [items.Count - 1], otherExpected));
        }
    }

    private static string Networks(string prefix) => string.Join(' ', Enumerable.Range(0, 20).Select(i => $"ip4:{prefix}.{10 * i}.0/22"));
}
