using System.Collections.Immutable;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using EmailAuth.Milter.Configuration;
using EmailAuth.Settings;
using EmailAuth.Tests.TestSupport;

namespace EmailAuth.Milter.Tests.Configuration;

/// <summary>Writes what is generated from the tables of settings: the page and the two schemas.</summary>
internal static class SettingsPages
{
    public static readonly string SchemaOfLibrary = Repository.PathOf("src", "EmailAuth", "Package", "settings.schema.json");
    public static readonly string SchemaOfMilter = Repository.PathOf("src", "EmailAuth.Milter", "emailauth-milter.schema.json");

    private static readonly string Page = Repository.PathOf("src", "SETTINGS.md");

    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private static readonly ImmutableArray<(string Section, string Text)> Sections =
    [
        ("Limits", "How much is read and how long is waited, over all methods"),
        ("Iprev", "Reverse DNS of the client"),
        ("Spf", "SPF (RFC 7208)"),
        ("Dkim", "DKIM (RFC 6376)"),
        ("Arc", "ARC (RFC 8617)"),
        ("Dmarc", "DMARC (RFC 9989)"),
        ("Bimi", "BIMI"),
        ("Policy", "What the receiver decides for itself"),
        ("Dns", "The resolver"),
    ];

    /// <summary>Each file and what it must hold.</summary>
    public static IEnumerable<(string Path, string Text)> All =>
    [
        (Page, PageText()),
        (SchemaOfLibrary, SchemaText("Settings of EmailAuth", EmailAuthSettings.Table, new EmailAuthSettings())),
        (SchemaOfMilter, SchemaText("Settings of the EmailAuth milter", MilterFileSettings.All, new MilterFileSettings())),
    ];

    private static string PageText()
    {
        var page = new StringBuilder("""
            # Settings

            The library, the command, the milter and the C interface have the same settings. `.ci/settings` generates this page from the table of settings in
            the code.

            | where | how |
            |---|---|
            | a host | in `appsettings.json`, or any other source of Microsoft.Extensions.Configuration: `services.AddEmailAuth(builder.Configuration.GetSection("EmailAuth"))` |
            | `emailauth verify`, `emailauth batch` | `--options FILE`, a file of these settings or an `appsettings.json` with them in `EmailAuth`; `--set Spf:MaxLookups=20` |
            | the milter | its file (`--config FILE`), which also has the milter's own settings; `EMAILAUTH_MILTER_Spf__MaxLookups=20`; `--set Spf:MaxLookups=20` |
            | C | the JSON that `emailauth_pipeline_new` takes; a file for `emailauth_pipeline_from_file` |

            ```json
            {
              "AuthservId": "mx.example.org",
              "Dns": { "Servers": [ "127.0.0.1" ], "Timeout": "3s" },
              "Policy": { "OwnNetworks": [ "192.0.2.0/24" ], "OnReject": "quarantine" }
            }
            ```

            - A name with a colon is a key within an object: `Dns:Timeout` is `Timeout` in `Dns`. In the environment the colon is `__`. Case does not matter.
            - Times are `500ms`, `30s`, `5m`, `2h`, `1d`.
            - A list is a JSON array, or one text with commas. It replaces the default, and `[]` makes it empty. If two files have an array of the same name,
              Microsoft.Extensions.Configuration merges them element by element; a text with commas replaces the whole array.
            - An empty text cancels the value of an earlier source. For a list it means the empty list.
            - An unknown key is an error, and so is a value outside its range. All errors are reported at once, each with its path, and for a
              misspelt key the setting that is probably meant.
            - A changed configuration is read again: by a host when it sees the change, by the milter on SIGHUP. It applies to new sessions. If it has
              errors, they are logged and nothing changes.
            - Two settings of the library that contradict each other are also an error. Files (`Bimi:MarkRoots`, `Dmarc:PublicSuffixList`) are read together with the
              settings; a relative path starts at the working directory.

            The JSON Schemas for editors are `EmailAuth/Package/settings.schema.json` (also in the package) and `EmailAuth.Milter/emailauth-milter.schema.json`.

            ## General


            """);
        var (library, milter) = (new EmailAuthSettings(), new MilterFileSettings());
        AddTable(page, EmailAuthSettings.Table.Where(row => !row.Path.Contains(':', StringComparison.Ordinal)), library, milter);
        foreach (var (section, text) in Sections)
        {
            page.Append("\n## ").Append(section).Append("\n\n").Append(text).Append(".\n\n");
            AddTable(page, EmailAuthSettings.Table.Where(row => row.Path.StartsWith(section + ":", StringComparison.Ordinal)), library, milter);
        }

        page.Append("\n## The milter's own settings\n\nThey are in the same file as the settings above.\n\n");
        AddTable(page, MilterFileSettings.Own, milter, milter);
        return page.Replace("\r\n", "\n").ToString();
    }

    private static void AddTable(StringBuilder page, IEnumerable<Setting> rows, EmailAuthSettings defaults, MilterFileSettings milter)
    {
        page.Append("| setting | default | value | |\n|---|---|---|---|\n");
        foreach (var row in rows)
        {
            var (standard, other) = (Default(row, defaults), Default(row, milter));
            page.Append("| `").Append(row.Path).Append("` | ").Append(standard).Append(standard == other ? "" : $"; of the milter {other}")
                .Append(" | ").Append(row.Expected).Append(" | ").Append(row.Text).Append(" |\n");
        }
    }

    private static string Default(Setting row, EmailAuthSettings settings) =>
        row.IsRequired ? "must be set" : row.ValueIn(settings) is { Length: > 0 } value ? $"`{value}`" : "none";

    private static string SchemaText(string title, ImmutableArray<Setting> table, EmailAuthSettings defaults)
    {
        var root = Group();
        root.Insert(0, "$schema", "https://json-schema.org/draft/2020-12/schema");
        root.Insert(1, "title", title);
        foreach (var row in table)
        {
            var properties = root["properties"]!.AsObject();
            var names = row.Path.Split(':');
            foreach (var section in names[..^1])
            {
                properties.TryAdd(section, Group());
                properties = properties[section]!["properties"]!.AsObject();
            }

            var schema = JsonNode.Parse(row.Schema)!.AsObject();
            schema.Insert(0, "description", row.Text);
            if (!row.IsRequired && schema["anyOf"] is null && row.ValueIn(defaults) is { } value)
            {
                schema["default"] = schema["type"]?.GetValue<string>() is "integer" or "boolean" ? JsonNode.Parse(value) : value;
            }

            properties.Add(names[^1], schema);
        }

        // AuthservId is not required here: a file may leave it to the command line or the environment.
        return root.ToJsonString(Indented).ReplaceLineEndings("\n") + "\n";
    }

    private static JsonObject Group() => new() { ["type"] = "object", ["additionalProperties"] = false, ["properties"] = new JsonObject() };
}
