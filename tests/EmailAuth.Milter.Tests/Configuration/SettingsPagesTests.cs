using System.Text.Json.Nodes;
using EmailAuth.Milter.Configuration;
using EmailAuth.Milter.Tests.EndToEnd;
using EmailAuth.Tests.TestSupport;
using Microsoft.Extensions.Configuration;

namespace EmailAuth.Milter.Tests.Configuration;

/// <summary>The page of settings and the schemas are what the tables say; <c>.ci/settings</c> writes them.</summary>
public sealed class SettingsPagesTests
{
    private const string Validate = """
        import json, sys, jsonschema
        schema = json.load(open(sys.argv[1]))
        jsonschema.Draft202012Validator.check_schema(schema)
        for path in sys.argv[2:]:
            errors = [".".join(map(str, e.path)) for e in jsonschema.Draft202012Validator(schema).iter_errors(json.load(open(path)))]
            print(path.rsplit("/", 1)[1], errors)
        """;

    private static readonly bool Writes = Environment.GetEnvironmentVariable("EMAILAUTH_WRITE_SETTINGS") is "1";

    [Fact]
    public void The_page_and_the_schemas_are_current()
    {
        foreach (var (path, text) in SettingsPages.All)
        {
            if (Writes)
            {
                File.WriteAllText(path, text);
            }

            Assert.True(File.ReadAllText(path) == text, $"{path} is not what the tables say: run .ci/settings");
        }
    }

    [Fact]
    public void The_packaged_file_is_a_valid_configuration_that_lacks_only_the_name_of_the_host() => Assert.Equal(
        ["AuthservId"],
        MilterFileSettings.Read(new ConfigurationBuilder().AddJsonFile(Repository.PathOf("src", "EmailAuth.Milter", "emailauth-milter.json")).Build())
            .Errors.Select(error => error.Split(':')[0]));

    [Theory]
    [InlineData("library")]
    [InlineData("milter")]
    public async Task A_schema_accepts_every_setting_and_refuses_what_the_reader_refuses(string whose)
    {
        const string Python = "/usr/bin/python3";
        Assert.SkipUnless(
            File.Exists(Python) && (await Daemon.RunAsync(Python, "-c", "import jsonschema")).Exit == 0, "Not installed: python3-jsonschema, which validates JSON by a schema.");
        var folder = Directory.CreateTempSubdirectory("emailauth-settings-").FullName;
        try
        {
            string Write(string name, string json)
            {
                // A validator reads no comments.
                var path = Path.Combine(folder, name);
                File.WriteAllText(path, JsonNode.Parse(json, documentOptions: new() { CommentHandling = System.Text.Json.JsonCommentHandling.Skip, AllowTrailingCommas = true })!.ToJsonString());
                return path;
            }

            var packaged = File.ReadAllText(Repository.PathOf("src", "EmailAuth.Milter", "emailauth-milter.json"));
            var (exit, output) = await Daemon.RunAsync(
                Python, "-c", Validate, whose == "milter" ? SettingsPages.SchemaOfMilter : SettingsPages.SchemaOfLibrary,
                Write("every", FlatOptions.EverySetting()),
                Write("packaged", packaged),
                Write("key", """{ "AuthservId": "a", "Spf": { "MaxLookup": 1 } }"""),
                Write("range", """{ "AuthservId": "a", "Spf": { "MaxLookups": 101 } }"""),
                Write("type", """{ "AuthservId": "a", "Spf": { "MaxLookups": [ 1 ] } }"""),
                Write("word", """{ "AuthservId": "a", "Policy": { "OnReject": "bounce" } }"""),
                Write("time", """{ "AuthservId": "a", "Dns": { "Timeout": "5" } }"""),
                Write("section", """{ "AuthservId": "a", "Dns": 5 }"""));

            Assert.Equal(0, exit);
            Assert.Equal(
                [
                    "every []", whose == "milter" ? "packaged []" : "packaged ['']", "key ['Spf']", "range ['Spf.MaxLookups']", "type ['Spf.MaxLookups']",
                    "word ['Policy.OnReject']", "time ['Dns.Timeout']", "section ['Dns']",
                ],
                output.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
