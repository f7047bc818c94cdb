using System.Net;
using EmailAuth.Tests.TestSupport;

namespace EmailAuth.Milter.Tests.EndToEnd;

/// <summary>opendkim and opendmarc in the usual setup with Postfix: opendkim verifies signatures, opendmarc applies the policy.</summary>
internal sealed class PeerDaemons : IAsyncDisposable
{
    /// <summary>They ask servers at port 53 only: nsd listens at an address of the loopback network that nobody else has.</summary>
    public const string DnsAddress = "127.0.0.77";

    public const int DnsPort = 53;

    private readonly string _folder = Directory.CreateTempSubdirectory("emailauth-peers-").FullName;

    private PeerDaemons()
    {
    }

    public Daemon Dkim { get; private set; } = null!;

    public Daemon Dmarc { get; private set; } = null!;

    public IPEndPoint OpenDkim { get; } = new(IPAddress.Loopback, LoopbackPort.Take());

    public IPEndPoint OpenDmarc { get; } = new(IPAddress.Loopback, LoopbackPort.Take());

    public int OurPort { get; } = LoopbackPort.Take();

    public int TheirPort { get; } = LoopbackPort.Take();

    public static async Task<PeerDaemons> StartAsync()
    {
        var peers = new PeerDaemons();
        var dkim = Path.Combine(peers._folder, "opendkim.conf");
        File.WriteAllText(dkim, $"""
            Mode v
            Socket inet:{peers.OpenDkim.Port}@127.0.0.1
            Nameservers {DnsAddress}
            AuthservID mx.example.org
            InternalHosts 127.0.0.9
            Background no
            Syslog no
            UserID root

            """);
        var resolv = Path.Combine(peers._folder, "resolv.conf");
        File.WriteAllText(resolv, $"nameserver {DnsAddress}\n");
        var dmarc = Path.Combine(peers._folder, "opendmarc.conf");
        File.WriteAllText(dmarc, $"""
            Socket inet:{peers.OpenDmarc.Port}@127.0.0.1
            AuthservID mx.example.org
            TrustedAuthservIDs mx.example.org
            SPFIgnoreResults true
            SPFSelfValidate true
            RejectFailures false
            Background false
            Syslog false
            IgnoreAuthenticatedClients true
            IgnoreHosts {peers._folder}/ignore
            UserID root

            """);
        File.WriteAllText(Path.Combine(peers._folder, "ignore"), "127.0.0.9\n");
        peers.Dkim = await Daemon.StartAsync(
            Programs.Find("opendkim")!, ["-f", "-x", dkim], () => Daemon.ListensAsync(peers.OpenDkim.Port));

        // exec: the process that is measured is opendmarc itself.
        peers.Dmarc = await Daemon.StartAsync(
            Programs.Find("unshare")!, ["-m", "sh", "-c", $"mount --bind {resolv} /etc/resolv.conf && exec {Programs.Find("opendmarc")} -f -c {dmarc}"],
            () => Daemon.ListensAsync(peers.OpenDmarc.Port));
        return peers;
    }

    public async ValueTask DisposeAsync()
    {
        await Dkim.DisposeAsync();
        await Dmarc.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }
}
