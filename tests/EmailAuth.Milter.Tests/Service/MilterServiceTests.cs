using System.Buffers.Binary;
using EmailAuth.Milter.Configuration;
using EmailAuth.Milter.Dialogue;
using EmailAuth.Milter.Tests.TestSupport;
using Microsoft.Extensions.Time.Testing;

namespace EmailAuth.Milter.Tests.Service;

public sealed class MilterServiceTests
{
    private readonly FakeAuthenticator _fake = new();

    [Fact]
    public async Task A_connection_is_served_packet_by_packet()
    {
        await using var service = await RunningService.StartAsync(_fake);
        using var mta = await service.ConnectAsync();

        Assert.True(await mta.IsServedAsync());
    }

    [Fact]
    public async Task After_any_prefix_of_a_dialogue_the_next_connection_is_served()
    {
        await using var service = await RunningService.StartAsync(_fake);
        var dialogue = Packets.Dialogue().SelectMany(p => p).ToArray();

        for (var length = 0; length < dialogue.Length; length++)
        {
            using var broken = await service.ConnectAsync();
            await broken.SendAsync(dialogue[..length]);
        }

        using var mta = await service.ConnectAsync();
        Assert.True(await mta.IsServedAsync());
    }

    [Fact]
    public async Task A_wrong_length_in_any_packet_ends_only_that_connection()
    {
        await using var service = await RunningService.StartAsync(_fake);
        var packets = Packets.Dialogue();

        for (var wrong = 0; wrong < packets.Length; wrong++)
        {
            foreach (var length in (uint[])[0, 1, 2, uint.MaxValue, 0x7fff_ffff, 200_000_000])
            {
                Assert.True(await IsHarmlessAsync(service, packets, wrong, length), $"packet {wrong} with length {length}");
            }
        }

        using var mta = await service.ConnectAsync();
        Assert.True(await mta.IsServedAsync());
    }

    [Fact]
    public async Task A_connection_beyond_the_limit_is_closed_until_another_ends()
    {
        await using var service = await RunningService.StartAsync(_fake, o => o with { MaxConnections = 1 });
        using (var first = await service.ConnectAsync())
        {
            await first.SendAsync(Packets.Offer());
            Assert.Equal("O", await first.ReadCodesAsync(1));
            using var second = await service.ConnectAsync();
            Assert.False(await second.IsAcceptedAsync());
            Assert.True(await QuitsAsync(first));
        }

        for (var attempt = 0; ; attempt++)
        {
            using var third = await service.ConnectAsync();
            if (await third.IsAcceptedAsync())
            {
                break;
            }

            Assert.True(attempt < 1_000, "no room was made");
        }
    }

    [Fact]
    public async Task A_silent_connection_ends_after_IdleTimeout_and_half_a_packet_after_PacketTimeout()
    {
        var time = new FakeTimeProvider();
        await using var service = await RunningService.StartAsync(
            _fake, o => o with { IdleTimeout = TimeSpan.FromHours(48), PacketTimeout = TimeSpan.FromMinutes(1) }, time);

        // It gets no reply before the clock goes on: the service might be about to see that one taken, which has the time of a packet too.
        using var silent = await service.ConnectAsync();
        using var half = await service.ConnectAsync();
        await half.SendAsync(Packets.Offer(), Packets.Connect()[..7]);
        Assert.Equal("O", await half.ReadCodesAsync(1));

        // The clock goes on until the sweep has seen it, by far less than the idle time: the sweep runs on the same clock.
        var halfEnds = half.ReadAsync();
        await AdvanceUntilAsync(time, TimeSpan.FromSeconds(1), halfEnds);
        Assert.Null(await halfEnds);
        await silent.SendAsync(Packets.Offer());
        Assert.Equal("O", await silent.ReadCodesAsync(1));

        var silentEnds = silent.ReadAsync();
        await AdvanceUntilAsync(time, TimeSpan.FromHours(1), silentEnds);
        Assert.Null(await silentEnds);
    }

    [Fact]
    public async Task A_stop_lets_messages_in_progress_finish_and_ends_idle_connections()
    {
        var verdict = new TaskCompletionSource<MessageAnswer>();
        var asked = new TaskCompletionSource();
        _fake.Verdict = _ =>
        {
            asked.SetResult();
            return new(verdict.Task);
        };
        await using var service = await RunningService.StartAsync(_fake, o => o with { DrainTimeout = TimeSpan.FromMinutes(1) });
        using var idle = await service.ConnectAsync();
        await idle.SendAsync(Packets.Offer(), Packets.Connect());
        Assert.Equal("O", await idle.ReadCodesAsync(1));
        using var busy = await service.ConnectAsync();
        await busy.SendAsync([Packets.Offer(), Packets.Connect(), .. Packets.Message()]);
        Assert.Equal("O", await busy.ReadCodesAsync(1));
        await asked.Task;

        var stops = service.Host.StopAsync(TestContext.Current.CancellationToken);
        Assert.Null(await idle.ReadAsync());
        Assert.False(stops.IsCompleted);
        verdict.SetResult(new MessageAnswer { Decision = MilterDecision.Accept });

        Assert.Equal("c", await busy.ReadCodesAsync(1));
        Assert.Null(await busy.ReadAsync());
        await stops;
    }

    [Fact]
    public async Task A_stop_ends_a_message_that_takes_longer_than_the_limit()
    {
        var asked = new TaskCompletionSource();
        _fake.Verdict = async token =>
        {
            asked.SetResult();
            await Task.Delay(Timeout.Infinite, token);
            throw new InvalidOperationException("not reached");
        };
        await using var service = await RunningService.StartAsync(_fake, o => o with { DrainTimeout = TimeSpan.Zero });
        using var busy = await service.ConnectAsync();
        await busy.SendAsync([Packets.Offer(), Packets.Connect(), .. Packets.Message()]);
        Assert.Equal("O", await busy.ReadCodesAsync(1));
        await asked.Task;

        await service.Host.StopAsync(TestContext.Current.CancellationToken);

        Assert.Null(await busy.ReadAsync());
    }

    [Fact]
    public async Task An_MTA_that_leaves_while_it_waits_ends_the_checks()
    {
        var ended = new TaskCompletionSource();
        _fake.Verdict = async token =>
        {
            await using var registration = token.Register(ended.SetResult);
            await Task.Delay(Timeout.Infinite, token);
            throw new InvalidOperationException("not reached");
        };
        await using var service = await RunningService.StartAsync(_fake, o => o with { ProgressInterval = TimeSpan.FromMilliseconds(100) });
        using (var mta = await service.ConnectAsync())
        {
            await mta.SendAsync([Packets.Offer(), Packets.Connect(), .. Packets.Message()]);
            Assert.Equal("O", await mta.ReadCodesAsync(1));
        }

        await ended.Task.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task A_peer_that_closed_only_its_sending_side_gets_its_answers()
    {
        var verdict = new TaskCompletionSource<MessageAnswer>();
        var asked = new TaskCompletionSource();
        _fake.Verdict = _ =>
        {
            asked.SetResult();
            return new(verdict.Task);
        };
        await using var service = await RunningService.StartAsync(_fake, o => o with { ProgressInterval = TimeSpan.FromMinutes(1) });
        using var mta = await service.ConnectAsync();
        await mta.SendAsync([Packets.Offer(), Packets.Connect(), .. Packets.Message()]);
        mta.FinishSending();
        Assert.Equal("O", await mta.ReadCodesAsync(1));
        await asked.Task;

        verdict.SetResult(new MessageAnswer { Decision = MilterDecision.Accept });

        Assert.Equal("c", await mta.ReadCodesAsync(1));
        Assert.Null(await mta.ReadAsync());
    }

    [Fact]
    public async Task A_socket_that_a_killed_service_left_behind_is_taken_over_and_has_its_access_rights()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Access rights of sockets are a matter of Unix.");
        var folder = Directory.CreateTempSubdirectory("emailauth-milter-").FullName;
        var path = Path.Combine(folder, "milter.sock");
        try
        {
            Leave(path);
            Assert.True(File.Exists(path));
            await using var service = await RunningService.StartAsync(
                _fake, o => o with { Listen = [new ListenAddress(null, path)], SocketMode = UnixFileMode.UserRead | UnixFileMode.UserWrite });

            using var mta = await MtaConnection.OpenAsync(path);
            Assert.True(await mta.IsServedAsync());
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, new FileInfo(path).UnixFileMode);

            // A second service finds the first one there.
            await Assert.ThrowsAsync<IOException>(() => RunningService.StartAsync(_fake, o => o with { Listen = [new ListenAddress(null, path)] }));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public async Task A_file_that_is_not_a_socket_is_never_deleted()
    {
        var path = Path.GetTempFileName();
        try
        {
            await Assert.ThrowsAnyAsync<Exception>(
                () => RunningService.StartAsync(_fake, o => o with { Listen = [new ListenAddress(null, path)] }));
            Assert.True(File.Exists(path));
        }
        finally
        {
            File.Delete(path);
        }
    }

    private static void Leave(string path)
    {
        var socket = new System.Net.Sockets.Socket(
            System.Net.Sockets.AddressFamily.Unix, System.Net.Sockets.SocketType.Stream, System.Net.Sockets.ProtocolType.Unspecified);
        socket.Bind(new System.Net.Sockets.UnixDomainSocketEndPoint(path));
        var aside = path + ".aside";
        File.Move(path, aside);
        socket.Dispose(); // removes the file of its name, which is not there
        File.Move(aside, path);
    }

    private static async Task<bool> QuitsAsync(MtaConnection mta)
    {
        await mta.SendAsync(Packets.Quit);
        return await mta.ReadAsync() is null;
    }

    private static async Task AdvanceUntilAsync(FakeTimeProvider time, TimeSpan step, Task task)
    {
        for (var i = 0; i < 100_000 && !task.IsCompleted; i++)
        {
            time.Advance(step);
            await Task.Yield();
        }
    }

    private static async Task<bool> IsHarmlessAsync(RunningService service, byte[][] packets, int wrong, uint length)
    {
        using var mta = await service.ConnectAsync();
        var broken = packets.Select(p => p.ToArray()).ToArray();
        BinaryPrimitives.WriteUInt32BigEndian(broken[wrong], length);
        await mta.SendAsync(broken);
        mta.FinishSending();
        for (var answers = 0; answers < 100; answers++)
        {
            if (await mta.ReadAsync() is null)
            {
                return true;
            }
        }

        return false;
    }
}
