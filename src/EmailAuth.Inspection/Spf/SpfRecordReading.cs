using System.Net.Sockets;
using EmailAuth.Dns;
using EmailAuth.Spf;

namespace EmailAuth.Inspection.Spf;

/// <summary>Explains the TXT records of a domain for SPF, and reports what is wrong or risky in the text itself.</summary>
internal static class SpfRecordReading
{
    // A network with a prefix of this many bits or fewer is larger than one organization is likely to have.
    private const int WideIPv4 = 15;
    private const int WideIPv6 = 31;
    private const int ComfortableLength = 450;

    /// <summary>Reads the records of a node.</summary>
    /// <param name="node">Takes the records and their findings.</param>
    /// <param name="response">The TXT records of its domain.</param>
    /// <param name="isRoot">Whether it is the domain's own record.</param>
    /// <param name="isIncluded">Whether an include leads to it: then its end decides nothing.</param>
    public static void Read(SpfNode node, DnsResponse response, bool isRoot, bool isIncluded)
    {
        var texts = response.Texts.Where(SpfRecord.IsSpfRecord).ToList();
        texts.ForEach(text => node.Add(text));
        foreach (var text in response.Texts)
        {
            if (!SpfRecord.IsSpfRecord(text) && LooksMeant(text))
            {
                node.Add(text).Error(WhyNone(text), 0, 1);
            }
        }

        switch (texts.Count)
        {
            case 0:
                AddMissing(node, response, isRoot ? FindingSeverity.Error : FindingSeverity.Warning);
                break;
            case 1:
                Inspect(node, node.Records[0], isIncluded);
                break;
            default:
                node.Add(FindingSeverity.Error, FindingCode.SpfSeveralRecords, Numbers.Text(texts.Count));
                foreach (var record in node.Records)
                {
                    InspectText(record);
                }

                break;
        }
    }

    private static void AddMissing(SpfNode node, DnsResponse response, FindingSeverity severity)
    {
        var name = node.Domain.ToString();
        if (response.Status == DnsStatus.Records)
        {
            node.Add(severity, FindingCode.SpfNoRecord, name, Numbers.Text(response.Count));
        }
        else
        {
            node.Add(severity, response.Status == DnsStatus.NameError ? FindingCode.SpfNameMissing : FindingCode.SpfNoTexts, name);
        }
    }

    private static bool LooksMeant(string text) =>
        text.TrimStart(' ', '\t', '"', '\'', '\u201C', '\u00A0', '\uFEFF').StartsWith("v=spf", StringComparison.OrdinalIgnoreCase)
        || text.StartsWith("spf2.0", StringComparison.OrdinalIgnoreCase)
        || text.Replace(" ", string.Empty, StringComparison.Ordinal).StartsWith("v=spf1", StringComparison.OrdinalIgnoreCase);

    private static FindingCode WhyNone(string text) => text switch
    {
        _ when text.StartsWith("spf2.0", StringComparison.OrdinalIgnoreCase) => FindingCode.SpfSenderId,
        [' ' or '\t' or '\u00A0', ..] => FindingCode.SpfLeadingSpace,
        ['"' or '\'' or '\u201C', ..] => FindingCode.SpfLeadingQuote,
        _ => FindingCode.SpfWrongVersion,
    };

    private static void Inspect(SpfNode node, PublishedRecord record, bool isIncluded)
    {
        InspectText(record);
        var parsed = SpfRecord.Parse(record.Text);
        if (!parsed.IsSuccess)
        {
            var (reason, position) = (parsed.Error.Reason, parsed.Error.Position);
            if (SpfWords.MechanismMeantAt(record.Text, position) is { } meant)
            {
                record.Error(FindingCode.SpfMistypedMechanism, position, 1, reason, meant);
            }
            else
            {
                record.Error(FindingCode.SpfSyntax, position, 1, reason);
            }

            return;
        }

        node.Record = parsed.Value;
        foreach (var term in parsed.Value.Terms)
        {
            record.Explain(term.ToString(), SpfMeaning.Of(term, node.Domain), term.Position, term.Length);
        }

        InspectTerms(parsed.Value, record);
        InspectEnd(parsed.Value, record, isIncluded);
    }

    private static void InspectText(PublishedRecord record)
    {
        var text = record.Text;
        for (var i = 1; i < text.Length; i++)
        {
            if (text[i] == ' ' && text[i - 1] == ' ')
            {
                var length = text.AsSpan(i - 1).IndexOfAnyExcept(' ');
                record.Note(FindingCode.SpfSeveralSpaces, i - 1, length < 0 ? text.Length - i + 1 : length);
                break;
            }
        }

        if (text.Length > ComfortableLength)
        {
            record.Note(FindingCode.SpfLongRecord, null, 0, Numbers.Text(text.Length), Numbers.Text(ComfortableLength));
        }
    }

    private static void InspectTerms(SpfRecord record, PublishedRecord published)
    {
        var seen = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        foreach (var mechanism in record.Mechanisms)
        {
            if (!seen.Add(mechanism.ToString()))
            {
                Warn(published, mechanism, FindingCode.SpfRepeatedTerm);
            }

            if (mechanism.Kind == SpfMechanismKind.Ptr)
            {
                Warn(published, mechanism, FindingCode.SpfPtr);
            }

            if (mechanism.AsksPointers)
            {
                Warn(published, mechanism, FindingCode.SpfPointerMacro);
            }

            InspectNetwork(mechanism, published);
        }

        foreach (var modifier in record.Modifiers)
        {
            if (modifier.DomainSpec is null && !SpfWords.IsReportingModifier(modifier.Name))
            {
                if (SpfWords.Meant(modifier.Name, modifier.Value) is { } meant)
                {
                    Warn(published, modifier, FindingCode.SpfMistypedModifier, modifier.Name, meant);
                }
                else
                {
                    Warn(published, modifier, FindingCode.SpfUnknownModifier, modifier.Name);
                }
            }
        }
    }

    private static void InspectNetwork(SpfMechanism mechanism, PublishedRecord published)
    {
        var isFour = mechanism.Network is { AddressFamily: AddressFamily.InterNetwork };
        var prefix = mechanism.Network is null || isFour ? mechanism.PrefixLengthIPv4 : mechanism.PrefixLengthIPv6;
        var isIP = mechanism.Kind is SpfMechanismKind.IP4 or SpfMechanismKind.IP6;
        if (mechanism.ResultOnMatch != SpfResultCode.Pass)
        {
            return;
        }

        // "a" and "mx" with a length of 0 match every client of that kind if the name has one address (RFC 7208 section 5.6).
        var every = prefix == 0 ? (isIP && !isFour ? "IPv6" : "IPv4") : !isIP && mechanism.PrefixLengthIPv6 == 0 ? "IPv6" : null;
        if (every is not null && (isIP || mechanism.Kind is SpfMechanismKind.A or SpfMechanismKind.MX))
        {
            published.Error(FindingCode.SpfOpenNetwork, mechanism.Position, mechanism.Length, every);
        }
        else if (isIP ? prefix <= (isFour ? WideIPv4 : WideIPv6) : prefix <= WideIPv4 || mechanism.PrefixLengthIPv6 <= WideIPv6)
        {
            Warn(published, mechanism, FindingCode.SpfWideNetwork);
        }

        if (mechanism.Network is { } network && SpfMeaning.FirstAddress(network, prefix) is { } first && !first.Equals(network))
        {
            published.Note(FindingCode.SpfBitsAfterPrefix, mechanism.Position, mechanism.Length, $"{first}/{Numbers.Text(prefix)}");
        }
    }

    // RFC 7208 section 5.2: an include asks only whether the record gives pass. Neutral, also without "all", is no match there, as fail is.
    private static void InspectEnd(SpfRecord record, PublishedRecord published, bool isIncluded)
    {
        var all = record.Mechanisms.FirstOrDefault(mechanism => mechanism.Kind == SpfMechanismKind.All);
        if (all is null)
        {
            if (record.Redirect is null && !isIncluded)
            {
                published.Warn(FindingCode.SpfNoAll, record.Text.Length, 0);
            }

            return;
        }

        if (all.ResultOnMatch == SpfResultCode.Pass)
        {
            published.Error(FindingCode.SpfPassAll, all.Position, all.Length);
        }
        else if (all.ResultOnMatch == SpfResultCode.Neutral && !isIncluded)
        {
            Warn(published, all, FindingCode.SpfNeutralAll);
        }

        foreach (var mechanism in record.Mechanisms)
        {
            if (mechanism.Position > all.Position)
            {
                Warn(published, mechanism, FindingCode.SpfUnreachedTerm);
            }
        }

        if (record.Redirect is { } redirect)
        {
            Warn(published, redirect, FindingCode.SpfIgnoredRedirect);
        }
    }

    private static void Warn(PublishedRecord published, SpfTerm term, FindingCode code, params ReadOnlySpan<string> arguments) =>
        published.Warn(code, term.Position, term.Length, arguments);
}
