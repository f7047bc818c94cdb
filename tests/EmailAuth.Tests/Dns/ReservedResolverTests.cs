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
        Assert.Equal(DnsStatus.TemporaryFailure, (await message.QueryTextAsync(Name, token)).Status);
        Assert.Equal("text", Assert.Single((await reserved.QueryTextAsync(Name, token)).Records));
        Assert.Equal("text", Assert.Single((await reserved.QueryTextAsync(Name, token)).Records));
        Assert.Equal(2, message.Lookups);
        Assert.Equal(DnsStatus.TemporaryFailure, (await message.QueryTextAsync(Name, token)).Status);
    }
}
