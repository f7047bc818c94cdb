using System.Net;
using System.Net.Sockets;
using System.Text;
using EmailAuth.Dns;
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
                var data = entry.Type == ZoneRecordType.Txt && !entry.Strings.IsDefault ? string.Concat(entry.Strings)
                    : IsFailure(entry.Type) ? entry.For?.ToText()
                    : entry.Type == ZoneRecordType.MX ? $"{entry.Preference} {entry.Data}"
                    : entry.Data;
                text.Append(name).Append(' ').Append(entry.Type.ToText()).Append(' ')
                    .Append(data?.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal)).Append('\n');
            }
        }

        return Encoding.UTF8.GetBytes(text.ToString().TrimEnd('\n'));
    }

    private static ZoneRecord? EntryOf(string typeText, string? data)
    {
        switch (ZoneRecordTypeText.Parse(typeText))
        {
            case ZoneRecordType.Txt:
                return new ZoneRecord { Type = ZoneRecordType.Txt, Data = Unescaped(data ?? string.Empty) };
            case ZoneRecordType.A when IsAddress(data, AddressFamily.InterNetwork):
                return new ZoneRecord { Type = ZoneRecordType.A, Data = data };
            case ZoneRecordType.Aaaa when IsAddress(data, AddressFamily.InterNetworkV6):
                return new ZoneRecord { Type = ZoneRecordType.Aaaa, Data = data };
            case ZoneRecordType.MX when data?.Split(' ', 2) is [var preference, var host] && ushort.TryParse(preference, out var number) && (host == "." || IsName(host)):
                return new ZoneRecord { Type = ZoneRecordType.MX, Preference = number, Data = host };
            case (ZoneRecordType.Ptr or ZoneRecordType.CName) and var type when IsName(data):
                return new ZoneRecord { Type = type, Data = data };
            case (ZoneRecordType.Timeout or ZoneRecordType.ServFail) and var type:
                return new ZoneRecord { Type = type, For = ZoneRecordTypeText.Parse(data) };
            default:
                return null;
        }
    }

    private static bool IsFailure(ZoneRecordType type) => type is ZoneRecordType.Timeout or ZoneRecordType.ServFail;

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
