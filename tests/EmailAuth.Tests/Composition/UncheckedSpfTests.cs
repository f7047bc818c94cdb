using System.Collections.Immutable;
using System.Net;
using EmailAuth.Composition;
using EmailAuth.Dmarc;
using EmailAuth.Spf;
using Xunit;

namespace EmailAuth.Tests.Composition;

public class UncheckedSpfTests
{
    private static readonly RelayedClient Relayed = new() { Relay = "gw.example", Problem = "the line is gone" };

    [Theory]
    [InlineData(true, false, true, false)]
    [InlineData(true, false, false, false)]
    [InlineData(true, true, true, false)]
    [InlineData(true, true, false, true)]
    [InlineData(false, false, true, true)]
    [InlineData(false, true, false, true)]
    public void SPF_needs_a_client_and_a_name(bool hasClient, bool isNull, bool hasHelo, bool isUnchecked) =>
        Assert.Equal(isUnchecked, UncheckedSpf.Is(new SpfResult { Code = SpfResultCode.None, Reason = "x", Client = hasClient ? IPAddress.Loopback : null, IsNullReversePath = isNull, Helo = hasHelo ? "h" : null }));

    [Fact]
    public void SPF_that_did_not_run_is_not_checked() => Assert.True(UncheckedSpf.Is(null));

    [Fact]
    public void Only_a_fail_becomes_undecided()
    {
        foreach (var code in Enum.GetValues<DmarcResultCode>().Where(static code => code != DmarcResultCode.Fail))
        {
            var other = new DmarcResult { Code = code };
            Assert.Same(other, UncheckedSpf.Undecided(other, Relayed));
        }

        Assert.Null(UncheckedSpf.Undecided((DmarcResult?)null, Relayed));
        var fail = new DmarcResult { Code = DmarcResultCode.Fail, Reason = "nothing aligns", PublishedPolicy = DmarcPolicy.Reject };
        var undecided = UncheckedSpf.Undecided(fail, Relayed)!;
        Assert.Equal(
            (DmarcResultCode.TempError, DmarcReason.SpfNotChecked, DmarcFailedQuery.Spf, DmarcPolicy.Reject),
            (undecided.Code, undecided.ReasonKind, undecided.FailedQuery, undecided.PublishedPolicy!.Value));
        Assert.Equal("SPF was not checked, as the line is gone, and a pass of SPF might count (RFC 9989 section 4.4); without SPF: nothing aligns", undecided.Reason);
        const string NotKnown = "SPF was not checked, as the envelope is not known, and a pass of SPF might count (RFC 9989 section 4.4); without SPF: nothing aligns";
        Assert.Equal(NotKnown, UncheckedSpf.Undecided(fail, null)!.Reason);
        Assert.Equal(NotKnown, UncheckedSpf.Undecided(fail, new RelayedClient { Relay = "gw.example" })!.Reason);
    }

    [Fact]
    public void Each_author_becomes_undecided()
    {
        ImmutableArray<DmarcResult> authors = [new() { Code = DmarcResultCode.Fail }, new() { Code = DmarcResultCode.Pass }];
        Assert.Equal([DmarcResultCode.TempError, DmarcResultCode.Pass], UncheckedSpf.Undecided(authors, null).Select(static author => author.Code));
        Assert.True(UncheckedSpf.Undecided(default(ImmutableArray<DmarcResult>), null).IsDefault);
        Assert.Empty(UncheckedSpf.Undecided(ImmutableArray<DmarcResult>.Empty, null));
    }
}
