using System.Net;
using System.Net.Sockets;
using EmailAuth.Tests.TestSupport;

namespace EmailAuth.Native.Tests.TestSupport;

/// <summary>A folder with what the programs in C are run with: configurations, and a DNS server that never answers.</summary>
public sealed class Workshop : IDisposable
{
    private readonly Socket _silent = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);

    public Workshop()
    {
        _silent.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        Configuration = Write("zone.json", $$"""{ "AuthservId": "mx.example.org", "ExtendedResults": "all", "Dns": { "ZoneFile": "{{ZoneFile}}" } }""");
        DeafConfiguration = Write(
            "deaf.json", $$"""{ "AuthservId": "mx.example.org", "Dns": { "Servers": [ "{{_silent.LocalEndPoint}}" ], "Timeout": "60s" } }""");
    }

    /// <summary>A message with two signatures (RFC 8463 appendix A.3).</summary>
    public static string MessageFile { get; } = Repository.PathOf("testdata", "messages", "rfc8463-a3.eml");

    public static string ZoneFile { get; } = Repository.PathOf("testdata", "zones", "rfc8463.json");

    public string Folder { get; } = Directory.CreateTempSubdirectory("emailauth-native-").FullName;

    public string Configuration { get; }

    public string DeafConfiguration { get; }

    public string Write(string file, string text)
    {
        var path = Path.Combine(Folder, file);
        File.WriteAllText(path, text);
        return path;
    }

    public string NewFolder(string name) => Directory.CreateDirectory(Path.Combine(Folder, name)).FullName;

    public void Dispose()
    {
        _silent.Dispose();
        Directory.Delete(Folder, recursive: true);
    }
}
