using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Text;
using EmailAuth.Dns;

namespace EmailAuth.Tests.TestSupport;

/// <summary>A real DNS server (NSD) on loopback that serves a zone as authority for everything.</summary>
internal sealed class NsdServer : IAsyncDisposable
{
    private static readonly string[] Folders = ["/usr/sbin", "/usr/local/sbin", "/usr/bin"];

    private static readonly TimeSpan StartTime = TimeSpan.FromSeconds(60);

    private readonly Process _process;
    private readonly DirectoryInfo _folder;

    private NsdServer(Process process, DirectoryInfo folder, IPEndPoint endPoint)
    {
        _process = process;
        _folder = folder;
        EndPoint = endPoint;
    }

    /// <summary>The program, or null when it is not installed.</summary>
    public static string? Program => Folders.Select(folder => Path.Combine(folder, "nsd")).FirstOrDefault(File.Exists);

    public IPEndPoint EndPoint { get; }

    /// <summary>Starts a server, and returns when it answers.</summary>
    /// <param name="zone">What it serves; failures in it are left out.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public static async Task<NsdServer> StartAsync(Zone zone, CancellationToken cancellationToken)
    {
        for (var tries = 1; ; tries++)
        {
            var server = await StartOnceAsync(zone, cancellationToken);
            try
            {
                await server.UntilItAnswersAsync(cancellationToken);
                return server;
            }
            catch (InvalidOperationException) when (tries < 5)
            {
                // Somebody took the port between our look and the server's start: another one, then.
                await server.DisposeAsync();
            }
        }
    }

    private static async Task<NsdServer> StartOnceAsync(Zone zone, CancellationToken cancellationToken)
    {
        var folder = Directory.CreateTempSubdirectory("emailauth-nsd-");
        var port = LoopbackPort.Take();
        await File.WriteAllTextAsync(Path.Combine(folder.FullName, "root.zone"), ZoneFile(zone), cancellationToken);
        await File.WriteAllTextAsync(
            Path.Combine(folder.FullName, "nsd.conf"),
            $"""
            server:
              ip-address: 127.0.0.1@{port}
              server-count: 1
              username: ""
              database: ""
              zonesdir: "{folder.FullName}"
              pidfile: "{folder.FullName}/nsd.pid"
              xfrdfile: "{folder.FullName}/xfrd.state"
              zonelistfile: "{folder.FullName}/zone.list"
              xfrdir: "{folder.FullName}"
              hide-version: yes
              rrl-ratelimit: 0
            remote-control:
              control-enable: no
            zone:
              name: "."
              zonefile: "root.zone"

            """,
            cancellationToken);
        var process = Process.Start(new ProcessStartInfo(Program!, ["-d", "-c", Path.Combine(folder.FullName, "nsd.conf")])
        {
            UseShellExecute = false,
            RedirectStandardError = true,
            RedirectStandardOutput = true,
        })!;
        return new NsdServer(process, folder, new IPEndPoint(IPAddress.Loopback, port));
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
        }

        await _process.WaitForExitAsync();
        _process.Dispose();
        _folder.Delete(recursive: true);
    }

    private async Task UntilItAnswersAsync(CancellationToken cancellationToken)
    {
        var resolver = new DnsClientResolver(new StubResolverOptions { Servers = [EndPoint], Timeout = TimeSpan.FromMilliseconds(100), Retries = 0, MaxCacheBytes = 0 });

        // A port at which nobody listens yet refuses at once: what counts is the time that the server has had, not how often it was asked.
        var started = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(started) < StartTime)
        {
            if (_process.HasExited)
            {
                throw new InvalidOperationException("nsd ended: " + await _process.StandardError.ReadToEndAsync(cancellationToken));
            }

            var response = await resolver.QueryAsync(
                new DnsQuestion(EmailAuth.Syntax.DomainName.Parse("nsd-is-up").Value!, DnsRecordType.Txt), cancellationToken);
            if (response.Status != DnsStatus.Failure)
            {
                return;
            }

            await Task.Delay(10, cancellationToken);
        }

        throw new InvalidOperationException("nsd does not answer");
    }

    private static string ZoneFile(Zone zone)
    {
        var text = new StringBuilder("$ORIGIN .\n$TTL 300\n@ SOA ns.invalid. x.invalid. 1 3600 600 86400 60\n@ NS ns.invalid.\n");
        foreach (var name in zone.Names)
        {
            foreach (var record in zone[name])
            {
                var data = record.Type switch
                {
                    ZoneEntryKind.A => $"A {record.Data}",
                    ZoneEntryKind.Aaaa => $"AAAA {record.Data}",
                    ZoneEntryKind.MX => $"MX {record.Preference} {Dotted(record.Data!)}",
                    ZoneEntryKind.Ptr => $"PTR {Dotted(record.Data!)}",
                    ZoneEntryKind.CName => $"CNAME {Dotted(record.Data!)}",
                    ZoneEntryKind.Txt => $"TXT {string.Join(' ', Pieces(record).Select(Quoted))}",
                    _ => null,
                };
                if (data is not null)
                {
                    text.Append(Escaped(name.ToString())).Append(". ").Append(data).Append('\n');
                }
            }
        }

        return text.ToString();
    }

    private static string Dotted(string name) => name == "." ? "." : Escaped(name) + ".";

    private static IEnumerable<string> Pieces(ZoneRecord record)
    {
        if (!record.Strings.IsDefault)
        {
            return record.Strings;
        }

        var bytes = Encoding.Latin1.GetString(Encoding.UTF8.GetBytes(record.Data!));
        return bytes.Length == 0 ? [""] : bytes.Chunk(255).Select(piece => new string(piece));
    }

    private static string Quoted(string text) => $"\"{string.Concat(text.Select(c => c is '"' or '\\' or < ' ' or > '~' ? $"\\{(int)c:000}" : c.ToString()))}\"";

    private static string Escaped(string name) =>
        string.Concat(name.Select(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '_' ? c.ToString() : string.Create(CultureInfo.InvariantCulture, $"\\{(int)c:000}")));
}
