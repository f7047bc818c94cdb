using System.Net.Sockets;
using System.Text;
using EmailAuth.Fuzz.Support;
using EmailAuth.Milter;
using EmailAuth.Milter.Authentication;
using EmailAuth.Milter.Configuration;
using EmailAuth.Milter.Protocol;
using EmailAuth.Milter.Protocol.Tests.TestSupport;
using EmailAuth.Milter.Service;
using Microsoft.Extensions.Logging;

namespace EmailAuth.Benchmarks.Soak;

/// <summary>The milter on a Unix socket, and an MTA that delivers messages to it, or hangs up at any byte.</summary>
internal sealed class MilterPeer : IAsyncDisposable
{
    private const int ChunkLength = 60_000;
    private const int MostSentBeforeCut = 64 * 1024;

    private readonly MilterHost _host;
    private readonly string _folder;
    private readonly UnixDomainSocketEndPoint _address;

    private MilterPeer(MilterHost host, string folder, string path)
    {
        _host = host;
        _folder = folder;
        _address = new UnixDomainSocketEndPoint(path);
    }

    /// <summary>Starts the service over a pipeline.</summary>
    public static async Task<MilterPeer> StartAsync(AuthenticationPipeline pipeline)
    {
        var folder = Directory.CreateTempSubdirectory("emailauth-soak-").FullName;
        var path = Path.Combine(folder, "milter.sock");
        var options = MilterOptions.For(pipeline.Options.AuthservId) with { Listen = [new ListenAddress(null, path)], LogLevel = LogLevel.None };
        var search = new AuthenticationPipeline(pipeline.Evaluators.Resolver, pipeline.Options with { Methods = AuthenticationMethods.None });
        var host = MilterHost.Create(options, new ConfigurationSource(null, []), (_, _) => new PipelineAuthenticator(pipeline, search, options, TimeProvider.System));
        await host.StartAsync(CancellationToken.None);
        return new MilterPeer(host, folder, path);
    }

    /// <summary>Delivers a message whose results are known: the milter adds them, and accepts.</summary>
    public async Task DeliverAsync(SoakMail mail)
    {
        using var socket = await ConnectAsync();
        await SendAsync(socket, Dialogue(mail));
        using var replies = new MemoryStream();
        await using (var stream = new NetworkStream(socket))
        {
            await stream.CopyToAsync(replies);
        }

        var answers = Answer.ReadAll(replies.ToArray());
        var added = string.Concat(answers.Where(answer => answer.Reply == MilterReply.InsertHeader).Select(answer => answer.Text));
        var missing = mail.Expected!.Split(' ').FirstOrDefault(result => !added.Contains(result, StringComparison.Ordinal));
        FindingException.ThrowIf(
            missing is not null || answers[^1].Reply is not (MilterReply.Accept or MilterReply.Continue),
            $"the milter adds {added} and ends with {answers[^1].Reply}");
    }

    /// <summary>Delivers a part of a message and hangs up.</summary>
    public async Task CutAsync(SoakMail mail, Random random)
    {
        var dialogue = Dialogue(mail);
        using var socket = await ConnectAsync();
        try
        {
            await SendAsync(socket, dialogue.AsMemory(0, random.Next(Math.Min(dialogue.Length, MostSentBeforeCut))));
        }
        catch (SocketException e) when (e.SocketErrorCode is SocketError.Shutdown or SocketError.ConnectionReset)
        {
            // The milter was the first to hang up: a name or a field that no packet can hold.
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _host.StopAsync(CancellationToken.None);
        await _host.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    private async Task<Socket> ConnectAsync()
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        await socket.ConnectAsync(_address);
        return socket;
    }

    private static async Task SendAsync(Socket socket, ReadOnlyMemory<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            bytes = bytes[await socket.SendAsync(bytes)..];
        }
    }

    private static byte[] Dialogue(SoakMail mail)
    {
        using var dialogue = new MemoryStream();
        var envelope = mail.Envelope;
        dialogue.Write(Packets.Offer());
        dialogue.Write(Packets.Connect(envelope.ClientAddress!.ToString()));
        dialogue.Write(Packets.Helo(envelope.Helo!));
        dialogue.Write(Packets.Mail($"<{envelope.MailFrom}>"));
        for (var i = 0; i < mail.Header.Count; i++)
        {
            dialogue.Write(Packets.Of(MilterCommand.Header, [.. mail.Header[i].Name, 0, .. Unfolded(mail.Header[i].Value), 0]));
        }

        dialogue.Write(Packets.EndOfHeaders);
        for (var start = mail.Header.BodyOffset; start < mail.Message.Length; start += ChunkLength)
        {
            dialogue.Write(Packets.Of(MilterCommand.Body, mail.Message.AsSpan(start, Math.Min(ChunkLength, mail.Message.Length - start))));
        }

        dialogue.Write(Packets.EndOfBody);
        dialogue.Write(Packets.Quit);
        return dialogue.ToArray();
    }

    // An MTA hands on folds with LF alone.
    private static byte[] Unfolded(ReadOnlySpan<byte> value) =>
        Encoding.Latin1.GetBytes(Encoding.Latin1.GetString(value).Replace("\r\n", "\n", StringComparison.Ordinal));
}
