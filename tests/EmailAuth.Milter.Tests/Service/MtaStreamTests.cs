using System.Net;
using System.Net.Sockets;
using EmailAuth.Milter.Service;

namespace EmailAuth.Milter.Tests.Service;

/// <summary>What is read while a verdict takes time.</summary>
public sealed class MtaStreamTests : IDisposable
{
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Socket _mta;
    private readonly Socket _accepted;
    private readonly MtaStream _stream;

    public MtaStreamTests()
    {
        using var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen();
        _mta = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        _mta.Connect(listener.LocalEndPoint!);
        _accepted = listener.Accept();
        _stream = new MtaStream(_accepted, _ended.SetResult);
    }

    [Fact]
    public async Task An_MTA_that_leaves_is_noticed()
    {
        _stream.Watch();
        Assert.False(_ended.Task.IsCompleted);

        _mta.Dispose();

        await _ended.Task.WaitAsync(TestContext.Current.CancellationToken);
        Assert.Equal(0, await _stream.ReadAsync(new byte[10], TestContext.Current.CancellationToken));
    }

    [Theory]
    [InlineData(5)]
    [InlineData(100_000)]
    public async Task What_comes_meanwhile_is_read_next_and_in_order(int length)
    {
        var cancel = TestContext.Current.CancellationToken;
        var sent = Enumerable.Range(0, length).Select(i => (byte)(i % 251)).ToArray();
        _stream.Watch();
        _stream.Watch(); // it already does
        var sending = _mta.SendAsync(sent, cancel);

        var received = new MemoryStream();
        var buffer = new byte[1_000];
        while (received.Length < length)
        {
            received.Write(buffer, 0, await _stream.ReadAsync(buffer, cancel));
            _stream.Watch();
        }

        await sending;
        Assert.Equal(sent, received.ToArray());
        Assert.False(_ended.Task.IsCompleted);
    }

    [Fact]
    public async Task An_MTA_that_says_something_and_leaves_is_noticed_and_heard()
    {
        var cancel = TestContext.Current.CancellationToken;
        _stream.Watch();
        await _mta.SendAsync("QUIT"u8.ToArray(), cancel);
        _mta.Shutdown(SocketShutdown.Send);

        await _ended.Task.WaitAsync(cancel);
        var buffer = new byte[10];
        Assert.Equal("QUIT"u8.ToArray(), buffer[..await _stream.ReadAsync(buffer, cancel)]);
        Assert.Equal(0, await _stream.ReadAsync(buffer, cancel));
    }

    [Fact]
    public async Task A_read_that_is_to_be_ended_gets_what_has_arrived()
    {
        await _mta.SendAsync("QUIT"u8.ToArray(), TestContext.Current.CancellationToken);
        _accepted.Poll(-1, SelectMode.SelectRead);
        var cancelled = new CancellationToken(canceled: true);

        Assert.Equal(4, await _stream.ReadAsync(new byte[10], cancelled));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => _stream.ReadAsync(new byte[10], cancelled).AsTask());
    }

    [Fact]
    public async Task A_read_that_waits_beside_the_watch_can_be_ended_and_loses_nothing()
    {
        using var ending = new CancellationTokenSource();
        _stream.Watch();
        var reading = _stream.ReadAsync(new byte[10], ending.Token).AsTask();
        ending.Cancel();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => reading);

        await _mta.SendAsync("QUIT"u8.ToArray(), TestContext.Current.CancellationToken);

        Assert.Equal(4, await _stream.ReadAsync(new byte[10], TestContext.Current.CancellationToken));
    }

    public void Dispose()
    {
        _stream.Dispose();
        _accepted.Dispose();
        _mta.Dispose();
    }
}
