using System.Net;
using EmailAuth.Dns;
using EmailAuth.Dns.Stub;
using Xunit;

namespace EmailAuth.Tests.Dns.Stub;

/// <summary>When the file of the system's servers is looked at, and what becomes of servers that it no longer names.</summary>
public sealed class ServerListTests : IDisposable
{
    private readonly string _file = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
    private readonly StubParts _parts;

    public ServerListTests() => _parts = new StubParts(new StubResolverOptions { ResolvConfFile = _file, DatagramReceiver = static () => null });

    public void Dispose()
    {
        File.Delete(_file);
        _parts.Dispose();
    }

    [Fact]
    public void The_file_is_looked_at_when_more_than_five_seconds_have_passed()
    {
        Write("nameserver 192.0.2.1\n");
        using var list = new ServerList(_parts.Context);
        for (var i = 2; i < 6; i++)
        {
            Write($"nameserver 192.0.2.{i}\nnameserver 192.0.2.99\n".PadRight(60 + i));
            Assert.Equal(i == 2 ? "192.0.2.1:53" : $"192.0.2.{i - 1}:53 192.0.2.99:53", Names(list));
            _parts.Time.Advance(TimeSpan.FromSeconds(5));
            Assert.Equal(i == 2 ? "192.0.2.1:53" : $"192.0.2.{i - 1}:53 192.0.2.99:53", Names(list));
            _parts.Time.Advance(TimeSpan.FromTicks(1));
            Assert.Equal($"192.0.2.{i}:53 192.0.2.99:53", Names(list));
        }
    }

    [Fact]
    public void A_file_of_the_same_time_and_length_is_not_read_again_and_one_of_another_is()
    {
        var written = new DateTime(2026, 1, 2, 3, 4, 5, DateTimeKind.Utc);
        Write("nameserver 192.0.2.1\n", written);
        using var list = new ServerList(_parts.Context);
        Write("nameserver 192.0.2.2\n", written);
        Assert.Equal("192.0.2.1:53", Later(list));
        Write("nameserver 192.0.2.33\n", written);
        Assert.Equal("192.0.2.33:53", Later(list));
        Write("nameserver 192.0.2.44\n", written);
        Assert.Equal("192.0.2.33:53", Later(list));
        Write("nameserver 192.0.2.55\n", written.AddTicks(10_000));
        Assert.Equal("192.0.2.55:53", Later(list));
        File.Delete(_file);
        Assert.Equal("192.0.2.55:53", Later(list));
        Write("options rotate\n");
        Assert.Equal("192.0.2.55:53", Later(list));
        Write("nameserver 192.0.2.6\noptions rotate attempts:3\n");
        Assert.Equal("192.0.2.6:53", Later(list));
        Assert.Equal((true, (int?)3), (list.Current.Conf.Rotate, list.Current.Conf.Attempts));
    }

    [Fact]
    public void A_server_that_is_no_longer_named_is_disposed_of_and_one_that_stays_is_kept()
    {
        Write("nameserver 127.0.0.1\nnameserver 127.0.0.2\nnameserver 127.0.0.3\n");
        using var list = new ServerList(_parts.Context);
        var before = list.Current.Servers;
        Write("nameserver 127.0.0.4\nnameserver 127.0.0.2\n");
        Assert.Equal("127.0.0.4:53 127.0.0.2:53", Later(list));
        Assert.Same(before[1], list.Current.Servers[1]);
        Assert.Equal([true, false, true], before.Select(IsDisposed));
        Assert.False(IsDisposed(list.Current.Servers[0]));

        list.Idle();
        Assert.All(list.Current.Servers, static server => Assert.Equal(0, server.SocketCount));
        Assert.False(IsDisposed(list.Current.Servers[0]));
        Write("nameserver 127.0.0.5\n");
        list.Dispose();
        Assert.Equal("127.0.0.4:53 127.0.0.2:53", Later(list)); // not looked at any more
        Assert.Equal([true, true], list.Current.Servers.Select(IsDisposed));
    }

    [Fact]
    public void Servers_of_the_options_go_before_the_file_and_each_counts_once()
    {
        Write("nameserver 192.0.2.1\noptions rotate\n");
        IPEndPoint[] servers = [new(IPAddress.Parse("192.0.2.7"), 5353), new(IPAddress.Parse("192.0.2.8"), 53), new(IPAddress.Parse("192.0.2.7"), 5353), new(IPAddress.Parse("192.0.2.7"), 53)];
        using var parts = new StubParts(new StubResolverOptions { ResolvConfFile = _file, Servers = [.. servers] });
        using var list = new ServerList(parts.Context);
        Assert.Equal("192.0.2.7:5353 192.0.2.8:53 192.0.2.7:53", Names(list));
        Assert.False(list.Current.Conf.Rotate);
        Write("nameserver 192.0.2.2\n");
        parts.Time.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal("192.0.2.7:5353 192.0.2.8:53 192.0.2.7:53", Names(list));
        using var many = new StubParts(new StubResolverOptions { Servers = [.. Enumerable.Range(1, 16).Select(static i => new IPEndPoint(IPAddress.Loopback, i))] });
        using var all = new ServerList(many.Context);
        Assert.Equal(16, all.Current.Servers.Length);
    }

    [Fact]
    public void A_folder_in_place_of_the_file_is_as_good_as_no_file()
    {
        Directory.CreateDirectory(_file);
        try
        {
            using var list = new ServerList(_parts.Context);
            Assert.NotEmpty(list.Current.Servers);
        }
        finally
        {
            Directory.Delete(_file);
        }
    }

    private static string Names(ServerList list) => string.Join(' ', list.Current.Servers.Select(static server => server.Name));

    private static bool IsDisposed(DnsServer server)
    {
        // One that is disposed of ends the question at once.
        var (exchange, end) = StubParts.Ask();
        server.Ask(exchange, TimeSpan.FromSeconds(5));
        return end.IsCompleted && exchange.Carrier is null && exchange.Result == ExchangeEnd.Unreachable && server.SocketCount == 0;
    }

    private string Later(ServerList list)
    {
        _parts.Time.Advance(TimeSpan.FromSeconds(6));
        return Names(list);
    }

    private void Write(string text, DateTime? written = null)
    {
        File.WriteAllText(_file, text);
        if (written is { } time)
        {
            File.SetLastWriteTimeUtc(_file, time);
        }
    }
}
