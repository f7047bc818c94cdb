using System.Diagnostics;
using System.Net.Sockets;
using EmailAuth.Dns;
using EmailAuth.Spf;
using EmailAuth.Syntax;
using Xunit;

namespace EmailAuth.Tests.Spf;

/// <summary>What each term of a record says of itself.</summary>
public class SpfTermTests
{
    private const AddressFamily V4 = AddressFamily.InterNetwork;
    private const AddressFamily V6 = AddressFamily.InterNetworkV6;

    // The term; the section, whether it asks, whether it leads on, whether it depends on the message, whether it asks for the client's names; its name.
    [Theory]
    [InlineData("all", "5.1", false, false, false, false, null)]
    [InlineData("include:b.test", "5.2", true, true, false, false, "b.test")]
    [InlineData("include:%{o}", "5.2", true, true, true, false, null)]
    [InlineData("a", "5.3", true, false, false, false, null)]
    [InlineData("A:B.test.", "5.3", true, false, false, false, "b.test")]
    [InlineData("mx:%{p}.b.test", "5.4", true, false, true, true, null)]
    [InlineData("mx:x..test", "5.4", true, false, false, false, null)]
    [InlineData("ptr", "5.5", true, false, false, false, null)]
    [InlineData("ptr:b.test", "5.5", true, false, false, false, "b.test")]
    [InlineData("ip4:192.0.2.1", "5.6", false, false, false, false, null)]
    [InlineData("ip6:::1", "5.6", false, false, false, false, null)]
    [InlineData("exists:%%.test", "5.7", true, false, false, false, "%.test")]
    [InlineData("redirect=b.test", "6.1", true, true, false, false, "b.test")]
    [InlineData("REDIRECT=%{d}", "6.1", true, true, true, false, null)]
    [InlineData("exp=%{p}", "6.2", false, false, true, true, null)]
    [InlineData("Exp=b.test", "6.2", false, false, false, false, "b.test")]
    [InlineData("other=%{p}", "6", false, false, false, false, null)]
    public void A_term_says_what_it_does(string text, string section, bool asks, bool leads, bool depends, bool asksPointers, string? name)
    {
        var term = Assert.Single(SpfRecord.Parse("v=spf1  " + text).Value!.Terms);
        Assert.Equal((section, asks, leads, depends, asksPointers), (term.Section, term.AsksDns, term.LeadsToRecord, term.DependsOnMessage, term.AsksPointers));
        Assert.Equal((name, text, 8, text.Length), (term.TargetName?.ToString(), term.ToString(), term.Position, term.Length));
        var split = text.IndexOfAny([':', '=']);
        Assert.Equal(split < 0 || section is "5.6" or "6" ? null : text[(split + 1)..], term.DomainSpec);
        if (term is SpfModifier modifier)
        {
            Assert.Equal((text[..split], text[(split + 1)..]), (modifier.Name, modifier.Value));
        }
    }

    [Theory]
    [InlineData("a", DnsRecordType.A, DnsRecordType.Aaaa)]
    [InlineData("mx", DnsRecordType.Mx, DnsRecordType.Mx)]
    [InlineData("ptr", DnsRecordType.Ptr, DnsRecordType.Ptr)]
    [InlineData("exists:a.test", DnsRecordType.A, DnsRecordType.A)]
    [InlineData("include:a.test", DnsRecordType.Txt, DnsRecordType.Txt)]
    public void A_mechanism_asks_for_records_of_one_type(string text, DnsRecordType ipv4, DnsRecordType ipv6)
    {
        var mechanism = SpfRecord.Parse("v=spf1 " + text).Value!.Mechanisms[0];
        Assert.Equal((ipv4, ipv6), (mechanism.RecordTypeFor(V4), mechanism.RecordTypeFor(V6)));
    }

    [Theory]
    [InlineData("all")]
    [InlineData("ip4:192.0.2.1")]
    [InlineData("ip6:::1")]
    public void Others_ask_for_nothing(string text) =>
        Assert.Throws<UnreachableException>(() => SpfRecord.Parse("v=spf1 " + text).Value!.Mechanisms[0].RecordTypeFor(V4));

    [Theory]
    [InlineData("", "")]
    [InlineData("a mx", "a mx")]
    [InlineData("exp=b.test a redirect=c.test mx x=y", "a mx redirect=c.test")]
    [InlineData("a all mx redirect=c.test", "a all")]
    [InlineData("redirect=c.test all", "all")]
    [InlineData("redirect=c.test", "redirect=c.test")]
    [InlineData("a all", "a all")]
    [InlineData("all all", "all")]
    public void The_terms_that_are_evaluated_end_with_all_or_the_redirect(string terms, string evaluated)
    {
        var record = SpfRecord.Parse("v=spf1 " + terms).Value!;
        Assert.Equal(evaluated.Split(' ', StringSplitOptions.RemoveEmptyEntries), record.EvaluatedTerms.Select(term => term.ToString()));
        Assert.Equal(terms.Split(' ', StringSplitOptions.RemoveEmptyEntries), record.Terms.Select(term => term.ToString()));
        var (count, all) = (record.EvaluatedTerms.Length, record.Mechanisms.Length);
        Assert.All(Enumerable.Range(0, count), i => Assert.Same(record.EvaluatedTerms[i], record.TermAt(i)));
        Assert.Null(record.TermAt(count));
        Assert.Null(record.TermAt(all + 1));
        Assert.Null(record.TermAt(all + 2));
    }

    [Theory]
    [InlineData("v=spf1", true)]
    [InlineData("V=SpF1 x", true)]
    [InlineData("v=spf1 ", true)]
    [InlineData("v=spf", false)]
    [InlineData("v=spf1x", false)]
    [InlineData("v=spf1!", false)]
    [InlineData("v=spf1\u001f", false)]
    [InlineData("v=spf2 ", false)]
    [InlineData("w=spf1 ", false)]
    [InlineData(" v=spf1", false)]
    [InlineData("", false)]
    public void An_SPF_record_starts_with_its_version(string text, bool isRecord)
    {
        Assert.Equal(isRecord, SpfRecord.IsSpfRecord(text));
        var error = SpfRecord.Parse(text).Error;
        Assert.Equal(!isRecord, error is { Position: 0, Code: SyntaxErrorCode.Unsupported, Reason: "an SPF record starts with \"v=spf1\" followed by a space or nothing (RFC 7208 section 4.5)" });
    }
}
