using EmailAuth.Dns;
using EmailAuth.Messages;
using EmailAuth.Tests.TestSupport;
using Xunit;

namespace EmailAuth.Tests;

/// <summary>What a message costs in memory. Runs alone: other tests' garbage would be counted.</summary>
[Collection(nameof(AuthenticationMemoryTests))]
[CollectionDefinition(nameof(AuthenticationMemoryTests), DisableParallelization = true)]
public class AuthenticationMemoryTests
{
    [Fact]
    public void A_message_of_10_kb_with_one_signature_allocates_at_most_20_kb()
    {
        var pipeline = new AuthenticationPipeline(new ZoneResolver(TypicalMessage.Zone()), TypicalMessage.Options);
        Assert.InRange(AllocatedBy(() => Authenticate(pipeline, TypicalMessage.OneSignature)), 1, 20 * 1024);
    }

    [Fact]
    public void Allocation_does_not_grow_with_the_body()
    {
        var pipeline = new AuthenticationPipeline(new ZoneResolver(TypicalMessage.Zone()), TypicalMessage.Options);
        var line = "A line of the body that fails the body hash and is long enough to matter.\r\n"u8.ToArray();
        byte[] large = [.. TypicalMessage.OneSignature, .. Enumerable.Repeat(line, 50_000).SelectMany(l => l)];
        var small = AllocatedBy(() => Authenticate(pipeline, [.. TypicalMessage.OneSignature, .. line]));

        // The small message's own array is counted above; a failure's reason is the same text.
        Assert.InRange(AllocatedBy(() => Authenticate(pipeline, large)), 1, small);
    }

    [Fact]
    public async Task Ten_thousand_sessions_with_half_read_bodies_hold_at_most_10_kb_each()
    {
        const int Count = 10_000;
        var pipeline = new AuthenticationPipeline(new ZoneResolver(TypicalMessage.Zone()), TypicalMessage.Options);
        var header = HeaderBlock.Parse(TypicalMessage.OneSignature);
        Authenticate(pipeline, TypicalMessage.OneSignature);
        var sessions = new AuthenticationSession[Count];
        var before = GC.GetTotalMemory(forceFullCollection: true);
        for (var i = 0; i < Count; i++)
        {
            sessions[i] = HalfRead(pipeline, header);
        }

        var held = GC.GetTotalMemory(forceFullCollection: true) - before;
        Assert.InRange(held / Count, 1, 10 * 1024);
        foreach (var session in sessions)
        {
            await session.DisposeAsync();
        }
    }

    private static AuthenticationSession HalfRead(AuthenticationPipeline pipeline, HeaderBlock header)
    {
        var session = pipeline.BeginSession(TypicalMessage.Envelope.ClientAddress, TypicalMessage.Envelope.Helo);
        session.SetMailFrom(TypicalMessage.Envelope.MailFrom!);
        for (var field = 0; field < header.Count; field++)
        {
            session.AddHeaderField(header[field].Name, header[field].Value);
        }

        session.EndOfHeaders();
        session.AppendBody(TypicalMessage.OneSignature.AsSpan(header.BodyOffset, 5000));
        return session;
    }

    private static long AllocatedBy(Action action)
    {
        for (var warmUp = 0; warmUp < 3; warmUp++)
        {
            action();
        }

        var before = GC.GetAllocatedBytesForCurrentThread();
        action();
        return GC.GetAllocatedBytesForCurrentThread() - before;
    }

    private static void Authenticate(AuthenticationPipeline pipeline, byte[] message)
    {
        var pending = pipeline.AuthenticateAsync(TypicalMessage.Envelope, message, CancellationToken.None);
        Assert.True(pending.IsCompletedSuccessfully);
    }
}
