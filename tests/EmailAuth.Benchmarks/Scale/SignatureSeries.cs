using System.Text;
using EmailAuth.Arc;
using EmailAuth.Dkim;
using EmailAuth.Dmarc;
using EmailAuth.Results;
using EmailAuth.Signatures;
using EmailAuth.Syntax;

namespace EmailAuth.Benchmarks.Scale;

/// <summary>Messages with up to a thousand signatures, and chains of up to the fifty sets that ARC allows and beyond.</summary>
internal static class SignatureSeries
{
    private static readonly int[] ToThousand = [1, 10, 100, 300, 1_000];
    private static readonly int[] ToTenThousand = [10, 100, 300, 1_000, 3_000, 10_000];

    private static readonly string Body = string.Concat(Enumerable.Repeat("A line of the body of sixty-four octets, its end of line counted\r\n", 1_024));

    private static readonly Lazy<string[]> Chain = new(MakeChain);

    public static IEnumerable<ScaleSeries> All =>
    [
        Of("signatures", "Signatures of one key, all checked (MaxSignatures 1,000)", ToThousand, i => Sign(more: $" t={i + 1};"), Zone),
        Of(
            "signatures-keys", "Signatures of as many keys and domains below the author's", ToThousand,
            i => Sign($"d{i}.example.com", $"s{i}"), WithKeys),
        Of(
            "signatures-strangers", "Signatures of as many domains, which sign BIMI-Selector and do not align", ToThousand,
            i => Sign($"d{i}.example", $"s{i}", names: ":bimi-selector"), WithKeys),
        Of(
            "signatures-lengths", "Signatures that each cover another length of the body (l=)", ToThousand,
            i => Sign(more: $" l={Body.Length - i};", length: Body.Length - i), Zone),
        Of(
            "signatures-broken", "Signatures that do not hold, to the JSON of the outcome", ToThousand,
            i => Sign(more: $" t={i + 1};", length: 1), Zone, outcome => outcome.ToJson().Length, "JSON characters"),
        new()
        {
            Name = "signatures-limited", Title = "Signatures with the default limit: ten are checked, the others named",
            Unit = "signatures", Sizes = ToTenThousand,
            Prepare = count => new Judge(Zone(0), Judge.Lifted).Of(
                string.Concat(Enumerable.Repeat(Sign(), count)) + Signer.Text(Signer.Ordinary) + "\r\n" + Body, Judge.Passes, outcome => outcome.LookupCount),
            Observed = "lookups",
        },
        new()
        {
            Name = "signatures-malformed", Title = "Signatures that cannot be read", Unit = "signatures", Sizes = ToTenThousand,
            Prepare = count => new Judge(Zone(0), Judge.Lifted).Of(
                string.Concat(Enumerable.Repeat("DKIM-Signature: v=1; a=b\r\n", count)) + Signer.Text(Signer.Ordinary) + "\r\n" + Body, Judge.IsDecided),
        },
        new()
        {
            Name = "signatures-tags", Title = "Unknown tags of a signature", Unit = "tags", Sizes = ToTenThousand,
            Prepare = count => new Judge(Zone(0), Judge.Lifted).Of(
                $"DKIM-Signature: v=1;{string.Concat(Enumerable.Range(0, count).Select(i => $" x{i}=1;"))}\r\n" + Signer.Text(Signer.Ordinary) + "\r\n" + Body,
                Judge.IsDecided),
        },
        new()
        {
            Name = "signatures-large", Title = "Kilobytes of a field that ten signatures cover", Unit = "kilobytes", Sizes = [1, 10, 100, 300, 900],
            Prepare = kilobytes =>
            {
                (string, string)[] fields = [.. Signer.Ordinary, ("X-Large", new string('x', kilobytes * 1024))];
                var signature = Signer.Sign(fields, Signer.OrdinaryNames + ":x-large", Signer.BodyHash(Encoding.ASCII.GetBytes(Body)));
                return new Judge(Zone(0)).Of(string.Concat(Enumerable.Repeat(signature, 10)) + Signer.Text(fields) + "\r\n" + Body, Judge.Passes);
            },
        },
        new()
        {
            Name = "arc", Title = "Sets of an ARC chain that holds", Unit = "sets", Sizes = [1, 2, 5, 10, 20, 35, 50], Observed = "lookups",
            Prepare = count => new Judge(Zone(0)).Of(
                Chain.Value[count],
                outcome => outcome.Arc!.Code == ArcResultCode.Pass && outcome.Arc.Sets.Length == count,
                outcome => outcome.LookupCount),
        },
        new()
        {
            Name = "arc-beyond", Title = "Fields of ARC beyond fifty sets: the chain fails and nothing is asked for it",
            Unit = "sets", Sizes = [51, 200, 800, 3_200, 10_000], Observed = "sets kept",
            Prepare = count => new Judge(Zone(0), Judge.Lifted).Of(
                string.Concat(Enumerable.Repeat(FieldsOf(Chain.Value[1]), count)) + Chain.Value[0],
                outcome => outcome.Arc!.Code == ArcResultCode.Fail,
                outcome => outcome.Arc!.Sets.Length),
        },
        new()
        {
            Name = "arc-results", Title = "Results in the ARC-Authentication-Results of each of fifty sets",
            Unit = "results", Sizes = [1, 4, 16, 64, 256],
            Prepare = count => new Judge(Zone(0), Judge.Lifted).Of(
                Chain.Value[50].Replace("spf=pass", string.Join("; ", Enumerable.Repeat("spf=pass", count)), StringComparison.Ordinal),
                outcome => outcome.Arc!.Sets.Length == 50),
        },
    ];

    private static ScaleSeries Of(
        string name, string title, int[] sizes, Func<int, string> sign, Func<int, Zone> zone,
        Func<AuthenticationOutcome, long>? observe = null, string? observed = null)
    {
        // Signing takes longer than verifying: each is made once.
        var signatures = new Lazy<string[]>(() => [.. Enumerable.Range(0, sizes[^1]).Select(sign)]);
        return new()
        {
            Name = name,
            Title = title,
            Unit = "signatures",
            Sizes = sizes,
            Observed = observed ?? "lookups",
            Prepare = count => new Judge(zone(count), Options).Of(
                string.Concat(signatures.Value.Take(count)) + "BIMI-Selector: v=BIMI1; s=x\r\n" + Signer.Text(Signer.Ordinary) + "\r\n" + Body,
                outcome => outcome.Dkim!.Signatures.Count(signature => signature.Code is SignatureResultCode.Pass or SignatureResultCode.Fail) == count,
                observe ?? (outcome => outcome.LookupCount)),
        };
    }

    private static AuthenticationOptions Options { get; } = Judge.Lifted with
    {
        Dkim = new DkimOptions { MaxSignatures = 1_000 },
        Dmarc = new DmarcOptions { MaxIdentifiers = 100_000 },
    };

    private static string Sign(string domain = Signer.Domain, string selector = "s", string more = "", int? length = null, string names = "") => Signer.Sign(
        Signer.Ordinary, Signer.OrdinaryNames + names, Signer.BodyHash(Encoding.ASCII.GetBytes(Body).AsSpan(0, length ?? Body.Length)), domain, selector, more);

    private static Zone Zone(int count) => Signer.Zone();

    private static Zone WithKeys(int count)
    {
        var zone = Signer.Zone();
        for (var i = 0; i < count; i++)
        {
            zone.Add($"s{i}._domainkey.d{i}.example.com", ZoneEntryKind.Txt, Signer.KeyRecord);
            zone.Add($"s{i}._domainkey.d{i}.example", ZoneEntryKind.Txt, Signer.KeyRecord);
        }

        return zone;
    }

    // The three fields on top of a message.
    private static string FieldsOf(string sealedMessage) => sealedMessage[..sealedMessage.IndexOf("DKIM-Signature:", StringComparison.Ordinal)];

    private static string[] MakeChain()
    {
        var chain = new string[51];
        chain[0] = Sign() + Signer.Text(Signer.Ordinary) + "\r\n" + Body;
        using var sealer = new ArcSealer(Signer.Pem, new ArcSealerOptions { Domain = DomainName.Parse(Signer.Domain).Value!, Selector = "s" });
        var verifier = new ArcVerifier(new ZoneResolver(Zone(0)));
        var results = new AuthenticationResults { AuthservId = "mx.example.com", Results = [new MethodResult { Method = "spf", Result = "pass" }] };
        for (var sets = 1; sets < chain.Length; sets++)
        {
            var message = Encoding.Latin1.GetBytes(chain[sets - 1]);
            var arrived = verifier.VerifyAsync(message, CancellationToken.None);
            var sealing = sealer.Seal(message, arrived.IsCompletedSuccessfully ? arrived.Result : throw new InvalidOperationException("Something waited."), results);
            chain[sets] = string.Concat(sealing.Fields.Select(field => field + "\r\n")) + chain[sets - 1];
        }

        return chain;
    }
}
