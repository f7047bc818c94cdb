using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace EmailAuth.Milter.Tests.EndToEnd;

/// <summary>
/// The same load on our milter and on opendkim plus opendmarc: messages a second of their processor time. It is a measurement that wants the
/// machine for itself, and a test only where LONG is defined: <c>.ci/long load</c>.
/// </summary>
public sealed class LoadComparison(MailSite site) : IClassFixture<MailSite>
{
    private const int Messages = 6_000;
    private const int PeerMessages = 2_000;
    private const int Connections = 8;
    private const int PostfixMessages = 1_500;

#if LONG
    [Fact]
#endif
    public async Task Twice_the_messages_a_second_of_processor_time_and_an_answer_within_a_millisecond()
    {
        Assert.SkipWhen(site.Missing is not null, site.Missing ?? "");
        Assert.SkipWhen(Programs.Find("opendmarc") is null, "Not installed: opendmarc.");
        Assert.SkipWhen(Programs.Find("unshare") is null, "Not installed: unshare, which gives opendmarc a resolv.conf of its own.");
        await site.ReloadAsync("\"LogLevel\": \"information\"");
        await using var nsd = await site.StartNsdAsync(PeerDaemons.DnsAddress, PeerDaemons.DnsPort);
        await using var peers = await PeerDaemons.StartAsync();

        var signed = await site.SignAsync(TenKilobytes());
        var message = LoadMessage.Parse(signed);
        var judged = LoadMessage.Parse("Authentication-Results: mx.example.org;\r\n\tdkim=pass header.d=author.example header.i=@author.example\r\n" + signed);
        var ours = new UnixDomainSocketEndPoint(site.MilterSocket);

        // Code is compiled, caches are filled, and the verdicts are looked at.
        await SendAsync(ours, message, 3_000);
        await SendAsync(peers.OpenDkim, message, 500);
        await SendAsync(peers.OpenDmarc, judged, 500);

        var output = TestContext.Current.TestOutputHelper!;
        var mine = await MeasureAsync("emailauth", Messages, [site.Milter], () => SendAsync(ours, message, Messages));
        var dkim = await MeasureAsync("opendkim", PeerMessages, [peers.Dkim], () => SendAsync(peers.OpenDkim, message, PeerMessages));
        var dmarc = await MeasureAsync("opendmarc", PeerMessages, [peers.Dmarc], () => SendAsync(peers.OpenDmarc, judged, PeerMessages));
        var theirs = 1 / ((1 / dkim.Rate) + (1 / dmarc.Rate));
        var ratio = mine.Rate / theirs;
        foreach (var line in (string[])[mine.Text, dkim.Text, dmarc.Text])
        {
            output.WriteLine(line);
        }

        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"direct: emailauth {mine.Rate:0}/CPU s, opendkim+opendmarc {theirs:0}/CPU s, ratio {ratio:0.00}"));

        using var single = await LoadGenerator.OpenAsync(ours);
        for (var i = 0; i < 2_000; i++)
        {
            await single.SendAsync(message);
        }

        var median = single.Waits.Order().ElementAt(single.Waits.Count / 2);
        var late = single.Waits.Order().ElementAt(single.Waits.Count * 99 / 100);
        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"end of message, one connection: median {median.TotalMilliseconds:0.000} ms, 99th percentile {late.TotalMilliseconds:0.000} ms"));

        await using (await PostfixServer.StartAsync(
            site.NewFolder("load"), new PostfixListener(peers.OurPort, $"unix:{site.MilterSocket}"), new PostfixListener(peers.TheirPort, $"inet:127.0.0.1:{peers.OpenDkim.Port}, inet:127.0.0.1:{peers.OpenDmarc.Port}")))
        {
            await SubmitAsync(peers.OurPort, signed, 200);
            await SubmitAsync(peers.TheirPort, signed, 200);
            var mineBehind = await MeasureAsync("emailauth", PostfixMessages, [site.Milter], () => SubmitAsync(peers.OurPort, signed, PostfixMessages));
            var theirsBehind = await MeasureAsync("opendkim+opendmarc", PostfixMessages, [peers.Dkim, peers.Dmarc], () => SubmitAsync(peers.TheirPort, signed, PostfixMessages));
            output.WriteLine("behind Postfix: " + mineBehind.Text);
            output.WriteLine("behind Postfix: " + theirsBehind.Text);
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"behind Postfix: ratio {mineBehind.Rate / theirsBehind.Rate:0.00}"));
        }

        Assert.True(ratio >= 2, $"{ratio}");
        Assert.True(median < TimeSpan.FromMilliseconds(1), $"{median}");
    }

    private static async Task SendAsync(EndPoint milter, LoadMessage message, int count) => await Task.WhenAll(
        Enumerable.Range(0, Connections).Select(_ => Task.Run(async () =>
        {
            using var generator = await LoadGenerator.OpenAsync(milter);
            for (var i = 0; i < count / Connections; i++)
            {
                await generator.SendAsync(message);
            }

            Assert.Contains(generator.LastReplies[^1], "ac");
            Assert.Contains('i', generator.LastReplies.Replace('h', 'i'));
        })));

    private static async Task SubmitAsync(int port, string message, int count) => await Task.WhenAll(
        Enumerable.Range(0, Connections).Select(_ => Task.Run(async () =>
        {
            using var smtp = await SmtpConnection.OpenAsync(port, "192.0.2.1", "mail.author.example");
            for (var i = 0; i < count / Connections; i++)
            {
                var reply = await smtp.SendAsync("<alice@author.example>", "box1@example.org", Encoding.Latin1.GetBytes(message));
                Assert.True(reply.StartsWith("250", StringComparison.Ordinal), reply);
            }
        })));

    private static async Task<(double Rate, string Text)> MeasureAsync(string name, int count, Daemon[] daemons, Func<Task> load)
    {
        var before = daemons.Sum(d => d.ProcessorTime.TotalSeconds);
        var started = Stopwatch.GetTimestamp();
        await load();
        var elapsed = Stopwatch.GetElapsedTime(started).TotalSeconds;
        var cpu = daemons.Sum(d => d.ProcessorTime.TotalSeconds) - before;
        return (count / cpu, string.Create(
            CultureInfo.InvariantCulture, $"{name}: {count} messages in {elapsed:0.00} s, {cpu:0.000} CPU s, {cpu / count * 1e6:0} µs of CPU each"));
    }

    private static string TenKilobytes()
    {
        var text = new StringBuilder(
            "From: Alice <alice@author.example>\r\nTo: box1@example.org\r\nSubject: Ten kilobytes\r\nDate: Tue, 24 Nov 2026 12:00:00 +0000\r\n" +
            "Message-ID: <load@author.example>\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset=us-ascii\r\n\r\n");
        while (text.Length < 10 * 1024)
        {
            text.Append("The quick brown fox jumps over the lazy dog, again and again, all day. \r\n");
        }

        return text.ToString();
    }
}
