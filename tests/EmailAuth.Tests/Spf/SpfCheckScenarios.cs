namespace EmailAuth.Tests.Spf;

/// <summary>
/// Zones and checks of them. A line is a name, a type and data; one that starts with "?" is a check: client, HELO name, sender (null is no text, helo is
/// the HELO identity), then options. An empty line ends a scenario.
/// </summary>
internal static class SpfCheckScenarios
{
    public const string Mechanisms = """
        # all four qualifiers, and none that matches
        a.test TXT v=spf1 ip4:192.0.2.9 -ip4:192.0.2.1 ~ip4:192.0.2.2 ?ip4:192.0.2.3 +ip4:192.0.2.4 ip6:::/0
        ? 192.0.2.1 h.test joe@a.test
        ? 192.0.2.2 h.test joe@a.test
        ? 192.0.2.3 h.test joe@a.test
        ? 192.0.2.4 h.test joe@a.test
        ? 192.0.2.5 h.test joe@a.test
        ? 2001:db8::1 h.test joe@a.test

        # a and its prefix lengths
        a.test TXT v=spf1 a a/31 a:b.test//126 a:b.test/25//64 a:%{l}.b.test -all exp=why.test
        a.test A 192.0.2.2
        a.test A 198.51.100.9
        b.test A 192.0.2.200
        b.test AAAA 2001:db8::10
        joe.b.test A 192.0.3.3
        why.test TXT %{i} is not of %{d} (%{s}, %{h}, %{v}, %{p}, %{r}, %{C})
        ? 192.0.2.2 h.test joe@a.test
        ? 192.0.2.3 h.test joe@a.test
        ? 192.0.2.129 h.test joe@a.test
        ? 192.0.2.127 h.test joe@a.test
        ? 192.0.3.3 h.test joe@a.test
        ? 192.0.3.3 h.test jim@a.test receiver=mx.test
        ? 2001:db8::12 h.test joe@a.test
        ? 2001:db8::ffff h.test joe@a.test
        ? 2001:db8:0:1::1 h.test joe@a.test voids=3

        # mx in the order of preference
        a.test TXT v=spf1 mx/31 mx:b.test//127 mx:null.test ~all
        a.test MX 30 m3.test
        a.test MX 10 m1.test
        a.test MX 20 m2.test
        m1.test A 198.51.100.1
        m2.test A 192.0.2.2
        m3.test A 192.0.2.3
        b.test MX 5 m4.test
        m4.test AAAA 2001:db8::2
        null.test MX 0 .
        ? 192.0.2.3 h.test joe@a.test
        ? 2001:db8::3 h.test joe@a.test
        ? 2001:db8::4 h.test joe@a.test

        # ptr and the names of the client
        a.test TXT v=spf1 ptr ptr:b.test exists:%{p}.p.test ?all
        192.0.2.3 PTR x.c.test
        192.0.2.3 PTR y.b.test
        192.0.2.3 PTR z.a.test
        x.c.test A 192.0.2.3
        y.b.test A 192.0.2.3
        z.a.test A 192.0.2.4
        192.0.2.5 PTR w.c.test
        192.0.2.5 PTR v.c.test
        w.c.test A 192.0.2.99
        v.c.test A 198.51.100.1
        v.c.test A 192.0.2.5
        v.c.test.p.test A 127.0.0.2
        192.0.2.6 PTR u.a.test
        u.a.test SERVFAIL -
        192.0.2.7 SERVFAIL -
        ? 192.0.2.3 h.test joe@a.test
        ? 192.0.2.5 h.test joe@a.test
        ? 192.0.2.5 h.test joe@a.test pointers=1
        ? 192.0.2.6 h.test joe@a.test
        ? 192.0.2.7 h.test joe@a.test
        ? 192.0.2.8 h.test joe@a.test

        # which name the p macro takes
        a.test TXT v=spf1 exists:%{p}.p.test -all exp=why.test
        192.0.2.3 PTR other.test
        192.0.2.3 PTR below.a.test
        192.0.2.3 PTR a.test
        other.test A 192.0.2.3
        below.a.test A 192.0.2.3
        a.test A 192.0.2.3
        192.0.2.4 PTR other.test
        192.0.2.4 PTR below.a.test
        192.0.2.5 PTR other.test
        other.test A 192.0.2.5
        other.test A 192.0.2.4
        below.a.test A 192.0.2.4
        why.test TXT %{p}
        ? 192.0.2.3 h.test joe@a.test
        ? 192.0.2.4 h.test joe@a.test
        ? 192.0.2.5 h.test joe@a.test
        ? 192.0.2.6 h.test joe@a.test

        # exists asks for IPv4 addresses
        a.test TXT v=spf1 exists:no.test exists:six.test -exists:%{ir}.%{v}.%{l1r-}.x.test ~exists:four.test
        six.test AAAA 2001:db8::1
        four.test A 127.0.0.2
        3.2.0.192.in-addr.joe.x.test A 127.0.0.2
        ? 192.0.2.3 h.test joe-bar@a.test
        ? 2001:db8::1 h.test joe@a.test voids=9

        # include, whatever the included record gives
        a.test TXT v=spf1 include:fail.test include:soft.test include:neutral.test include:%{d1}.more.test -include:deep.test ~all
        fail.test TXT v=spf1 -all exp=not-used.test
        soft.test TXT v=spf1 ~all
        neutral.test TXT v=spf1 a:no.test ?all
        test.more.test TXT v=spf1
        deep.test TXT v=spf1 include:deeper.test redirect=last.test
        deeper.test TXT v=spf1 ip4:192.0.2.3 ?all
        last.test TXT v=spf1 ip4:192.0.2.4 ?all
        not-used.test TXT no
        ? 192.0.2.3 h.test joe@a.test
        ? 192.0.2.4 h.test joe@a.test
        ? 192.0.2.5 h.test joe@a.test

        # redirect, and the explanation of the record that decides
        a.test TXT v=spf1 redirect=b.test exp=why-a.test ip4:192.0.2.4
        b.test TXT v=spf1 redirect=%{d1r}.%{d1}.c.test exp=why-b.test
        b.test.c.test TXT v=spf1 -ip4:192.0.2.3 exp=why-c.test
        why-a.test TXT a
        why-b.test TXT b
        why-c.test TXT c of %{d} for %{o}
        ? 192.0.2.3 h.test joe@a.test
        ? 192.0.2.4 h.test joe@a.test
        ? 192.0.2.5 h.test joe@a.test

        # the HELO identity and the null reverse-path
        h.test TXT v=spf1 a:%{l}.%{o} -all
        postmaster.h.test A 192.0.2.3
        ? 192.0.2.3 h.test helo
        ? 192.0.2.3 H.TEST. helo
        ? 192.0.2.4 h.test null
        ? 192.0.2.3 h.test <>
        ? 192.0.2.3 h.test.. helo
        ? 192.0.2.3 .test null
        ? 192.0.2.3 null helo
        ? 192.0.2.3 null null
        ? 192.0.2.3 test helo
        ? 192.0.2.3 h.test joe@[192.0.2.3]
        ? 192.0.2.3 h.test joe
        ? 192.0.2.3 h.test joe@test
        ? 192.0.2.3 h.test @h.test
        ? ::ffff:192.0.2.3 h.test <@r.test:joe@h.test>
        """;

    public const string Errors = """
        # no record, several records
        none.test A 192.0.2.3
        other.test TXT v=spf10 -all
        other.test TXT V=SPF1
        other.test TXT spf1 -all
        two.test TXT v=spf1 -all
        two.test TXT v=spf1
        slow.test TIMEOUT -
        fail.test SERVFAIL -
        bad.test TXT v=spf1 a:b
        a.test TXT v=spf1 include:%{l}.test ?all
        b.test TXT v=spf1 redirect=%{l}.test
        ? 192.0.2.3 h.test joe@none.test
        ? 192.0.2.3 h.test joe@other.test
        ? 192.0.2.3 h.test joe@two.test
        ? 192.0.2.3 h.test joe@slow.test
        ? 192.0.2.3 h.test joe@fail.test
        ? 192.0.2.3 h.test joe@bad.test
        ? 192.0.2.3 h.test joe@absent.test
        ? 192.0.2.3 h.test none@a.test
        ? 192.0.2.3 h.test two@a.test
        ? 192.0.2.3 h.test slow@a.test
        ? 192.0.2.3 h.test bad@a.test
        ? 192.0.2.3 h.test absent@a.test
        ? 192.0.2.3 h.test .@a.test
        ? 192.0.2.3 h.test none@b.test
        ? 192.0.2.3 h.test two@b.test
        ? 192.0.2.3 h.test slow@b.test
        ? 192.0.2.3 h.test bad@b.test
        ? 192.0.2.3 h.test absent@b.test
        ? 192.0.2.3 h.test other@b.test
        ? 192.0.2.3 h.test .@b.test

        # a target of one label has no record
        a.test TXT v=spf1 include:%{d1} +all
        b.test TXT v=spf1 redirect=%{d1}
        c.test TXT v=spf1 include:test.%{d0r} +all
        ? 192.0.2.3 h.test joe@a.test
        ? 192.0.2.3 h.test joe@b.test
        ? 192.0.2.3 h.test joe@c.test

        # terms whose lookup fails
        a.test TXT v=spf1 a:slow.test +all
        b.test TXT v=spf1 mx:slow.test +all
        c.test TXT v=spf1 mx:m.test +all
        d.test TXT v=spf1 exists:%{l}.slow.test +all
        e.test TXT v=spf1 ptr:a.test a:%{p}.u.test ?all exp=slow.test
        slow.test SERVFAIL -
        joe.slow.test SERVFAIL -
        m.test MX 1 m1.test
        m.test MX 2 slow.test
        m1.test A 192.0.2.9
        192.0.2.3 SERVFAIL -
        ? 192.0.2.3 h.test joe@a.test
        ? 192.0.2.3 h.test joe@b.test
        ? 192.0.2.3 h.test joe@c.test
        ? 192.0.2.9 h.test joe@c.test
        ? 192.0.2.3 h.test joe@d.test
        ? 192.0.2.3 h.test joe@e.test

        # names that cannot exist
        a.test TXT v=spf1 a:x..test mx:x..test exists:x..test ptr:x..test -include:x..test
        b.test TXT v=spf1 a:%{l}.test include:%{l}.test ?all
        c.test TXT v=spf1 -all exp=x..test
        d.test TXT v=spf1 redirect=%{l}.test
        ? 192.0.2.3 h.test joe@a.test
        ? 192.0.2.3 h.test j\u00f6e@b.test
        ? 192.0.2.3 h.test joe@c.test
        ? 192.0.2.3 h.test j\u00f6e@d.test

        # explanations that there are not
        a.test TXT v=spf1 -all exp=%{l}.test
        two.test TXT one
        two.test TXT two
        bad.test TXT 50%
        long.test TXT 12345%{d}
        slow.test TIMEOUT -
        empty.test TXT
        nodata.test A 192.0.2.1
        p.test TXT %{p} is not known
        ? 192.0.2.3 h.test two@a.test
        ? 192.0.2.3 h.test bad@a.test
        ? 192.0.2.3 h.test long@a.test
        ? 192.0.2.3 h.test long@a.test explanation=11
        ? 192.0.2.3 h.test long@a.test explanation=10
        ? 192.0.2.3 h.test slow@a.test
        ? 192.0.2.3 h.test empty@a.test
        ? 192.0.2.3 h.test nodata@a.test
        ? 192.0.2.3 h.test absent@a.test
        ? 192.0.2.3 h.test p@a.test
        ? 192.0.2.3 h.test ..@a.test
        """;

    public const string Limits = """
        # terms that ask the DNS
        a.test TXT v=spf1 ip4:198.51.100.1 a:x.test include:b.test mx:x.test ptr:y.test exists:x.test redirect=c.test
        b.test TXT v=spf1 a:x.test a:x.test ?all
        c.test TXT v=spf1 a:x.test -all exp=why.test
        why.test TXT why
        x.test A 198.51.100.2
        x.test MX 1 x.test
        192.0.2.3 PTR x.test
        ? 192.0.2.3 h.test joe@a.test lookups=1
        ? 192.0.2.3 h.test joe@a.test lookups=2
        ? 192.0.2.3 h.test joe@a.test lookups=3
        ? 192.0.2.3 h.test joe@a.test lookups=5
        ? 192.0.2.3 h.test joe@a.test lookups=7

        # terms that find nothing
        a.test TXT v=spf1 a:n1.test include:b.test exists:n2.test mx:n3.test ptr ptr:x.test redirect=n4.test
        b.test TXT v=spf1 a:nodata.test ?all
        nodata.test TXT -
        ? 192.0.2.3 h.test joe@a.test voids=0
        ? 192.0.2.3 h.test joe@a.test voids=3
        ? 192.0.2.3 h.test joe@a.test voids=4
        ? 192.0.2.3 h.test joe@a.test voids=5
        ? 192.0.2.3 h.test joe@a.test voids=6
        ? 192.0.2.3 h.test joe@a.test voids=7

        # an included record that is not there is void
        a.test TXT v=spf1 include:none.test +all
        ? 192.0.2.3 h.test joe@a.test voids=0
        ? 192.0.2.3 h.test joe@a.test voids=1

        # mail hosts
        a.test TXT v=spf1 mx:m.test -all
        m.test MX 2 m2.test
        m.test MX 1 m1.test
        m.test MX 3 m3.test
        m.test MX 0 .
        m3.test A 192.0.2.3
        ? 192.0.2.3 h.test joe@a.test hosts=3
        ? 192.0.2.3 h.test joe@a.test hosts=2

        # names of the client
        a.test TXT v=spf1 ptr:x.test exists:%{p}.e.test -all
        192.0.2.3 PTR n1.test
        192.0.2.3 PTR n2.test
        192.0.2.3 PTR n3.x.test
        n3.x.test A 192.0.2.3
        ? 192.0.2.3 h.test joe@a.test pointers=3
        ? 192.0.2.3 h.test joe@a.test pointers=2

        # the length of a record
        a.test TXT v=spf1 include:b.test
        b.test TXT v=spf1 ip4:192.0.2.0/24 -all
        ? 192.0.2.3 h.test joe@a.test record=28
        ? 192.0.2.3 h.test joe@a.test record=27
        ? 192.0.2.3 h.test joe@a.test record=20
        ? 192.0.2.3 h.test joe@a.test record=21

        # what is needed again makes no room for more
        a.test TXT v=spf1 include:i.test a:h.test a:w1.test a:w2.test a:w3.test -all
        i.test TXT v=spf1 mx:m.test mx:m.test mx:m.test include:j.test a:y1.test a:y2.test a:y3.test ?all
        m.test MX 1 h.test
        m.test MX 2 h.test
        j.test TXT v=spf1 ?all
        h.test A 198.51.100.1
        w1.test A 198.51.100.1
        w2.test A 198.51.100.1
        w3.test A 198.51.100.1
        y1.test A 198.51.100.1
        y2.test A 198.51.100.1
        y3.test A 198.51.100.1
        ? 192.0.2.3 h.test joe@a.test lookups=8
        ? 192.0.2.3 h.test joe@a.test lookups=9

        # a redirect whose name is not known yet
        a.test TXT v=spf1 include:b.test include:c.test -all
        b.test TXT v=spf1 redirect=%{p}.d.test
        c.test TXT v=spf1 a:x.test ip4:192.0.2.0/24 ?all
        unknown.d.test TXT v=spf1 ?all
        x.test A 198.51.100.1
        ? 192.0.2.3 h.test joe@a.test

        # what is asked ahead of time
        a.test TXT v=spf1 a:a1.test a:a1.test include:i1.test a:a1.test include:i2.test mx:m1.test mx:m2.test ptr:z.test a:a2.test a:%{p}.test -all
        i1.test TXT v=spf1 a:b1.test a:a1.test include:i3.test include:i3.test ?all
        i2.test TXT v=spf1 a:b2.test ip4:203.0.113.0/24 a:a2.test ?all
        i3.test TXT v=spf1 exists:b3.test mx:m1.test ?all
        a1.test A 198.51.100.1
        a2.test A 198.51.100.1
        b1.test A 198.51.100.1
        b2.test A 198.51.100.1
        b3.test A 198.51.100.1
        m1.test MX 1 h1.test
        m1.test MX 2 h2.test
        m2.test MX 1 h3.test
        h1.test A 198.51.100.1
        h2.test A 198.51.100.1
        h3.test A 198.51.100.1
        192.0.2.3 PTR n.z.test
        192.0.2.3 PTR n.y.test
        n.z.test A 198.51.100.1
        n.y.test A 192.0.2.3
        n.y.test.test A 192.0.2.3
        ? 192.0.2.3 h.test joe@a.test lookups=3
        ? 192.0.2.3 h.test joe@a.test lookups=5
        ? 192.0.2.3 h.test joe@a.test
        ? 192.0.2.3 h.test joe@a.test lookups=20
        ? 192.0.2.3 h.test joe@a.test lookups=20 pointers=1
        """;
}
