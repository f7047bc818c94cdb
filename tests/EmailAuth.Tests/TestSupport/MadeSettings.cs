using System.Text.Json.Nodes;
using EmailAuth.Settings;

namespace EmailAuth.Tests.TestSupport;

/// <summary>
/// A file of settings that is made from the table: each key has a value other than its default, so no key of the table is left out. A
/// form of values that is not known here fails the test.
/// </summary>
internal static class MadeSettings
{
    // What no schema and no range says, by the words of the table.
    private static readonly Dictionary<string, string> Examples = new(StringComparer.Ordinal)
    {
        ["a name without spaces, quotes, parentheses, backslashes, semicolons, commas and equals signs, of at most 255 bytes"] = "made.example",
        ["a host name"] = "host.made.example",
        ["a domain name"] = "domain.made.example",
        ["the name of a header field"] = "reply-to",
        ["a network such as 192.0.2.0/24"] = "198.51.100.0/24",
        ["a network such as 192.0.2.0/24 or a host name such as mx2.example.org"] = "mx2.made.example",
        ["the address of a server, such as 192.0.2.53 or [2001:db8::53]:53"] = "192.0.2.99:5399",
        ["a public suffix list"] = Repository.PathOf("testdata", "settings", "suffixes.dat").Replace('\\', '/'),
        ["a file of exceptions"] = Repository.PathOf("testdata", "settings", "exceptions.txt").Replace('\\', '/'),
        ["a PEM file of certificates"] = Repository.PathOf("testdata", "settings", "roots.pem").Replace('\\', '/'),
    };

    /// <summary>The file.</summary>
    /// <param name="rows">The rows of the table.</param>
    /// <param name="defaults">New settings of the product.</param>
    /// <param name="more">The values of forms that the product adds, by what is expected.</param>
    public static JsonObject Of(IEnumerable<Setting> rows, EmailAuthSettings defaults, IReadOnlyDictionary<string, string>? more = null)
    {
        var file = new JsonObject();
        foreach (var row in rows)
        {
            Put(file, row.Path, Value(row, row.ValueIn(defaults), more));
        }

        return file;
    }

    /// <summary>For each row, the path of a key that the table does not have, and a file with that key.</summary>
    public static IEnumerable<(string Path, string Json)> WithWrongKeys(IEnumerable<Setting> rows) => rows.Select(static row =>
    {
        var (path, file) = (row.Path + "Q", new JsonObject { ["AuthservId"] = "mx.example.org" });
        Put(file, path, "1");
        return (path, file.ToJsonString());
    });

    /// <summary>What a file says of a row, as the row writes its value.</summary>
    public static string TextOf(JsonObject file, Setting row)
    {
        var value = row.Path.Split(':').Aggregate((JsonNode)file, static (node, name) => node[name]!);
        return value is JsonArray list ? string.Join(", ", list.Select(static item => item!.ToString())) : value.ToString();
    }

    /// <summary>Values of every kind, alone and in lists of none, two, seventeen and three hundred. The row's form takes some of them.</summary>
    /// <param name="row">A row of the table.</param>
    public static IEnumerable<string> ValuesOfEveryKind(Setting row)
    {
        var schema = JsonNode.Parse(row.Schema)!;
        var words = schema["enum"] ?? schema["anyOf"]?[0]?["items"]?["enum"];
        string[] values =
        [
            .. row.Ends, .. words?.AsArray().Select(static word => word!.ToString()) ?? [], "true", "0", "1", "1s", "7d", "192.0.2.53", "192.0.2.53:5353",
            "[2001:db8::53]:53", "192.0.2.0/24", "::/0", "example.org", "b\u00fccher.example", "dmarc@example.org", "/", "0660", "unix:/run/x.sock", "*", ".", "-",
            "a b", "\u00e4", "\u200b", "\ud800", "xn--a", "From", new string('a', 254), new string('\u00e4', 127), new string('a', 70_000),
        ];
        return values.Concat(values.Where(static value => value.Length < 300).SelectMany(
            static value => ((int[])[0, 2, 17, 300]).Select(count => string.Join(',', Enumerable.Repeat(value, count)))));
    }

    private static void Put(JsonObject file, string path, JsonNode value)
    {
        var names = path.Split(':');
        foreach (var section in names[..^1])
        {
            file = (JsonObject)(file[section] ??= new JsonObject());
        }

        file[names[^1]] = value;
    }

    private static JsonNode Value(Setting row, string? standard, IReadOnlyDictionary<string, string>? more)
    {
        var schema = JsonNode.Parse(row.Schema)!;
        if (schema["anyOf"]?[0]?["items"] is { } items)
        {
            return new JsonArray(Choice(items, standard) ?? Example(row.Expected["a list, each ".Length..], more));
        }

        if (!row.Ends.IsEmpty)
        {
            var end = row.Ends[0] == standard ? row.Ends[1] : row.Ends[0];
            return schema["type"]?.ToString() == "integer" ? JsonNode.Parse(end)! : end;
        }

        return schema["type"]?.ToString() == "boolean" ? standard == "false" : Choice(schema, standard) ?? Example(row.Expected, more);
    }

    private static JsonNode? Choice(JsonNode schema, string? standard) =>
        schema["enum"] is JsonArray words ? words.Select(static word => word!.ToString()).First(word => word != standard) : null;

    private static string Example(string expected, IReadOnlyDictionary<string, string>? more) =>
        Examples.TryGetValue(expected, out var text) || more?.TryGetValue(expected, out text) == true ? text
        : throw new InvalidOperationException($"MadeSettings has no value for '{expected}': add one.");
}
