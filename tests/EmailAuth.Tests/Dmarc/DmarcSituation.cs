using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using EmailAuth.Dmarc;
using EmailAuth.Dns;
using EmailAuth.Results;
using EmailAuth.Syntax;
using EmailAuth.Tests.TestSupport;

namespace EmailAuth.Tests.Dmarc;

/// <summary>
/// An author domain, what the DNS has, and what SPF and DKIM found. A zone is entries with "|" between them: "name text" for a record at _dmarc.name, "!name" for a
/// failure there, "?name" for a failure of the name itself, "+name" for a name that exists. Identifiers are "spf a.example" or "dkim a.example temperror", with commas.
/// </summary>
internal sealed record DmarcSituation(string Author, string Zone, string Identifiers, DmarcOptions? Options = null)
{
    /// <summary>All of what is found and asked, as text.</summary>
    public async Task<List<string>> DescribeAsync()
    {
        var (atOnce, queries) = await JudgeAsync(isAtOnce: true);
        var (inOrder, queriesInOrder) = await JudgeAsync(isAtOnce: false);
        var (all, allInOrder) = (Describe(atOnce), Describe(inOrder));
        return
        [
            $"## {Author} | {Zone} | {Identifiers}{(Options is null ? null : $" | {Options.MaxIdentifiers} identifiers, {(Options.PublicSuffixList is null ? "tree walk" : "list")}")}",
            .. all[..^1],
            $"at once: {queries}",
            $"in order: {queriesInOrder}",
            .. all.SequenceEqual(allInOrder, StringComparer.Ordinal) ? [] : allInOrder[..^1],
            "",
        ];
    }

    /// <summary>The result in the pipeline's way: what is not authenticated is there, too.</summary>
    public async Task<(DmarcResult Result, string Queries)> JudgeAsync(bool isAtOnce)
    {
        var resolver = ScriptedResolver.Held(new ZoneResolver(ZoneOf(Zone)));
        var identifiers = Identifiers.Split(',', StringSplitOptions.RemoveEmptyEntries).Select(text => text.Trim().Split(' ')).ToList();
        var discovery = new DmarcEvaluator(resolver, (Options ?? DmarcOptions.Default) with { Prefetch = isAtOnce }).BeginDiscovery(Name(Author), new DnsSession(resolver));
        var evaluation = DmarcEvaluator.EvaluateAsync(
            discovery,
            [.. identifiers.Where(parts => parts.Length == 2).Select(Identifier)],
            [.. identifiers.Where(parts => parts.Length == 3).Select(parts => new UnauthenticatedIdentifier(Identifier(parts), parts[2]))],
            CancellationToken.None).AsTask();
        while (resolver.Waiting > 0)
        {
            resolver.AnswerRound();
        }

        return (await evaluation, $"{resolver.Rounds} rounds, {string.Join(' ', resolver.Names)}");
    }

    /// <summary>All of a result: its members, its field, its JSON.</summary>
    public static List<string> Describe(DmarcResult result)
    {
        var field = result.ToMethodResult();
        return
        [
            $"{result.Code} {result.ReasonKind} source={result.Source} tag={result.Tag} published={result.PublishedPolicy} effective={result.EffectivePolicy} assumed={result.IsPolicyAssumed}"
            + $" failed={result.FailedQuery} exists={result.AuthorDomainExists} lookups={result.LookupCount} ({string.Join(' ', result.Lookups.Select(lookup => lookup.Domain))}) {result.Discovery}",
            $"{field.Method}={field.Result} reason={field.Reason} ({field.Comment}) {string.Join(' ', field.Properties.Select(property => $"{property.Type}.{property.Name}={property.Value}"))}",
            string.Join("; ", result.Alignments.Select(alignment => $"{alignment.Outcome} {alignment.Mode} counts={alignment.Counts} compared={alignment.IsCompared}")),
            Json(((IMethodOutcome)result).WriteJson),
            Json(((IMethodOutcome)result).WriteSummaryJson),
        ];
    }

    public static DomainName Name(string name) => DomainName.Parse(name).Value!;

    public static AuthenticatedIdentifier Identifier(params string[] parts) =>
        new() { Method = parts[0] == "spf" ? IdentifierSource.Spf : IdentifierSource.Dkim, Domain = Name(parts[1]) };

    public static Zone ZoneOf(string entries)
    {
        var zone = new Zone();
        foreach (var entry in entries.Split('|', StringSplitOptions.RemoveEmptyEntries))
        {
            var space = entry.IndexOf(' ', StringComparison.Ordinal);
            _ = entry[0] switch
            {
                '!' => zone.Add("_dmarc." + entry[1..], ZoneEntryKind.ServFail),
                '?' => zone.Add(entry[1..], ZoneEntryKind.Timeout),
                '+' => zone.Add(entry[1..], ZoneEntryKind.A, "192.0.2.1"),
                _ => zone.Add("_dmarc." + entry[..space], ZoneEntryKind.Txt, entry[(space + 1)..]),
            };
        }

        return zone;
    }

    private static string Json(Action<Utf8JsonWriter> write)
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            write(json);
        }

        return Encoding.UTF8.GetString(stream.ToArray());
    }
}
