using EmailAuth.Milter.Dialogue;
using EmailAuth.Milter.Protocol;
using EmailAuth.Milter.Tests.TestSupport;

namespace EmailAuth.Milter.Tests.Service;

/// <summary>What connections and bodies cost in memory. Runs alone: what other tests of this process take and leave would be counted.</summary>
[Collection(nameof(MilterMemoryTests))]
[CollectionDefinition(nameof(MilterMemoryTests), DisableParallelization = true)]
public sealed class MilterMemoryTests
{
    private readonly FakeAuthenticator _fake = new();

    [Fact]
    public async Task Two_thousand_idle_connections_use_little_memory_and_do_not_delay_others()
    {
        await using var service = await RunningService.StartAsync(_fake);
        using (var first = await service.ConnectAsync())
        {
            Assert.True(await first.IsServedAsync());
        }

        var before = GC.GetTotalMemory(forceFullCollection: true);
        var idle = new List<MtaConnection>();
        try
        {
            for (var i = 0; i < 2_000; i++)
            {
                var connection = await service.ConnectAsync();
                idle.Add(connection);
                await connection.SendAsync(Packets.Offer());
                Assert.Equal("O", await connection.ReadCodesAsync(1));
            }

            using var mta = await service.ConnectAsync();
            Assert.True(await mta.IsServedAsync());

            // Both ends of each connection live in this process: a Kestrel connection is about 6 KB, the test's socket 1 KB.
            var each = (GC.GetTotalMemory(forceFullCollection: true) - before) / idle.Count;
            Assert.True(each < 16 * 1024, $"{each} bytes each");
        }
        finally
        {
            idle.ForEach(connection => connection.Dispose());
        }
    }

    [Fact]
    public async Task A_body_of_100_MB_is_not_stored()
    {
        var (asked, verdict) = (new TaskCompletionSource(), new TaskCompletionSource<MessageAnswer>());
        _fake.Verdict = _ =>
        {
            asked.SetResult();
            return new(verdict.Task);
        };
        await using var service = await RunningService.StartAsync(_fake, o => o with { ProgressInterval = TimeSpan.FromHours(1) });
        using var mta = await service.ConnectAsync();
        await mta.SendAsync(Packets.Offer(), Packets.Connect(), Packets.Mail(), Packets.EndOfHeaders);
        Assert.Equal("O", await mta.ReadCodesAsync(1));
        var chunk = Packets.Of(MilterCommand.Body, new byte[65_535]);
        await mta.SendBytesAsync(chunk);

        var before = GC.GetTotalMemory(forceFullCollection: true);
        for (var i = 0; i < 1_600; i++)
        {
            await mta.SendBytesAsync(chunk);
        }

        // The verdict is asked for when the service has read all of it. Buffers of the connection remain, at most about 1 MB.
        await mta.SendAsync(Packets.EndOfBody);
        await asked.Task.WaitAsync(TimeSpan.FromMinutes(1), TestContext.Current.CancellationToken);
        var held = GC.GetTotalMemory(forceFullCollection: true) - before;
        verdict.SetResult(new MessageAnswer { Decision = MilterDecision.Accept });

        Assert.Equal("c", await mta.ReadCodesAsync(1));
        Assert.True(held < 8 * 1024 * 1024, $"{held} bytes");
        Assert.Equal(1_601 * 65_535, _fake.BytesOfBody);
    }
}
