using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;
using EmailAuth.Cli.Output;
using EmailAuth.Dns;
using EmailAuth.Spf;

namespace EmailAuth.Cli.Published;

/// <summary>Reads the TXT records of a domain for SPF, and points out what is wrong or risky in the text itself.</summary>
internal static class SpfRecordInspection
{
    // A network of this many bits or fewer lets in more than one organization is likely to have.
    private const int WideIPv4 = 15;
    private const int WideIPv6 = 31;
    private const int ComfortableLength = 450;

    public static void Read(SpfNode node, DnsResponse response, bool isRoot)
    {
        var name = node.Domain.ToString();
        var texts = response.Texts.Where(SpfRecord.IsSpfRecord).ToList();
        foreach (var text in texts)
        {
            node.Records.Add(new PublishedRecord(name, text));
        }

        foreach (var text in response.Texts)
        {
            if (!SpfRecord.IsSpfRecord(text) && LooksMeant(text))
            {
                var stray = new PublishedRecord(name, text);
                stray.Error(WhyNone(text), 0, 1);
                node.Records.Add(stray);
            }
        }

        switch (texts.Count)
        {
            case 0:
                var severity = isRoot ? Severity.Error : Severity.Warning;
                node.Findings.Add(new Finding(severity, response.Status switch
                {
                    DnsStatus.NameError => $"there is no SPF record: {name} does not exist (NXDOMAIN)",
                    DnsStatus.NoData => $"there is no TXT record at {name}: publish one that starts with v=spf1, or \"v=spf1 -all\" if no mail comes from there",
                    DnsStatus.Records => $"none of the {response.Count} TXT records at {name} is an SPF record: publish one that starts with v=spf1",
                    DnsStatus.Failure => throw new UnreachableException(), // returns above
                    _ => throw new UnreachableException(),
                }));
                break;
            case 1:
                Inspect(node, node.Records[0]);
                break;
            default:
                node.Findings.Add(new Finding(
                    Severity.Error, $"{texts.Count} SPF records where one may be: every check is a permerror (RFC 7208 section 4.5); join them into one"));
                foreach (var record in node.Records)
                {
                    InspectText(record);
                }

                break;
        }
    }

    private static bool LooksMeant(string text) =>
        text.TrimStart(' ', '\t', '"', '\'', '\u201C', '\u00A0', '\uFEFF').StartsWith("v=spf", StringComparison.OrdinalIgnoreCase)
        || text.StartsWith("spf2.0", StringComparison.OrdinalIgnoreCase)
        || text.Replace(" ", string.Empty, StringComparison.Ordinal).StartsWith("v=spf1", StringComparison.OrdinalIgnoreCase);

    private static string WhyNone(string text) => text switch
    {
        _ when text.StartsWith("spf2.0", StringComparison.OrdinalIgnoreCase) => "this is Sender ID (RFC 4406), which is historic: nobody reads it; remove it",
        [' ' or '\t' or '\u00A0', ..] => "white space before v=spf1: this is not an SPF record (RFC 7208 section 4.5); remove it",
        ['"' or '\'' or '\u201C', ..] => "a quotation mark before v=spf1 is part of the text: this is not an SPF record (RFC 7208 section 4.5); remove it",
        _ => "this is not an SPF record, as it does not start with \"v=spf1\" followed by a space (RFC 7208 section 4.5)",
    };

    private static void Inspect(SpfNode node, PublishedRecord record)
    {
        InspectText(record);
        var parsed = SpfRecord.Parse(record.Text);
        if (!parsed.IsSuccess)
        {
            var meant = SpfWords.MechanismMeantAt(record.Text, parsed.Error.Position) is { } name ? $"; did you mean {name}:?" : string.Empty;
            record.Error($"{parsed.Error.Reason}: the whole record is a permerror{meant}", parsed.Error.Position);
            return;
        }

        node.Record = parsed.Value;
        record.Terms.AddRange(SpfMeaning.Of(parsed.Value, node.Domain));
        InspectTerms(parsed.Value, record);
        InspectEnd(parsed.Value, record);
    }

    private static void InspectText(PublishedRecord record)
    {
        var text = record.Text;
        for (var i = 1; i < text.Length; i++)
        {
            if (text[i] == ' ' && text[i - 1] == ' ')
            {
                var length = text.AsSpan(i - 1).IndexOfAnyExcept(' ');
                record.Note("several spaces in a row: allowed, but mostly a sign of a slip", i - 1, length < 0 ? text.Length - i + 1 : length);
                break;
            }
        }

        if (text.Length > ComfortableLength)
        {
            record.Note(string.Create(CultureInfo.InvariantCulture, $"{text.Length} characters: past {ComfortableLength} the answer may not fit into a UDP packet everywhere (RFC 7208 section 3.4)"));
        }
    }

    private static void InspectTerms(SpfRecord record, PublishedRecord published)
    {
        var seen = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        foreach (var mechanism in record.Mechanisms)
        {
            var term = mechanism.ToString();
            var length = term.Length;
            if (!seen.Add(term))
            {
                published.Warn("the same term appears a second time", mechanism.Position, length);
            }

            if (mechanism.Kind == SpfMechanismKind.Ptr)
            {
                published.Warn("ptr is slow and unreliable and should not be used (RFC 7208 section 5.5): name the addresses instead", mechanism.Position, length);
            }

            if (mechanism.Target is { AsksPointers: true })
            {
                published.Warn("the macro letter p should not be used (RFC 7208 section 7.3)", mechanism.Position, length);
            }

            InspectNetwork(mechanism, published);
        }

        foreach (var modifier in record.Modifiers)
        {
            if (modifier.Target is null && !SpfWords.IsReportingModifier(modifier.Name))
            {
                var meant = SpfWords.Meant(modifier.Name, modifier.Value) is { } term ? $"; did you mean \"{term}\"?" : string.Empty;
                published.Warn($"no standard defines the modifier \"{modifier.Name}\": it is ignored (RFC 7208 section 6){meant}", modifier.Position, modifier.ToString().Length);
            }
        }
    }

    private static void InspectNetwork(SpfMechanism mechanism, PublishedRecord published)
    {
        var length = mechanism.ToString().Length;
        var isFour = mechanism.Network is { AddressFamily: AddressFamily.InterNetwork };
        var prefix = mechanism.Network is null || isFour ? mechanism.PrefixLengthIPv4 : mechanism.PrefixLengthIPv6;
        var isIP = mechanism.Kind is SpfMechanismKind.IP4 or SpfMechanismKind.IP6;
        if (mechanism.Qualifier != SpfQualifier.Pass)
        {
            return;
        }

        // "a" and "mx" with a length of 0 match every client of that kind as soon as the name has one address (RFC 7208 section 5.6).
        var every = prefix == 0 ? (isIP && !isFour ? "IPv6" : "IPv4") : !isIP && mechanism.PrefixLengthIPv6 == 0 ? "IPv6" : null;
        if (every is not null && (isIP || mechanism.Kind is SpfMechanismKind.A or SpfMechanismKind.MX))
        {
            published.Error($"a prefix length of 0 lets every {every} address of the internet pass", mechanism.Position, length);
        }
        else if (isIP ? prefix <= (isFour ? WideIPv4 : WideIPv6) : prefix <= WideIPv4 || mechanism.PrefixLengthIPv6 <= WideIPv6)
        {
            published.Warn("a very large network: every client with an address in it passes", mechanism.Position, length);
        }

        if (mechanism.Network is { } network && SpfMeaning.FirstAddress(network, prefix) is { } first && !first.Equals(network))
        {
            published.Note($"the bits after the prefix length are ignored: this is {first}/{prefix}", mechanism.Position, length);
        }
    }

    private static void InspectEnd(SpfRecord record, PublishedRecord published)
    {
        var all = record.Mechanisms.FirstOrDefault(mechanism => mechanism.Kind == SpfMechanismKind.All);
        if (all is null)
        {
            if (record.Redirect is null)
            {
                published.Warn("no \"all\" at the end: who matches nothing is neutral, as if there were ?all (RFC 7208 section 4.7); end with ~all or -all", record.Text.Length, 0);
            }

            return;
        }

        var length = all.ToString().Length;
        if (all.Qualifier == SpfQualifier.Pass)
        {
            published.Error("everybody passes: the record is worth less than none; use -all or ~all", all.Position, length);
        }
        else if (all.Qualifier == SpfQualifier.Neutral)
        {
            published.Warn("?all says nothing about who matches nothing; use ~all or -all", all.Position, length);
        }

        foreach (var mechanism in record.Mechanisms)
        {
            if (mechanism.Position > all.Position)
            {
                published.Warn("never reached, as it comes after \"all\" (RFC 7208 section 5.1)", mechanism.Position, mechanism.ToString().Length);
            }
        }

        if (record.Redirect is { } redirect)
        {
            published.Warn("ignored, as there is \"all\" (RFC 7208 section 6.1)", redirect.Position, redirect.ToString().Length);
        }
    }
}
