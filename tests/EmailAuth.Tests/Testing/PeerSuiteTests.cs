using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using EmailAuth.Bimi;
using EmailAuth.Dkim;
using EmailAuth.Dmarc;
using EmailAuth.Messages;
using EmailAuth.Results;
using EmailAuth.Signatures;
using EmailAuth.Spf;
using EmailAuth.Tests.TestSupport;
using Xunit;

namespace EmailAuth.Tests.Testing;

/// <summary>The cases of other programs' own suites, and what failed here when it was tried from outside. They are read from where they are.</summary>
public class PeerSuiteTests
{
    private static readonly string Shared = Repository.PathOf("..", "shared");

    // Where we decide otherwise than these cases, on purpose: each with the decision.
    private static readonly Dictionary<string, string> Decided = new(StringComparer.Ordinal)
    {
        ["dkim_verifier/from/Extracting-From-address-/-addr-spec-/-with-comment~2"] = "a comment before a bare address that holds an at sign is malformed: readers show what is in it",
        ["dkim_verifier/from/Internationalized-Email-/-From-header/eai~10"] = "labels with emoji that UTS 46 keeps are valid: such domains are in use",
        ["dkim_verifier/from/Internationalized-Email-/-valid-IDNA-labels/eai~6"] = "labels with emoji that UTS 46 keeps are valid: such domains are in use",
    };

    public static TheoryData<string> VectorFiles => [.. Files("suites/peers").Where(file => !file.Contains(".probe.", StringComparison.Ordinal)), .. Files("cases", "verdicts.jsonl")];

    public static TheoryData<string> ProbeFiles => [.. Files("suites/peers", "*.probe.jsonl")];

    [Theory(SkipTestWithoutData = true)]
    [MemberData(nameof(VectorFiles))]
    public async Task The_vectors_of_peers_pass(string file)
    {
        var runner = new VectorRunner();
        var failures = new List<string>();
        var count = 0;
        foreach (var line in Lines(file))
        {
            count++;
            var report = await runner.RunAsync(TestVector.Parse(line).Value!, TestContext.Current.CancellationToken);
            failures.AddRange(report.Mismatches.Select(mismatch => $"{report.Id}: {mismatch}"));
        }

        Assert.True(count > 0);
        Assert.True(failures.Count == 0, string.Join("\n", failures));
    }

    [Theory(SkipTestWithoutData = true)]
    [MemberData(nameof(ProbeFiles))]
    public void What_peers_read_and_canonicalize_we_do_as_the_rfc_says(string file)
    {
        var failures = new List<string>();
        var count = 0;
        foreach (var line in Lines(file))
        {
            count++;
            var probe = JsonNode.Parse(line)!;
            var expected = probe["expect"]!.AsObject();
            if (Decided.ContainsKey((string)probe["id"]!))
            {
                continue;
            }

            var found = Run(probe["input"]!);
            failures.AddRange(expected
                .Where(member => !Matches(member.Value, found[member.Key]))
                .Select(member => $"{probe["id"]}: {member.Key}: got {found[member.Key]?.ToJsonString() ?? "nothing"}, expected {member.Value?.ToJsonString()}"));
        }

        Assert.True(count > 0);
        Assert.True(failures.Count == 0, string.Join("\n", failures));
    }

    private static JsonObject Run(JsonNode input)
    {
        var bytes = Convert.FromBase64String((string)input["b64"]!);
        var text = Encoding.UTF8.GetString(bytes);
        return (string)input["op"]! switch
        {
            "ar" => Results(bytes),
            "from" => From(bytes),
            "svg" => Ok(SvgTinyPs.Validate(bytes).Violations.IsEmpty),
            "spf" => Ok(SpfRecord.Parse(text).IsSuccess),
            "bimi" => Ok(BimiRecord.Parse(text).IsSuccess),
            "dkimsig" => Ok(DkimSignature.Parse(text).IsSuccess),
            "dkimkey" => Ok(KeyRecord.Parse(text).IsSuccess),
            "dmarc" => Policy(text),
            "canonheader" => Header(bytes, (string)input["c"]!),
            "bodyhash" => Body(bytes, input),
            var op => throw new InvalidOperationException($"no such operation: {op}"),
        };
    }

    private static JsonObject Ok(bool isOk) => new() { ["ok"] = isOk };

    private static JsonObject Results(byte[] bytes)
    {
        var read = AuthenticationResultsReader.Parse(bytes);
        var found = Ok(read.IsSuccess);
        if (read.Value is { } field)
        {
            found["authserv_id"] = field.AuthservId;
            found["instance"] = field.Instance;
            found["version"] = field.Version;
            found["results"] = new JsonArray([.. field.Results.Select(result => (JsonNode)Result(result))]);
        }

        return found;
    }

    private static JsonObject Result(MethodResult result) => new()
    {
        ["method"] = result.Method,
        ["result"] = result.Result,
        ["reason"] = result.Reason,
        ["comment"] = result.Comment,
        ["nprops"] = result.Properties.Length,
        ["properties"] = new JsonArray([.. result.Properties.Select(property => (JsonNode)$"{property.Type}.{property.Name}={property.Value}")]),
    };

    // Only what is named is compared: members of an object, elements of a list of objects, and of a list of texts those that must be in it.
    private static bool Matches(JsonNode? expected, JsonNode? found) => (expected, found) switch
    {
        (JsonObject left, JsonObject right) => left.All(member => Matches(member.Value, right[member.Key])),
        (JsonArray left, JsonArray right) when left.All(element => element is JsonObject) =>
            left.Count == right.Count && left.Zip(right).All(pair => Matches(pair.First, pair.Second)),
        (JsonArray left, JsonArray right) => left.All(element => right.Any(other => JsonNode.DeepEquals(element, other))),
        _ => JsonNode.DeepEquals(expected, found),
    };

    private static JsonObject From(byte[] bytes)
    {
        var author = Author.Find(HeaderBlock.Parse(bytes));
        var found = Ok(author.Defect == AuthorDefect.None);
        found["domain"] = author.Domain?.ToString();
        return found;
    }

    private static JsonObject Policy(string text)
    {
        var read = DmarcRecord.Parse(text);
        var found = Ok(read.IsSuccess);
        foreach (var property in typeof(DmarcRecord).GetProperties())
        {
            if (read.Value is { } record && property.GetIndexParameters().Length == 0 && property.GetValue(record) is { } value)
            {
                found[property.Name] = Convert.ToString(value, CultureInfo.InvariantCulture);
            }
        }

        return found;
    }

    private static JsonObject Header(byte[] bytes, string canonicalization)
    {
        using var canonical = new CanonicalHeader(canonicalization == "simple" ? SignatureCanonicalization.Simple : SignatureCanonicalization.Relaxed);
        var header = HeaderBlock.Parse(bytes);
        for (var index = 0; index < header.Count; index++)
        {
            canonical.Append(header[index]);
        }

        return new JsonObject { ["out"] = Convert.ToBase64String(canonical.Written) };
    }

    private static JsonObject Body(byte[] bytes, JsonNode input)
    {
        using var hashes = new BodyHashes();
        var hash = (string?)input["hash"] == "sha1" ? SignatureHash.Sha1 : SignatureHash.Sha256;
        var canonicalization = (string)input["c"]! == "simple" ? SignatureCanonicalization.Simple : SignatureCanonicalization.Relaxed;
        var body = hashes.Request(canonicalization, hash, (long?)input["l"]);
        var chunk = (int?)input["chunk"] ?? Math.Max(1, bytes.Length);
        for (var from = 0; from < bytes.Length; from += chunk)
        {
            hashes.Append(bytes.AsSpan(from, Math.Min(chunk, bytes.Length - from)));
        }

        hashes.Complete();
        return new JsonObject { ["hash"] = Convert.ToBase64String(body.Value) };
    }

    private static IEnumerable<string> Lines(string file) => File.ReadLines(Path.Combine(Shared, file)).Where(line => !string.IsNullOrWhiteSpace(line));

    private static IEnumerable<string> Files(string folder, string pattern = "*.jsonl") =>
        Directory.Exists(Path.Combine(Shared, folder))
            ? Directory.EnumerateFiles(Path.Combine(Shared, folder), pattern).Select(path => Path.GetRelativePath(Shared, path)).Order(StringComparer.Ordinal)
            : [];
}
