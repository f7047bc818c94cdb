using EmailAuth.Dns;
using EmailAuth.Dns.Stub;
using EmailAuth.Syntax;
using Xunit;

namespace EmailAuth.Tests.Dns.Stub;

/// <summary>How one awaits a try.</summary>
public class ExchangeTests
{
    [Fact]
    public async Task A_try_that_has_ended_before_it_is_awaited_is_completed()
    {
        var exchange = new Exchange(new AnswerReader(DomainName.Parse("a.example").Value!, DnsRecordType.Txt, false));
        exchange.Begin();
        exchange.End(ExchangeEnd.TimedOut).Execute();
        var end = exchange.UntilEndAsync();
        Assert.True(end.IsCompletedSuccessfully);
        Assert.Equal(ExchangeEnd.TimedOut, await end);
    }
}
