using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using EmailAuth.Milter.Protocol;

const int MaxConnections = 200;
if (args is not [var text] || !ushort.TryParse(text, out var port))
{
    Console.Error.WriteLine("usage: SubjectTagMilter PORT");
    return 64;
}

// SIGTERM and Ctrl-C: no new connections, and those that are open end after their message.
using var stopping = new CancellationTokenSource();
Action<PosixSignalContext> stop = signal =>
{
    signal.Cancel = true;
    stopping.Cancel();
};
using PosixSignalRegistration terminated = PosixSignalRegistration.Create(PosixSignal.SIGTERM, stop), interrupted = PosixSignalRegistration.Create(PosixSignal.SIGINT, stop);
using var listener = new TcpListener(IPAddress.Loopback, port);
listener.Start();
var connections = new List<Task>();
while (true)
{
    try
    {
        TcpClient client = await listener.AcceptTcpClientAsync(stopping.Token);
        connections.RemoveAll(static connection => connection.IsCompleted);
        connections.Add(connections.Count < MaxConnections ? ServeAsync(client, stopping.Token) : RefuseAsync(client));
    }
    catch (OperationCanceledException)
    {
        await Task.WhenAll(connections).WaitAsync(TimeSpan.FromSeconds(30)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return 0;
    }
}

static async Task ServeAsync(TcpClient client, CancellationToken stopping)
{
    using (client)
    {
        try
        {
            Console.WriteLine(await MilterConnection.RunAsync(client.GetStream(), new SubjectTag(), SubjectTag.Options, stopping));
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            // A fault of the handler ends its connection: the MTA does what its milter_default_action says.
            Console.Error.WriteLine(e);
        }
    }
}

static Task RefuseAsync(TcpClient client)
{
    client.Dispose();
    return Task.CompletedTask;
}
