using EmailAuth.Dmarc;
using Xunit;

namespace EmailAuth.Tests.Dmarc;

/// <summary>How a line of a Public Suffix List becomes a rule, and which rule of several counts.</summary>
public class PublicSuffixListRuleTests
{
    // Whether the line is a rule for two labels: the organizational domain of d.c.b.a has then three.
    [Theory]
    [InlineData("b.a", 3)]
    [InlineData("  b.a", 3)]
    [InlineData("\t\u00a0b.a", 3)]
    [InlineData("b.a ", 3)]
    [InlineData("b.a\ttext", 3)]
    [InlineData("b.a text // more", 3)]
    [InlineData("B.A", 3)]
    [InlineData("*.a", 3)]
    [InlineData(" *.a x", 3)]
    [InlineData("!c.b.a", 2 + 1)] // an exception is no suffix: what is above it is one
    [InlineData("!d.c.b.a", 4)]
    [InlineData("!b.a", 2)]
    [InlineData("!a", 1)]
    [InlineData("a", 2)]
    [InlineData("c.b.a", 4)]
    [InlineData("d.c.b.a", 4)]
    [InlineData("e.d.c.b.a", 2)]
    [InlineData("*.b.a", 4)]
    [InlineData("*.c.b.a", 4)]
    [InlineData("*.d.c.b.a", 2)]
    [InlineData("*.d", 2)]
    [InlineData("x.a", 2)]
    [InlineData("// b.a\na", 2)]
    [InlineData("//b.a\na", 2)]
    [InlineData("*\na", 2)] // what holds without any rule
    [InlineData("b.a\n*.a\nc.b.a", 4)] // the longest counts
    [InlineData("c.b.a\na\nb.a", 4)]
    [InlineData("*.b.a\nb.a", 4)]
    [InlineData("b.a\n*.b.a", 4)] // one name with two kinds of rules
    [InlineData("*.b.a\n!c.b.a", 3)]
    [InlineData("c.b.a\n!c.b.a", 3)]
    [InlineData("d.c.b.a\n!b.a", 2)]
    public void A_rule_says_how_many_labels_an_organization_has(string list, int labels) =>
        Assert.Equal(
            "d.c.b.a"[(8 - (2 * labels))..],
            PublicSuffixList.Load(new StringReader(list)).OrganizationalDomain(DmarcSituation.Name("d.c.b.a")).ToString());

    [Theory]
    [InlineData("/b.a")]
    [InlineData("! b.a")]
    [InlineData("*b.a")]
    [InlineData("**.a")]
    [InlineData("*.")]
    [InlineData("!")]
    [InlineData("!*.a")]
    [InlineData("*.!a")]
    [InlineData(".a")]
    public void A_line_that_is_no_rule_is_an_error(string line) =>
        Assert.StartsWith("line 2 is not a rule: ", Assert.Throws<InvalidDataException>(() => PublicSuffixList.Load(new StringReader("b.a\n" + line))).Message, StringComparison.Ordinal);

    [Fact]
    public void A_list_is_read_to_its_end()
    {
        var list = PublicSuffixList.Load(new StringReader("// first\n\n\nb.a\r\nc.a\nd.a"));
        Assert.All(["b", "c", "d"], name => Assert.Equal($"x.{name}.a", list.OrganizationalDomain(DmarcSituation.Name($"y.x.{name}.a")).ToString()));
        Assert.Equal("e.a", list.OrganizationalDomain(DmarcSituation.Name("y.x.e.a")).ToString());
    }

    // The walk of a list has the domain and its organizational domain, each once.
    [Theory]
    [InlineData("y.x.b.a", "y.x.b.a x.b.a")]
    [InlineData("x.b.a", "x.b.a")]
    [InlineData("b.a", "b.a")]
    [InlineData("a", "a")]
    [InlineData("z.y.x.b.a", "z.y.x.b.a x.b.a")]
    public void The_names_that_are_asked(string start, string expected)
    {
        var strategy = new DmarcOptions { PublicSuffixList = PublicSuffixList.Load(new StringReader("b.a")) }.NewStrategy();
        var name = DmarcSituation.Name(start);
        var names = new List<string>();
        for (var domain = name; domain is not null; domain = strategy.Next(name, domain))
        {
            names.Add(domain.ToString());
        }

        Assert.Equal(expected, string.Join(' ', names));
        Assert.Equal((expected.Split(' ')[^1], null), (strategy.Select(new DmarcWalk(name, []), default).Domain.ToString(), strategy.Select(new DmarcWalk(name, []), default).PublicSuffix));
    }

    [Fact]
    public void A_walk_up_the_tree_has_eight_names_at_most()
    {
        for (var labels = 1; labels <= 20; labels++)
        {
            var name = DmarcSituation.Name(string.Join('.', Enumerable.Range(1, labels)));
            var names = new List<int>();
            for (var domain = name; domain is not null; domain = TreeWalkStrategy.Instance.Next(name, domain))
            {
                Assert.True(name.IsEqualToOrBelow(domain));
                names.Add(domain.LabelCount);
            }

            Assert.Equal(labels <= 8 ? Enumerable.Range(1, labels).Reverse() : [labels, 7, 6, 5, 4, 3, 2, 1], names);
        }
    }
}
