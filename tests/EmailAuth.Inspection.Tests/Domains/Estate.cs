using System.Net;
using System.Text.Json;
using EmailAuth.Inspection.Domains;
using EmailAuth.Inspection.Transport;
using EmailAuth.Syntax;
using EmailAuth.Tests.TestSupport;

namespace EmailAuth.Inspection.Tests.Domains;

/// <summary>The made-up estate of <c>testdata/domains</c>: domains with one fault each.</summary>
internal static class Estate
{
    public static Zone Zone { get; } = MasterFile.Parse(File.ReadAllText(PathOf("estate.zone"))).Value!;

    public static IReadOnlyDictionary<string, JsonElement> Rows { get; } = File.ReadLines(PathOf("estate.jsonl"))
        .Select(static line => JsonDocument.Parse(line).RootElement).ToDictionary(static row => row.GetProperty("domain").GetString()!);

    public static string PathOf(string file) => Repository.PathOf("testdata", "domains", file);

    /// <summary>The options of a row. Its policy is served from the folder; without a file there nothing is fetched.</summary>
    public static DomainInspectionOptions OptionsOf(string domain)
    {
        var row = Rows[domain];
        var policy = PathOf($"policies/{domain}.txt");
        var status = TextOf(row, "status");
        return new DomainInspectionOptions
        {
            Profile = TextOf(row, "profile") switch
            {
                "parked" => DomainProfile.Parked,
                "receives-only" => DomainProfile.ReceivesOnly,
                "sends" => DomainProfile.Sends,
                _ => null,
            },
            Addresses = [.. TextsOf(row, "addresses").Select(IPAddress.Parse)],
            Selectors = [.. TextsOf(row, "selectors")],
            Helo = TextOf(row, "helo"),
            Fetch = File.Exists(policy) || status is not null
                ? (uri, _, _) => Task.FromResult(new FetchedPolicy(
                    status is null ? File.ReadAllText(policy) : null, TextOf(row, "media_type") ?? "text/plain", status is null ? null : $"{uri} {status}"))
                : null,
        };
    }

    public static Task<DomainInspection> InspectAsync(string domain, EmailAuth.Dns.IDnsResolver? resolver = null) =>
        DomainInspector.InspectAsync(DomainName.Parse(domain).Value!, resolver ?? new ZoneResolver(Zone), OptionsOf(domain), TestContext.Current.CancellationToken);

    public static string? TextOf(JsonElement row, string member) => row.TryGetProperty(member, out var value) ? value.GetString() : null;

    private static IEnumerable<string> TextsOf(JsonElement row, string member) =>
        row.TryGetProperty(member, out var value) ? value.EnumerateArray().Select(static item => item.GetString()!) : [];
}
