using System.Text;
using System.Text.Json;
using EmailAuth.Tests.TestSupport;
using Xunit;

namespace EmailAuth.Tests.Dkim;

/// <summary>The messages and zones that the DKIM tests share.</summary>
internal static class DkimSamples
{
    public static byte[] Message(string file) => File.ReadAllBytes(Repository.PathOf("testdata", "messages", file));

    public static ZoneResolver Resolver(string zoneFile)
    {
        using var document = JsonDocument.Parse(File.ReadAllBytes(Repository.PathOf("testdata", "zones", zoneFile)));
        var zone = new Zone();
        foreach (var name in document.RootElement.EnumerateObject())
        {
            foreach (var entry in name.Value.EnumerateArray().Where(entry => entry.GetProperty("type").GetString() == "TXT"))
            {
                zone.Add(name.Name, ZoneEntryKind.Txt, entry.TryGetProperty("data", out var data)
                    ? data.GetString()
                    : string.Concat(entry.GetProperty("strings").EnumerateArray().Select(part => part.GetString())));
            }
        }

        return new ZoneResolver(zone);
    }

    public static byte[] Replace(byte[] message, string what, string by)
    {
        var text = Encoding.Latin1.GetString(message);
        Assert.Contains(what, text, StringComparison.Ordinal);
        return Encoding.Latin1.GetBytes(text.Replace(what, by, StringComparison.Ordinal));
    }
}
