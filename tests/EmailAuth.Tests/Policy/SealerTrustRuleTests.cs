using System.Collections.Immutable;
using EmailAuth.Arc;
using EmailAuth.Policy;
using EmailAuth.Results;
using EmailAuth.Signatures;
using EmailAuth.Syntax;
using Xunit;

namespace EmailAuth.Tests.Policy;

/// <summary>Which sealers must be trusted, for each form that the sets of a chain may have, from the newest to the oldest.</summary>
public class SealerTrustRuleTests
{
    private const string Hash = "bh=47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=; b=AAAA";
    private const string Passed = "dmarc=pass header.from=a.example";
    private const string Failed = "dmarc=fail header.from=a.example";

    private static readonly DomainName Author = Name("a.example");

    [Theory]
    [InlineData("s.example " + Passed, "s.example")]
    [InlineData("s.example " + Failed, "")]
    [InlineData("s.example spf=pass", "")]
    [InlineData("s.example none", "")]
    [InlineData("s.example dmarc=pass header.from=A.Example", "s.example")]
    [InlineData("s.example dmarc=pass header.from=b.example", "")]
    [InlineData("s.example dmarc=pass", "")]
    [InlineData("s.example dmarc=pass header.from=a.example header.from=a.example", "")]
    [InlineData("s.example dmarc=pass smtp.from=a.example", "")]
    [InlineData("s.example dmarc=pass header.d=a.example", "")]
    [InlineData("s.example dmarc=pass header.from=a.example header.d=x.example", "s.example")]
    [InlineData("s.example dmarc=pass header.from=a..example", "")]
    [InlineData("s.example " + Passed + "; spf=fail", "s.example")]
    [InlineData("s.example " + Passed + "; " + Passed, "s.example")]
    [InlineData("s.example " + Passed + "; " + Failed, "")]
    [InlineData("s.example xdmarc=pass header.from=a.example", "")]
    [InlineData("t.example " + Failed + "|s.example " + Passed, "t.example s.example")]
    [InlineData("t.example dmarc=none header.from=a.example|s.example " + Passed, "t.example s.example")]
    [InlineData("t.example dmarc=temperror header.from=a.example|s.example " + Passed, "t.example s.example")]
    [InlineData("t.example dmarc=permerror header.from=a.example|s.example " + Passed, "")]
    [InlineData("t.example dmarc=neutral header.from=a.example|s.example " + Passed, "")]
    [InlineData("t.example dmarc=fail header.from=b.example|s.example " + Passed, "")]
    [InlineData("t.example spf=pass|s.example " + Passed, "t.example s.example")]
    [InlineData("t.example none|s.example " + Passed, "t.example s.example")]
    [InlineData("s.example " + Failed + "|s.example " + Passed, "s.example")]
    [InlineData("u.example spf=pass|t.example " + Failed + "|s.example " + Passed + "|r.example " + Passed, "u.example t.example s.example")]
    [InlineData("u.example " + Failed + "|t.example " + Failed, "")]
    [InlineData("t.example -|s.example " + Passed, "")] // without results
    [InlineData("t.example " + Passed + "|s.example -", "t.example")]
    [InlineData("", "")]
    public void The_sealers_back_to_the_newest_that_saw_a_pass(string sets, string expected)
    {
        var chain = Chain(sets);
        Assert.Equal(expected, string.Join(' ', SealerTrust.SealersToTrust(chain, Author)));
        Assert.Empty(SealerTrust.SealersToTrust(chain, null));
        Assert.Empty(SealerTrust.SealersToTrust(null, Author));
        Assert.All([ArcResultCode.None, ArcResultCode.Fail], code => Assert.Empty(SealerTrust.SealersToTrust(new ArcResult { Code = code, Sets = chain.Sets }, Author)));
    }

    // All of them must be trusted; the newest is named.
    [Theory]
    [InlineData("t.example s.example", "t.example")]
    [InlineData("t.example s.example r.example", "t.example")]
    [InlineData("t.example", null)]
    [InlineData("s.example", null)]
    [InlineData("sub.t.example s.example", null)]
    [InlineData("", null)]
    public void The_newest_sealer_vouches_if_all_are_trusted(string trusted, string? expected)
    {
        ImmutableHashSet<DomainName> names = [.. trusted.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(Name)];
        Assert.Equal(expected, SealerTrust.FindTrustedSealer(Chain($"t.example {Failed}|s.example {Passed}"), names, Author)?.ToString());
        Assert.Null(SealerTrust.FindTrustedSealer(Chain($"t.example {Failed}"), names, Author));
        Assert.Null(SealerTrust.FindTrustedSealer(null, names, Author));
    }

    // What the message signature of a set covers, and whether it holds: of the newest set it must, of an older one its length must be that of the body.
    [Fact]
    public void A_signature_covers_what_is_shown()
    {
        foreach (var (code, length, isCovered, rest, copies) in
            from code in Enum.GetValues<SignatureResultCode>()
            from length in new[] { null, "", "; l=0", "; l=5" }
            from isCovered in new[] { true, false }
            from rest in new[] { 0, 1 }
            from copies in new[] { 0u, 1u, 1u << 7, 1u << 8, 1u << 9 }
            select (code, length, isCovered, rest, copies))
        {
            var result = new ArcSignatureResult { Code = code, CoversAuthor = isCovered, UnsignedBodyLength = rest, CopiesLeftOpen = copies };
            var signature = length is null ? null : ArcMessageSignature.Parse($"i=1; a=rsa-sha256; d=s.example; s=k; h=from; {Hash}{length}").Value!;
            var isShown = isCovered && rest == 0 && copies is 0 or 1u << 8 or 1u << 9 && isCovered && rest == 0;
            var newest = Chain($"s.example {Passed}", result, signature);
            Assert.Equal(isShown && code == SignatureResultCode.Pass ? 1 : 0, SealerTrust.SealersToTrust(newest, Author).Length);
            var older = new ArcResult { Code = ArcResultCode.Pass, Sets = [.. Chain("t.example " + Failed).Sets, .. newest.Sets] };
            Assert.Equal(isShown && (code == SignatureResultCode.Pass || length == "") ? 2 : 0, SealerTrust.SealersToTrust(older, Author).Length);
        }
    }

    private static ArcResult Chain(string sets, ArcSignatureResult? result = null, ArcMessageSignature? signature = null) => new()
    {
        Code = ArcResultCode.Pass,
        Sets = [.. sets.Split('|', StringSplitOptions.RemoveEmptyEntries).Select(set => set.Split(' ', 2)).Select(set => new ArcSet(1, ArcSeal.Parse($"i=1; cv=none; a=rsa-sha256; d={set[0]}; s=k; b=AAAA").Value!)
        {
            MessageSignature = signature,
            MessageSignatureResult = result ?? new ArcSignatureResult { Code = SignatureResultCode.Pass, CoversAuthor = true },
            Results = set[1] == "-" ? null : AuthenticationResultsReader.Parse($"mx.example; {set[1]}").Value!,
        })],
    };

    private static DomainName Name(string name) => DomainName.Parse(name).Value!;
}
