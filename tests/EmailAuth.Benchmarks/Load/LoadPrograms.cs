using System.Net;
using System.Net.Sockets;
using EmailAuth.Tests.TestSupport;

namespace EmailAuth.Benchmarks.Load;

/// <summary>Starts the milters that are compared, each of which asks the given name server.</summary>
internal static class LoadPrograms
{
    private static readonly string[] Folders = ["/usr/sbin", "/usr/bin"];

    // What rspamd has beside SPF, DKIM, DMARC, ARC and the field that tells of them.
    private static readonly string[] RspamdModules = ["spf", "dkim", "dmarc", "arc", "milter_headers"];

    /// <summary>A program of the system, or null.</summary>
    public static string? Find(string name) => Folders.Select(folder => Path.Combine(folder, name)).FirstOrDefault(File.Exists);

    /// <summary>Ours.</summary>
    /// <param name="program">The native program, or an assembly.</param>
    /// <param name="dns">The name server.</param>
    public static Task<LoadDaemon> StartOursAsync(string program, IPEndPoint dns)
    {
        var folder = NewFolder();
        var socket = Path.Combine(folder, "milter.sock");
        var configuration = Path.Combine(folder, "milter.json");
        File.WriteAllText(configuration, $$"""
            {
              "Listen": "unix:{{socket}}", "AuthservId": "mx.example.org", "UncheckedClients": [], "LogLevel": "information",
              "Dns": { "Servers": "{{dns}}", "Timeout": "20s" }
            }
            """);
        string[] command = program.EndsWith(".dll", StringComparison.Ordinal) ? ["dotnet", program] : [program];
        return LoadDaemon.StartAsync(folder, new UnixDomainSocketEndPoint(socket), [.. command, "--config", configuration]);
    }

    public static Task<LoadDaemon> StartOpenDkimAsync(IPEndPoint dns)
    {
        var folder = NewFolder();
        var socket = Path.Combine(folder, "milter.sock");
        var configuration = Path.Combine(folder, "opendkim.conf");
        File.WriteAllText(configuration, $"""
            Mode v
            Socket local:{socket}
            Nameservers {dns.Address}
            AuthservID mx.example.org
            InternalHosts 127.0.0.9
            Background no
            Syslog no
            UserID root

            """);
        return LoadDaemon.StartAsync(folder, new UnixDomainSocketEndPoint(socket), Find("opendkim")!, "-f", "-x", configuration);
    }

    public static Task<LoadDaemon> StartOpenDmarcAsync(IPEndPoint dns)
    {
        var folder = NewFolder();
        var socket = Path.Combine(folder, "milter.sock");
        var configuration = Path.Combine(folder, "opendmarc.conf");
        var ignored = Path.Combine(folder, "ignore");
        var resolv = Path.Combine(folder, "resolv.conf");
        File.WriteAllText(ignored, "127.0.0.9\n");
        File.WriteAllText(resolv, $"nameserver {dns.Address}\n");
        File.WriteAllText(configuration, $"""
            Socket local:{socket}
            AuthservID mx.example.org
            TrustedAuthservIDs mx.example.org
            SPFIgnoreResults true
            SPFSelfValidate true
            RejectFailures false
            Background false
            Syslog false
            IgnoreHosts {ignored}
            UserID root

            """);

        // It has no setting for the name server, so it gets a resolv.conf of its own.
        return LoadDaemon.StartAsync(
            folder, new UnixDomainSocketEndPoint(socket), Find("unshare")!, "-m", "sh", "-c",
            $"mount --bind {resolv} /etc/resolv.conf && exec {Find("opendmarc")} -f -c {configuration}");
    }

    public static Task<LoadDaemon> StartRspamdAsync(IPEndPoint dns)
    {
        var (folder, port) = (NewFolder(), LoopbackPort.Take());
        var settings = Directory.CreateDirectory(Path.Combine(folder, "override.d")).FullName;
        Directory.CreateDirectory(Path.Combine(folder, "local.d"));
        foreach (var module in Directory.EnumerateFiles("/etc/rspamd/modules.d").Select(static file => Path.GetFileNameWithoutExtension(file)!))
        {
            File.WriteAllText(Path.Combine(settings, module + ".conf"), RspamdModules.Contains(module) ? "enabled = true;\n" : "enabled = false;\n");
        }

        File.WriteAllText(Path.Combine(settings, "milter_headers.conf"), "enabled = true;\nuse = [\"authentication-results\"];\nskip_local = false;\n");
        File.WriteAllText(Path.Combine(settings, "options.inc"), $"dns {{ nameserver = [\"{dns.Address}:{dns.Port}\"]; timeout = 5s; }}\nlocal_addrs = [\"127.0.0.9\"];\n");
        File.WriteAllText(Path.Combine(settings, "logging.inc"), "type = \"console\";\nlevel = \"error\";\n");
        foreach (var worker in (string[])["normal", "controller", "fuzzy"])
        {
            File.WriteAllText(Path.Combine(settings, $"worker-{worker}.inc"), "enabled = false;\n");
        }

        File.WriteAllText(
            Path.Combine(settings, "worker-proxy.inc"),
            $"bind_socket = \"127.0.0.1:{port}\";\nmilter = yes;\ncount = 1;\ntimeout = 60s;\nupstream \"local\" {{ default = yes; self_scan = yes; }}\n");
        return LoadDaemon.StartAsync(
            folder, new IPEndPoint(IPAddress.Loopback, port), Find("rspamd")!, "-f", "-i", "--var", $"LOCAL_CONFDIR={folder}", "--var", $"DBDIR={folder}",
            "--var", $"RUNDIR={folder}", "--var", $"LOGDIR={folder}");
    }

    private static string NewFolder() => Directory.CreateTempSubdirectory("emailauth-load-").FullName;
}
