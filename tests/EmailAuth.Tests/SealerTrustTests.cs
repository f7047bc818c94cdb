using System.Collections.Immutable;
using EmailAuth.Arc;
using EmailAuth.Dns;
using EmailAuth.Dmarc;
using EmailAuth.Syntax;
using EmailAuth.Tests.TestSupport;
using Xunit;

namespace EmailAuth.Tests;

public class SealerTrustTests
{
    [Fact]
    public void Nobody_is_trusted_by_default() =>
        Assert.True(LocalPolicy.Default.Dmarc.TrustedSealers.IsEmpty);

    [Fact]
    public void Without_a_passing_chain_nobody_vouches()
    {
        ImmutableHashSet<DomainName> trusted = [DomainName.Parse("list.example").Value!];
        Assert.Null(SealerTrust.VouchingSealer(null, trusted));
        Assert.Null(SealerTrust.VouchingSealer(ArcResult.None, trusted));
        Assert.Null(SealerTrust.VouchingSealer(new ArcResult { Code = ArcResultCode.Fail, Reason = "x" }, trusted));
    }
}
