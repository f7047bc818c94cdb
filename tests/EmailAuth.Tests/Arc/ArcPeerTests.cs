using System.Text;
using EmailAuth.Arc;
using EmailAuth.Syntax;
using EmailAuth.Tests.Dkim;
using Xunit;

namespace EmailAuth.Tests.Arc;

/// <summary>Chains sealed by other programs verify here, and ours there; also when they are mixed.</summary>
public class ArcPeerTests
{
    public static TheoryData<string> Peers => ["dkimpy", "MimeKit", "mailauth"];

    [Theory]
    [MemberData(nameof(Peers))]
    public async Task A_chain_that_a_peer_began_verifies_here_and_one_that_we_go_on_with_verifies_there(string name)
    {
        var peer = await PeerAsync(name);
        var sealedThere = await peer.SealAsync(ArcSamples.Message, "hop1.example", "none");
        var there = await Verify(sealedThere);
        Assert.True(there.Code == ArcResultCode.Pass, there.Reason);
        Assert.Equal((0, 1), (there.OldestPass, there.HighestInstance));
        Assert.NotNull(there.Sets[0].Results);

        var sealedHere = SealHere(sealedThere, there, "hop2.example");
        Assert.Equal("pass", await peer.VerifyAsync(sealedHere));
        Assert.Equal("fail", await peer.VerifyAsync(sealedHere + "footer\r\n"));

        var again = await peer.SealAsync(sealedHere, "hop3.example", "pass");
        var mixed = await Verify(again);
        Assert.True(mixed.Code == ArcResultCode.Pass, mixed.Reason);
        Assert.Equal((0, 3), (mixed.OldestPass, mixed.HighestInstance));
    }

    [Theory]
    [MemberData(nameof(Peers))]
    public async Task A_chain_that_we_began_verifies_there(string name)
    {
        var peer = await PeerAsync(name);
        Assert.Equal("pass", await peer.VerifyAsync(SealHere(ArcSamples.Message, ArcResult.None, "hop1.example")));
        Assert.Equal("none", await peer.VerifyAsync(ArcSamples.Message));
    }

    // dkimpy answers None, neither pass nor fail, where the newest seal says cv=fail; RFC 8617 section 5.2, step 2, says fail.
    [Theory]
    [InlineData("dkimpy", "closed")]
    [InlineData("MimeKit", "fail")]
    [InlineData("mailauth", "fail")]
    public async Task A_chain_that_we_closed_fails_here_and_passes_nowhere(string name, string there)
    {
        var peer = await PeerAsync(name);
        var changed = SealHere(ArcSamples.Message, ArcResult.None, "hop1.example") + "footer\r\n";
        var closed = SealHere(changed, await Verify(changed), "hop2.example");
        Assert.Equal((ArcResultCode.Fail, true), ((await Verify(closed)).Code, (await Verify(closed)).IsClosed));
        Assert.Equal(there, await peer.VerifyAsync(closed));
    }

    [Fact]
    public async Task An_ed25519_seal_of_ours_verifies_in_MimeKit()
    {
        // RFC 8463 section 3: the hash is signed. mailauth verifies such seals over what was hashed instead, and dkimpy knows RSA alone.
        using var sealer = new ArcSealer(
            TestSigner.Ed25519.Pem, new ArcSealerOptions { Domain = DomainName.Parse("ed25519.example").Value!, Selector = "s" });
        var leaving = TestSigner.Bytes(ArcSamples.Message);
        var message = Encoding.Latin1.GetString(ArcSamples.WithFields(leaving, sealer.Seal(leaving, ArcResult.None, ArcSamples.Results())));
        Assert.Equal("pass", await ArcPeer.MimeKit.VerifyAsync(message));
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(1, 2)]
    [InlineData(2, 3)]
    public async Task Three_hops_of_several_programs_give_the_oldest_pass_of_the_hop_that_changed_the_message(int changeBefore, int expected)
    {
        ArcPeer[] peers = [await PeerAsync("dkimpy"), await PeerAsync("MimeKit"), await PeerAsync("mailauth")];
        var message = ArcSamples.Message;
        for (var hop = 0; hop < 3; hop++)
        {
            var status = hop == 0 ? "none" : "pass";

            // The hop that changes the message seals here: only we take what arrived apart from what leaves.
            if (hop == changeBefore && hop > 0)
            {
                message = SealHere(message + "-- \r\nThe list\r\n", await Verify(message), $"hop{hop + 1}.example");
            }
            else
            {
                message = await peers[hop].SealAsync(message, $"hop{hop + 1}.example", status);
            }
        }

        var result = await Verify(message);
        Assert.True(result.Code == ArcResultCode.Pass, result.Reason);
        Assert.Equal((expected, 3), (result.OldestPass, result.HighestInstance));
        foreach (var peer in peers)
        {
            Assert.Equal("pass", await peer.VerifyAsync(message));
        }
    }

    private static async Task<ArcPeer> PeerAsync(string name)
    {
        var peer = new[] { ArcPeer.Dkimpy, ArcPeer.MimeKit, ArcPeer.Mailauth }.Single(peer => peer.Name == name);
        var whyNot = await peer.WhyNotAsync();
        Assert.SkipWhen(whyNot is not null, whyNot ?? string.Empty);
        return peer;
    }

    private static string SealHere(string message, ArcResult arrived, string domain)
    {
        using var sealer = new ArcSealer(TestSigner.Rsa2048.Pem, new ArcSealerOptions { Domain = DomainName.Parse(domain).Value!, Selector = "s" });
        var leaving = TestSigner.Bytes(message);
        return Encoding.Latin1.GetString(ArcSamples.WithFields(leaving, sealer.Seal(leaving, arrived, ArcSamples.Results())));
    }

    private static ValueTask<ArcResult> Verify(string message)
    {
        var zone = new Zone();
        for (var hop = 1; hop <= 3; hop++)
        {
            zone.Add($"s._domainkey.hop{hop}.example", ZoneEntryKind.Txt, TestSigner.Rsa2048.Record);
        }

        return ArcSamples.Verify(message, new ZoneResolver(zone));
    }
}
