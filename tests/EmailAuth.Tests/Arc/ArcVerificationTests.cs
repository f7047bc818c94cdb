using EmailAuth.Arc;
using EmailAuth.Dns;
using EmailAuth.Messages;
using EmailAuth.Signatures;
using EmailAuth.Syntax;
using EmailAuth.Tests.Dkim;
using EmailAuth.Tests.TestSupport;
using Xunit;

namespace EmailAuth.Tests.Arc;

/// <summary>When a chain's keys are asked for, and which author its newest message signature covers.</summary>
public class ArcVerificationTests
{
    [Fact]
    public async Task All_keys_of_a_chain_are_asked_for_before_one_is_answered()
    {
        var message = ArcSamples.Message;
        for (var hop = 1; hop <= 3; hop++)
        {
            message = await ArcSamples.Pass(message, hop);
        }

        var held = ScriptedResolver.Held(ArcSamples.Resolver());
        var pending = ArcSamples.Verify(message, held);
        Assert.False(pending.IsCompleted);
        Assert.Equal(["s._domainkey.hop1.example", "s._domainkey.hop2.example", "s._domainkey.hop3.example"], held.Names.Order(StringComparer.Ordinal));
        held.AnswerRound();
        var result = await pending;
        Assert.Equal((ArcResultCode.Pass, 0, 3), (result.Code, result.OldestPass, result.HighestInstance));
        Assert.Equal(3, held.AskedCount);
    }

    // What others ask ahead of time, in case they need it, does not keep the keys waiting.
    [Fact]
    public async Task The_keys_that_decide_go_before_guesses()
    {
        var held = ScriptedResolver.Held(ArcSamples.Resolver());
        var session = new DnsSession(held);
        Guess(session);
        Assert.Equal(32, held.AskedCount);

        // The message signature has another key than the seal.
        var text = ArcPlainSigner.Seal(ArcSamples.Message, "mx.example.net; none").Replace("s=s; h=from", "s=t; h=from", StringComparison.Ordinal);
        using var message = new SignedMessage(HeaderBlock.Parse(TestSigner.Bytes(text)), session);
        _ = new ArcVerifier(held).Begin(message);
        Assert.Equal(["s._domainkey.hop1.example", "t._domainkey.hop1.example"], held.Names[32..].Order(StringComparer.Ordinal));
        session.Cancel();
        await session.EndAsync();
    }

    // The older message signatures only show where the message changed.
    [Fact]
    public async Task The_key_of_an_older_message_signature_waits_behind_guesses()
    {
        var held = ScriptedResolver.Held(ArcSamples.Resolver());
        var session = new DnsSession(held);
        Guess(session);
        var text = ArcPlainSigner.Seal(ArcPlainSigner.Seal(ArcSamples.Message, "mx.example.net; none", signatureSelector: "t"), "mx.example.net; none");
        using var message = new SignedMessage(HeaderBlock.Parse(TestSigner.Bytes(text)), session);
        _ = new ArcVerifier(held).Begin(message);
        Assert.Equal("s._domainkey.hop1.example", Assert.Single(held.Names[32..]));
        session.Cancel();
        await session.EndAsync();
    }

    // As many keys as MaxSets, and ten: here those of 12 seals, of the newest message signature and of nine older ones.
    [Fact]
    public async Task Older_message_signatures_are_checked_as_far_as_there_is_room_for_their_keys()
    {
        var (message, zone, record) = (ArcSamples.Message, new Zone(), TestSigner.Rsa2048.Record);
        for (var set = 1; set <= 12; set++)
        {
            message = ArcPlainSigner.Seal(message, "mx.example.net; none", sealSelector: $"s{set}", signatureSelector: $"m{set}");
            zone.Add($"s{set}._domainkey.hop1.example", ZoneEntryKind.Txt, record).Add($"m{set}._domainkey.hop1.example", ZoneEntryKind.Txt, record);
        }

        var result = await ArcSamples.Verify(message, new ZoneResolver(zone), new ArcOptions { MaxSets = 12 });
        Assert.Equal((ArcResultCode.Pass, 3), (result.Code, result.OldestPass));
    }

    [Fact]
    public async Task A_message_without_From_has_no_author_to_cover()
    {
        var text = ArcSamples.Message[ArcSamples.Message.IndexOf("To:", StringComparison.Ordinal)..];
        var result = await ArcSamples.Verify(await ArcSamples.Pass(text, 1));
        Assert.Equal(ArcResultCode.Pass, result.Code);
        Assert.False(Assert.Single(result.Sets).MessageSignatureResult.CoversAuthor);
    }

    // As many as may be in flight.
    private static void Guess(DnsSession session)
    {
        var other = session.Begin(DnsPurpose.Bimi, 100);
        for (var i = 0; i < 32; i++)
        {
            other.Prefetch(new DnsQuestion(DomainName.Parse($"n{i}.test").Value!, DnsRecordType.Txt));
        }
    }
}
