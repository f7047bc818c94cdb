using EmailAuth.Dns;
using EmailAuth.Syntax;
using Xunit;

namespace EmailAuth.Tests.Dns;

public class ReservedResolverTests
{
    private static readonly DomainName Name = DomainName.Parse("a.example").Value!;

    [Fact]
    public async Task What_is_reserved_is_answered_when_the_lookups_are_used_up_and_shares_no_failure()
    {
        var message = new MessageResolver(
            new ZoneResolver(new Zone().Add("a.example", ZoneRecordType.Txt, "text")), new LookupLimits { MaxLookups = 1 });
        var reserved = new ReservedResolver(message);
        var token = TestContext.Current.CancellationToken;
        _ = await message.QueryTextAsync(DomainName.Parse("b.example").Value!, token);
        Assert.Equal(DnsStatus.Failure, (await message.QueryTextAsync(Name, token)).Status);
        Assert.Equal("text", Assert.Single((await reserved.QueryTextAsync(Name, token)).Records));
        Assert.Equal("text", Assert.Single((await reserved.QueryTextAsync(Name, token)).Records));
        Assert.Equal(2, message.Lookups);
        Assert.Equal(DnsStatus.Failure, (await message.QueryTextAsync(Name, token)).Status);
    }

    [Fact]
    public async Task What_is_reserved_takes_nothing_away_from_other_questions()
    {
        var message = new MessageResolver(new ZoneResolver(new Zone()), new LookupLimits { MaxLookups = 2 });
        var token = TestContext.Current.CancellationToken;
        for (var i = 1; i <= 5; i++)
        {
            Assert.Equal(DnsStatus.NameError, (await new ReservedResolver(message).QueryTextAsync(DomainName.Parse($"r{i}.example").Value!, token)).Status);
        }

        Assert.Equal(DnsStatus.NameError, (await message.QueryTextAsync(DomainName.Parse("b.example").Value!, token)).Status);
        Assert.Equal(DnsStatus.NameError, (await message.QueryTextAsync(DomainName.Parse("c.example").Value!, token)).Status);
        Assert.False(message.IsExhausted);
        Assert.Equal(DnsStatus.Failure, (await message.QueryTextAsync(DomainName.Parse("d.example").Value!, token)).Status);
        Assert.Equal(7, message.Lookups);
    }
}
