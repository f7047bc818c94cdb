using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Numerics;
using EmailAuth.Syntax;

namespace EmailAuth.Settings;

/// <summary>The forms of values.</summary>
public static class SettingForm
{
    /// <summary><c>true</c> or <c>false</c>.</summary>
    public static SettingForm<bool> Flag { get; } = new("true or false", bool.TryParse, static value => value ? "true" : "false")
    {
        Schema = """{ "type": "boolean" }""",
    };

    /// <summary>A network such as <c>192.0.2.0/24</c>, or one address.</summary>
    public static SettingForm<IPNetwork> Network { get; } = new(
        "a network such as 192.0.2.0/24", static (text, out network) => Found(NetworkText.Parse(text), out network), static network => network.ToString());

    /// <summary>A whole number.</summary>
    /// <typeparam name="T">Its type.</typeparam>
    /// <param name="least">The least, zero or more.</param>
    /// <param name="most">The greatest.</param>
    public static SettingForm<T> Number<T>(T least, T most)
        where T : struct, IBinaryInteger<T> => new(
            string.Create(CultureInfo.InvariantCulture, $"a whole number from {least} to {most}"),
            (text, out number) => T.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number) && number >= least && number <= most,
            static number => number.ToString(null, CultureInfo.InvariantCulture))
        {
            Schema = string.Create(CultureInfo.InvariantCulture, $$"""{ "type": "integer", "minimum": {{least}}, "maximum": {{most}} }"""),
            Ends = [least, most],
        };

    /// <summary>A time such as <c>500ms</c>, <c>30s</c>, <c>5m</c>, <c>2h</c> or <c>1d</c>.</summary>
    /// <param name="least">The shortest.</param>
    /// <param name="most">The longest.</param>
    public static SettingForm<TimeSpan> Time(TimeSpan least, TimeSpan most) => new(
        $"a time from {DurationText.Write(least)} to {DurationText.Write(most)}, such as 500ms, 30s, 5m, 2h or 1d",
        (text, out time) => DurationText.TryParse(text, out time) && time >= least && time <= most,
        DurationText.Write)
    {
        Schema = """{ "type": "string", "pattern": "^[0-9]+(ms|s|m|h|d)$" }""",
        Ends = [least, most],
    };

    /// <summary>One of some members of an enumeration, by their names in lower case. Case does not matter; numbers are refused.</summary>
    /// <typeparam name="T">The enumeration.</typeparam>
    /// <param name="allowed">The members.</param>
    public static SettingForm<T> OneOf<T>(params ReadOnlySpan<T> allowed)
        where T : struct, Enum
    {
        ImmutableArray<T> members = [.. allowed];
        ImmutableArray<string> names = [.. members.Select(NameOf)];
        return new SettingForm<T>(
            names.Length == 2 ? $"{names[0]} or {names[1]}" : $"one of {string.Join(", ", names[..^1])} and {names[^1]}",
            (text, out member) => TryFind(names, members, text, out member),
            NameOf)
        {
            Schema = $$"""{ "enum": [ {{string.Join(", ", names.Select(static name => $"\"{name}\""))}} ] }""",
        };
    }

    /// <summary>The address of a server, with a port where it differs from the usual one.</summary>
    /// <param name="port">The usual port; 0 when a port must be given.</param>
    public static SettingForm<IPEndPoint> Server(int port) => new(
        port == 0 ? "ADDRESS:PORT" : "the address of a server, such as 192.0.2.53 or [2001:db8::53]:53",
        (string text, [MaybeNullWhen(false)] out IPEndPoint server) => TryParseServer(text, port, out server),
        static server => server?.ToString());

    /// <summary>A list: a JSON array, or a text with commas between the values. It replaces the default; an empty list does, too.</summary>
    /// <typeparam name="T">The type of a value.</typeparam>
    /// <param name="item">The form of a value.</param>
    public static SettingForm<ImmutableArray<T>> List<T>(SettingForm<T> item)
    {
        ArgumentNullException.ThrowIfNull(item);
        return new SettingListForm<T>(item);
    }

    /// <summary>A value whose absence has a meaning.</summary>
    /// <typeparam name="T">The type of the value.</typeparam>
    /// <param name="form">The form of a value that is given.</param>
    internal static SettingForm<T?> Optional<T>(SettingForm<T> form)
        where T : struct
    {
        ArgumentNullException.ThrowIfNull(form);
        return new SettingForm<T?>(
            form.Expected,
            (text, out value) => form.TryParse(text, out var given) ? (value = given) is not null : (value = null) is not null,
            value => value is { } given ? form.Write(given) : null)
        {
            Schema = form.Schema,
            Ends = [.. form.Ends.Select(static end => (T?)end)],
        };
    }

    private static string NameOf<T>(T member)
        where T : struct, Enum => member.ToString().ToLowerInvariant();

    private static bool TryFind<T>(ImmutableArray<string> names, ImmutableArray<T> members, string text, out T member)
        where T : struct
    {
        for (var index = 0; index < names.Length; index++)
        {
            if (names[index].Equals(text, StringComparison.OrdinalIgnoreCase))
            {
                member = members[index];
                return true;
            }
        }

        member = default;
        return false;
    }

    private static bool Found<T>(T? found, out T value)
        where T : struct
    {
        value = found.GetValueOrDefault();
        return found.HasValue;
    }

    // The runtime's parser answers port 0 where none is given, and reads 192.0.53 as 192.0.0.53.
    private static bool TryParseServer(string text, int port, [MaybeNullWhen(false)] out IPEndPoint server)
    {
        if (IPEndPoint.TryParse(text, out server)
            && (server.Port > 0 || (port > 0 && !text.Contains(server.AddressFamily == AddressFamily.InterNetwork ? ":" : "]:", StringComparison.Ordinal)))
            && (server.AddressFamily != AddressFamily.InterNetwork || text.Split(':')[0] == server.Address.ToString()))
        {
            server.Port = server.Port == 0 ? port : server.Port;
            return true;
        }

        server = null;
        return false;
    }
}
