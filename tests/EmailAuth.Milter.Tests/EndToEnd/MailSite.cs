using System.Globalization;
using System.Net;
using System.Text;
using EmailAuth.Tests.TestSupport;

namespace EmailAuth.Milter.Tests.EndToEnd;

/// <summary>
/// A mail site on the loopback interface: nsd with the test's zone, opendkim that signs, Postfix with one port for mail from outside, which
/// goes through our milter, and one at which mail is signed.
/// </summary>
public sealed class MailSite : IAsyncLifetime
{
    private readonly string _folder = Directory.CreateTempSubdirectory("emailauth-site-").FullName;
    private readonly TestZone _zone = new();
    private readonly List<IAsyncDisposable> _running = [];
    private int _mailboxes;

    /// <summary>Why there is no site, or null.</summary>
    public string? Missing { get; } = Programs.WhyNoPostfix();

    /// <summary>The port for mail from outside.</summary>
    public int Port { get; private set; }

    /// <summary>The same, with version 2 of the milter protocol as old MTAs speak it.</summary>
    public int OldPort { get; private set; }

    internal PostfixServer Postfix { get; private set; } = null!;

    internal Daemon Milter { get; private set; } = null!;

    internal string KeyFile => Path.Combine(_folder, "key.pem");

    internal string NextKeyFile => Path.Combine(_folder, "next.pem");

    internal int DnsPort { get; private set; }

    internal string MilterSocket => Path.Combine(_folder, "milter.sock");

    private string MilterConfiguration => Path.Combine(_folder, "milter.json");

    private int SigningPort { get; set; }

    public async ValueTask InitializeAsync()
    {
        if (Missing is not null)
        {
            return;
        }

        WriteKey(KeyFile, _zone.PrivateKeyPem);
        WriteKey(NextKeyFile, _zone.NextPrivateKeyPem);
        DnsPort = LoopbackPort.Take();
        _running.Add(await StartNsdAsync("127.0.0.1", DnsPort));
        var opendkim = await StartOpenDkimAsync();
        Configure(null);
        await Daemon.RunAsync("chmod", "0755", _folder);
        await StartMilterAsync();
        Port = LoopbackPort.Take();
        OldPort = LoopbackPort.Take();
        SigningPort = LoopbackPort.Take();
        Postfix = await PostfixServer.StartAsync(
            Path.Combine(_folder, "postfix"), new PostfixListener(Port, $"unix:{MilterSocket}"),
            new PostfixListener(OldPort, $"unix:{MilterSocket}", MilterProtocol: 2),
            new PostfixListener(SigningPort, $"inet:127.0.0.1:{opendkim}"));
        _running.Add(Postfix);
    }

    public async ValueTask DisposeAsync()
    {
        // Last started, first stopped; the milter may have been started again.
        foreach (var running in _running.AsEnumerable().Reverse())
        {
            await running.DisposeAsync();
        }

        if (Milter is not null)
        {
            await Milter.DisposeAsync();
        }

        _zone.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    /// <summary>A folder that goes when the site does.</summary>
    internal string NewFolder(string name) => Directory.CreateDirectory(Path.Combine(_folder, name)).FullName;

    /// <summary>A mailbox that nobody has used.</summary>
    internal string NewMailbox() => $"box{Interlocked.Increment(ref _mailboxes)}";

    internal async Task StartMilterAsync() => Milter = await MilterProcess.StartAsync(MilterConfiguration, MilterSocket);

    /// <summary>Gives the running milter other settings, by SIGHUP, and waits until they count.</summary>
    /// <param name="settings">Members of its JSON file, beside those that stay; what is not named has its default.</param>
    internal async Task ReloadAsync(string settings)
    {
        Configure(settings);
        var said = Milter.Output.Length;
        await Daemon.RunAsync("kill", "-HUP", Milter.Process.Id.ToString(CultureInfo.InvariantCulture));
        await Eventually.True(
            () => Milter.Output[said..].Contains("configuration", StringComparison.Ordinal), () => Milter.Output);
        Assert.Contains("read again", Milter.Output[said..], StringComparison.Ordinal);
    }

    /// <summary>Waits for a line of the running milter: it is read beside the mail, and may come after it.</summary>
    internal Task MilterSaysAsync(string text) =>
        Eventually.True(() => Milter.Output.Contains(text, StringComparison.Ordinal), () => Milter.Output);

    /// <summary>Starts another server with the same names.</summary>
    internal async Task<Daemon> StartNsdAsync(string address, int port)
    {
        var folder = Directory.CreateDirectory(Path.Combine(_folder, $"nsd-{port}")).FullName;
        var zoneFile = Path.Combine(folder, "root.zone");
        File.WriteAllText(zoneFile, _zone.Text);
        var configuration = Path.Combine(folder, "nsd.conf");
        File.WriteAllText(configuration, $"""
            server:
              ip-address: {address}@{port}
              username: ""
              chroot: ""
              server-count: 1
              pidfile: "{folder}/nsd.pid"
              zonesdir: "{folder}"
              database: ""
              xfrdfile: "{folder}/xfrd.state"
              zonelistfile: "{folder}/zone.list"
              xfrdir: "{folder}"
              rrl-ratelimit: 0
            remote-control:
              control-enable: no
            zone:
              name: "."
              zonefile: "{zoneFile}"

            """);
        return await Daemon.StartAsync(
            Programs.Find("nsd")!, ["-d", "-c", configuration], () => Daemon.ListensAsync(new IPEndPoint(IPAddress.Parse(address), port)));
    }

    /// <summary>Sends a message to the port for mail from outside.</summary>
    internal async Task<string> SendAsync(
        string mailbox, string message, string from = "<alice@author.example>", string client = "192.0.2.1", string name = "mail.author.example")
    {
        using var smtp = await SmtpConnection.OpenAsync(Port, client, name, name);
        return await smtp.SendAsync(from, $"{mailbox}@example.org", Encoding.Latin1.GetBytes(message));
    }

    /// <summary>Sends a message and reads what arrives.</summary>
    internal async Task<string> DeliverAsync(
        string message, string from = "<alice@author.example>", string client = "192.0.2.1", string name = "mail.author.example")
    {
        var mailbox = NewMailbox();
        var reply = await SendAsync(mailbox, message, from, client, name);
        Assert.True(reply.StartsWith("250", StringComparison.Ordinal), $"{reply}\n{Postfix.Log}\n{Milter.Output}");
        return await Postfix.DeliveredAsync(mailbox);
    }

    /// <summary>Has opendkim sign a message, and gives it as the signer would send it on.</summary>
    internal async Task<string> SignAsync(string message)
    {
        var mailbox = NewMailbox();
        using var smtp = await SmtpConnection.OpenAsync(SigningPort);
        var reply = await smtp.SendAsync("<alice@author.example>", $"{mailbox}@example.org", Encoding.Latin1.GetBytes(message));
        Assert.True(reply.StartsWith("250", StringComparison.Ordinal), reply);
        var delivered = (await Postfix.DeliveredAsync(mailbox)).Replace("\r\n", "\n", StringComparison.Ordinal).Replace("\n", "\r\n", StringComparison.Ordinal);
        var signature = delivered.IndexOf("DKIM-Signature:", StringComparison.Ordinal);
        Assert.True(signature >= 0, delivered);
        return delivered[signature..];
    }

    // A name server that has to wait for a processor is no reason for another verdict: its answer is awaited longer than an operator would.
    private void Configure(string? settings) => File.WriteAllText(MilterConfiguration, $$"""
        {
          "Listen": "unix:{{MilterSocket}}", "SocketMode": "0666", "Dns": { "Servers": "127.0.0.1:{{DnsPort}}", "Timeout": "20s" },
          {{Unless(settings, "AuthservId", "\"mx.example.org\"")}} {{Unless(settings, "UncheckedClients", "[]")}} {{settings}}
        }
        """);

    private static string Unless(string? settings, string name, string value) =>
        settings?.Contains($"\"{name}\"", StringComparison.Ordinal) == true ? "" : $"\"{name}\": {value},";

    private static void WriteKey(string path, string pem)
    {
        File.WriteAllText(path, pem);
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        }
    }

    private async Task<int> StartOpenDkimAsync()
    {
        var port = LoopbackPort.Take();
        var configuration = Path.Combine(_folder, "opendkim.conf");

        // Simple canonicalization of the header: the signature breaks when the milter protocol loses as much as a space.
        File.WriteAllText(configuration, $"""
            Mode s
            Domain {TestZone.Author}
            Selector {TestZone.Selector}
            KeyFile {KeyFile}
            RequireSafeKeys no
            Canonicalization simple/simple
            Socket inet:{port}@127.0.0.1
            InternalHosts 0.0.0.0/0
            Background no
            Syslog no
            UserID root

            """);
        _running.Add(await Daemon.StartAsync(Programs.Find("opendkim")!, ["-f", "-x", configuration], () => Daemon.ListensAsync(port)));
        return port;
    }
}
