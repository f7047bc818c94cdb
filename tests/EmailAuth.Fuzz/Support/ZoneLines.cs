using System.Net;
using System.Net.Sockets;
using System.Text;
using EmailAuth.Syntax;

namespace EmailAuth.Fuzz.Support;

/// <summary>
/// A zone as lines of "name type data", so that nearly every change of a byte makes another zone. What is no entry is passed over; in the
/// data "\n" is a line feed and "\\" a backslash.
/// </summary>
internal static class ZoneLines
{
    public static Zone Read(ReadOnlySpan<byte> lines)
    {
        var zone = new Zone();
        foreach (var line in Encoding.UTF8.GetString(lines).Split('\n'))
        {
            var parts = line.Split(' ', 3);
            if (parts.Length > 1 && DomainName.ParseDnsName(parts[0]).Value is { } name && EntryOf(parts[1], parts.ElementAtOrDefault(2)) is { } entry)
            {
                zone.Add(name, entry);
            }
        }

        return zone;
    }

    public static byte[] Write(Zone zone)
    {
        var text = new StringBuilder();
        foreach (var name in zone.Names)
        {
            foreach (var entry in zone[name])
            {
                var data = entry.Type == ZoneEntryKind.Txt && !entry.Strings.IsDefault ? string.Concat(entry.Strings)
                    : IsFailure(entry.Type) ? entry.For?.Keyword()
                    : entry.Type == ZoneEntryKind.MX ? $"{entry.Preference} {entry.Data}"
                    : entry.Data;
                text.Append(name).Append(' ').Append(entry.Type.Keyword()).Append(' ')
                    .Append(data?.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal)).Append('\n');
            }
        }

        return Encoding.UTF8.GetBytes(text.ToString().TrimEnd('\n'));
    }

    private static ZoneRecord? EntryOf(string typeText, string? data)
    {
        switch (ZoneEntryKindKeyword.Parse(typeText))
        {
            case ZoneEntryKind.Txt:
                return new ZoneRecord { Type = ZoneEntryKind.Txt, Data = Unescaped(data ?? string.Empty) };
            case ZoneEntryKind.A when IsAddress(data, AddressFamily.InterNetwork):
                return new ZoneRecord { Type = ZoneEntryKind.A, Data = data };
            case ZoneEntryKind.Aaaa when IsAddress(data, AddressFamily.InterNetworkV6):
                return new ZoneRecord { Type = ZoneEntryKind.Aaaa, Data = data };
            case ZoneEntryKind.MX when data?.Split(' ', 2) is [var preference, var host] && ushort.TryParse(preference, out var number) && (host == "." || IsName(host)):
                return new ZoneRecord { Type = ZoneEntryKind.MX, Preference = number, Data = host };
            case (ZoneEntryKind.Ptr or ZoneEntryKind.CName) and var type when IsName(data):
                return new ZoneRecord { Type = type, Data = data };
            case (ZoneEntryKind.Timeout or ZoneEntryKind.ServFail) and var type:
                return new ZoneRecord { Type = type, For = ZoneEntryKindKeyword.Parse(data) };
            default:
                return null;
        }
    }

    private static bool IsFailure(ZoneEntryKind type) => type is ZoneEntryKind.Timeout or ZoneEntryKind.ServFail;

    private static bool IsName(string? text) => DomainName.ParseDnsName(text).IsSuccess;

    private static bool IsAddress(string? text, AddressFamily family) => IPAddress.TryParse(text, out var address) && address.AddressFamily == family;

    private static string Unescaped(string text)
    {
        if (!text.Contains('\\', StringComparison.Ordinal))
        {
            return text;
        }

        var result = new StringBuilder(text.Length);
        for (var i = 0; i < text.Length; i++)
        {
            var isEscape = text[i] == '\\' && i + 1 < text.Length && text[i + 1] is 'n' or '\\';
            result.Append(isEscape && text[i + 1] == 'n' ? '\n' : text[i]);
            i += isEscape ? 1 : 0;
        }

        return result.ToString();
    }
}
