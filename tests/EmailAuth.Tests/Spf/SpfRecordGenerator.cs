namespace EmailAuth.Tests.Spf;

/// <summary>Records built from the grammar of RFC 7208 section 12, a few of them bent; the same seed gives the same records.</summary>
internal sealed class SpfRecordGenerator
{
    private readonly Random _random;

    public SpfRecordGenerator(Random random) => _random = random;

    /// <summary>How often a term is malformed, from 0 to 1.</summary>
    public double Malformed { get; init; } = 0.01;

    public string Domain() => Pick("example.com", "a.example.com", "b.example.com", "c.example.com", "d.example.net", "e.example.net", "deep.sub.example.org");

    public string Host() => Pick("mail.example.com", "mx1.example.com", "mx2.example.com", "mx3.example.net", "host.example.org", "absent.example.org", "dual.example.net", "alias.example.net");

    public string Record()
    {
        var terms = new List<string>();
        var count = _random.Next(_random.Next(5) == 0 ? 16 : 7);
        for (var i = 0; i < count; i++)
        {
            terms.Add(Term());
        }

        switch (_random.Next(6))
        {
            case 0:
                terms.Insert(_random.Next(terms.Count + 1), Pick("redirect=", "redirect=", "Redirect=") + Spec());
                break;
            case 1 or 2 or 3:
                terms.Add(Qualifier() + "all");
                break;
        }

        if (_random.Next(3) == 0)
        {
            terms.Insert(_random.Next(terms.Count + 1), Pick("exp=", "exp=", "exp=", "EXP=") + Pick("exp.example.com", "exp2.example.net", "%{d2}", "exp.%{o}"));
        }

        if (_random.Next(12) == 0)
        {
            terms.Insert(_random.Next(terms.Count + 1), Pick("unknown=%{l}x", "x-y.z_1=", "a=b", "op=trusted", "a=b a=c", "unknown=%{c}"));
        }

        return "v=spf1 " + string.Join(_random.Next(10) == 0 ? "  " : " ", terms);
    }

    public string Explanation() => Pick(
        "%{i} is not allowed to send for %{d}",
        "See http://example.com/why.html?s=%{S};i=%{I};h=%{H}",
        "%{c} %{v} %{p} %{r} %{o}%_%%%-",
        "%{l1r-} %{d2} %{ir} %{dr}",
        "bad %{x} macro",
        "bad % sign",
        "unclosed %{d",
        "caf\u00e9",
        "%{h1r-}/%{l+-}/%{s2r@}",
        string.Concat(Enumerable.Repeat("%{s} ", 20)));

    private string Term() => Bend(Qualifier() + _random.Next(13) switch
    {
        0 or 1 => "a" + OptionalSpec() + Prefixes(),
        2 or 3 => "mx" + OptionalSpec() + Prefixes(),
        4 => "ptr" + OptionalSpec(),
        5 or 6 => "include:" + Spec(),
        7 or 8 => "exists:" + Spec(),
        9 or 10 => "ip4:" + IPv4() + (_random.Next(2) == 0 ? "/" + Pick("0", "8", "24", "28", "30", "31", "32") : ""),
        11 => "ip6:" + IPv6() + (_random.Next(2) == 0 ? "/" + Pick("0", "32", "64", "126", "127", "128") : ""),
        _ => Pick("A", "MX", "a:" + Host(), "mx:" + Domain(), "IP4:192.0.2.0/24", "Include:" + Domain()),
    });

    private string OptionalSpec() => _random.Next(2) == 0 ? "" : ":" + (_random.Next(2) == 0 ? Host() : Spec());

    private string Spec() => _random.Next(10) switch
    {
        < 5 => Domain(),
        5 => Host(),
        _ => Pick(
            "%{d}",
            "%{d2}",
            "%{o}",
            "%{h}",
            "%{i}._spf.%{d2}",
            "%{ir}.%{v}._spf.%{d2}",
            "%{l}.user.example.com",
            "%{l1r-}.lp.example.com",
            "%{lr-+}.%{o}",
            "%{L}.esc.example.com",
            "%{s}.all.example.com",
            "%{p}.names.example.com",
            "%{p2}.names.example.com",
            "%{dr}.rev.example.com",
            "a%_b%%c%-d.example.com",
            "%{h2}.helo.example.com",
            "%{h-}.dash.example.com",
            "%{d1r-.}.%{o2}",
            "%{dR}.upper.example.com",
            "%{i2}.%{v}.%{O}",
            string.Concat(Enumerable.Repeat("%{d}.", 30)) + "long.example.com",
            "%{d1}.%{d3r}.tail.example.com",
            "x..empty.example.com",
            new string('y', 64) + ".example.com"),
    };

    private string Prefixes() => _random.Next(5) switch
    {
        0 => "/" + Pick("24", "28", "30", "0", "32"),
        1 => "//" + Pick("64", "126", "0", "128"),
        2 => "/" + Pick("24", "30") + "//" + Pick("64", "127"),
        _ => "",
    };

    private string Qualifier() => Pick("", "", "", "+", "-", "~", "?");

    private string IPv4() => $"192.0.2.{_random.Next(16)}";

    private string IPv6() => $"2001:db8::{_random.Next(16):x}";

    // One character dropped, doubled or replaced: records as tired people write them.
    private string Bend(string term)
    {
        if (_random.NextDouble() >= Malformed)
        {
            return term;
        }

        var position = _random.Next(term.Length);
        return _random.Next(3) switch
        {
            0 => term.Remove(position, 1),
            1 => term.Insert(position, term[position].ToString()),
            _ => term[..position] + Pick("/", ":", "%", ".", "-", "=", "0", "x", "{", "}", "_") + term[(position + 1)..],
        };
    }

    private string Pick(params ReadOnlySpan<string> choices) => choices[_random.Next(choices.Length)];
}
