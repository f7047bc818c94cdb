using System.Net;
using EmailAuth.Dns;
using EmailAuth.Spf;

namespace EmailAuth.Tests.Spf;

/// <summary>A generated check: a zone, a client and what it said. The same seed gives the same case.</summary>
internal sealed class SpfGeneratedCase : SpfCase
{
    private readonly Random _random;
    private readonly SpfRecordGenerator _records;

    public SpfGeneratedCase(int seed, double malformed = 0.01)
    {
        Seed = seed;
        _random = new Random(seed);
        _records = new SpfRecordGenerator(_random) { Malformed = malformed };
        Client = _random.Next(4) == 0 ? IPAddress.Parse($"2001:db8::{_random.Next(1, 5):x}") : IPAddress.Parse($"192.0.2.{_random.Next(1, 5)}");
        Helo = Pick("mail.example.com", "host.example.org", "HELO-1.example.net");
        var domain = _records.Domain();
        MailFrom = Pick("alice@" + domain, "strong-bad@" + domain, "a.b+tag-x@" + domain, "~jack&jill=up-a_b3.c@" + domain);
        FillZone(domain);
        AnswerWhatIsAsked();
    }

    public int Seed { get; }

    public override string ToString() => $"seed {Seed}: {base.ToString()}";

    private void FillZone(string domain)
    {
        foreach (var name in new[] { domain, "a.example.com", "b.example.com", "c.example.com", "d.example.net", "e.example.net", "deep.sub.example.org" }.Distinct())
        {
            if (name == domain || _random.Next(5) > 0)
            {
                Add(name, ZoneEntryKind.Txt, _random.Next(40) == 0 ? "not an spf record" : _records.Record());
            }

            if (_random.Next(40) == 0)
            {
                Add(name, ZoneEntryKind.Txt, _records.Record());
            }

            for (var i = _random.Next(3) * _random.Next(2); i > 0; i--)
            {
                Entries.Add((name, new ZoneRecord { Type = ZoneEntryKind.MX, Preference = (ushort)_random.Next(30), Data = _records.Host() }));
            }

            for (var i = _random.Next(30) == 0 ? _random.Next(9, 13) : 0; i > 0; i--)
            {
                Entries.Add((name, new ZoneRecord { Type = ZoneEntryKind.MX, Preference = (ushort)i, Data = $"mx{i}.many.example.net" }));
            }

            if (_random.Next(3) == 0)
            {
                Add(name, ZoneEntryKind.A, $"192.0.2.{_random.Next(1, 8)}");
            }
        }

        AddAddresses($"mx{_random.Next(1, 13)}.many.example.net");
        if (_random.Next(6) == 0)
        {
            Add("alias.example.net", ZoneEntryKind.CName, Pick("mail.example.com", "host.example.org", "d.example.net", "absent.example.org"));
        }

        foreach (var host in new[] { "mail.example.com", "mx1.example.com", "mx2.example.com", "mx3.example.net", "host.example.org", "dual.example.net" })
        {
            AddAddresses(host);
        }

        for (var i = _random.Next(3); i > 0; i--)
        {
            Add(ReverseName.Of(Client).ToString(), ZoneEntryKind.Ptr, Pick("mail.example.com", "host.example.org", "x.d.example.net", "absent.example.org"));
        }

        Add(Pick("exp.example.com", "exp2.example.net"), ZoneEntryKind.Txt, _records.Explanation());
        if (_random.Next(12) == 0)
        {
            Add(Pick("c.example.com", "e.example.net", "mx1.example.com", "mx3.example.net", ReverseName.Of(Client).ToString(), "exp.example.com"), ZoneEntryKind.Timeout, null);
        }
    }

    // Names that macros built are in no pool: see what is asked for, and let some of it exist.
    private void AnswerWhatIsAsked()
    {
        for (var round = 0; round < 3; round++)
        {
            var check = new SpfEvaluator(new ZoneResolver(Zone)).EvaluateMailFromAsync(Client, Helo, MailFrom).AsTask().GetAwaiter().GetResult();
            foreach (var lookup in LookupsOf(check.Evidence).Where(lookup => lookup.Status == DnsStatus.NameError && lookup.Type != DnsRecordType.Ptr && lookup.Name != "alias.example.net").ToList())
            {
                switch (lookup.Type)
                {
                    case DnsRecordType.Txt when _random.Next(2) == 0:
                        Add(lookup.Name, ZoneEntryKind.Txt, _records.Record());
                        break;
                    case DnsRecordType.A or DnsRecordType.Aaaa when _random.Next(3) == 0:
                        AddAddresses(lookup.Name);
                        break;
                    case DnsRecordType.Mx when _random.Next(2) == 0:
                        Entries.Add((lookup.Name, new ZoneRecord { Type = ZoneEntryKind.MX, Preference = 10, Data = _records.Host() }));
                        break;
                }
            }
        }
    }

    // What stands behind an alias is asked for under the alias's own name, so nothing may be added there.
    private static IEnumerable<SpfLookup> LookupsOf(SpfEvidence? evidence) => evidence is null ? [] :
        (evidence.Lookup is null ? Enumerable.Empty<SpfLookup>() : [evidence.Lookup])
        .Concat(evidence.Terms.SelectMany(term => term.Lookups.Concat(LookupsOf(term.Target))));

    private void AddAddresses(string host)
    {
        for (var i = _random.Next(3); i > 0; i--)
        {
            Add(host, ZoneEntryKind.A, $"192.0.2.{_random.Next(1, 8)}");
        }

        for (var i = _random.Next(2); i > 0; i--)
        {
            Add(host, ZoneEntryKind.Aaaa, $"2001:db8::{_random.Next(1, 8):x}");
        }
    }

    private void Add(string name, ZoneEntryKind type, string? data) => Entries.Add((name, new ZoneRecord { Type = type, Data = data }));

    private string Pick(params ReadOnlySpan<string> choices) => choices[_random.Next(choices.Length)];
}
