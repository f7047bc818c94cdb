using EmailAuth.Dmarc;

namespace EmailAuth.Tests.Dmarc;

/// <summary>What stands at a <c>_dmarc.</c> name, as the steps of the RFC speak of it.</summary>
internal sealed record OracleRecord(string P, string? Sp, string? Np, char Psd, bool Test, char Adkim, char Aspf, bool HasRua)
{
    public string Text => $"v=DMARC1; p={P}; psd={Psd}; t={(Test ? 'y' : 'n')}; adkim={Adkim}; aspf={Aspf}"
        + (Sp is null ? "" : $"; sp={Sp}") + (Np is null ? "" : $"; np={Np}") + (HasRua ? "; rua=mailto:a@example.com" : "");
}

/// <summary>
/// The steps of RFC 9989 sections 4.10 and 4.4 written down one after the other, on arrays of labels, slow and literal. Knows nothing
/// of how the evaluator works.
/// </summary>
internal sealed class DmarcOracle(IReadOnlyDictionary<string, OracleRecord> records, bool authorExists)
{
    public int MostQueries { get; private set; }

    // Section 4.10: the tree walk. The records kept, from the longest name to the shortest.
    public List<(string Name, OracleRecord Record)> Walk(string start)
    {
        var kept = new List<(string, OracleRecord)>();
        var queries = 1;
        MostQueries = Math.Max(MostQueries, queries);

        // Step 1 and 2.
        if (records.TryGetValue(start, out var record))
        {
            kept.Add((start, record));
            if (record.Psd is 'y' or 'n')
            {
                return kept;
            }
        }

        // Step 3 to 5.
        var labels = start.Split('.');
        var x = labels.Length;
        labels = x < 8 ? labels[1..] : labels[(x - 7)..];

        // Step 6 to 8.
        while (labels.Length > 0)
        {
            MostQueries = Math.Max(MostQueries, ++queries);
            var target = string.Join('.', labels);
            if (records.TryGetValue(target, out record))
            {
                kept.Add((target, record));
                if (record.Psd is 'y' or 'n')
                {
                    break;
                }
            }

            labels = labels[1..];
        }

        return kept;
    }

    // Section 4.10.2.
    public string OrganizationalDomain(string start)
    {
        var kept = Walk(start);
        foreach (var (name, record) in kept)
        {
            if (record.Psd == 'n')
            {
                return name;
            }

            if (record.Psd == 'y' && name != start)
            {
                var labels = start.Split('.');
                return string.Join('.', labels[(labels.Length - name.Split('.').Length - 1)..]);
            }
        }

        return kept.Count == 0 ? start : kept[^1].Name;
    }

    // Section 4.10.1.
    public (string Name, OracleRecord Record)? PolicyRecord(string author)
    {
        var kept = Walk(author);
        var organizational = OrganizationalDomain(author);
        foreach (var wanted in new[] { author, organizational })
        {
            foreach (var found in kept)
            {
                if (found.Name == wanted)
                {
                    return found;
                }
            }
        }

        foreach (var found in kept)
        {
            if (found.Record.Psd == 'y')
            {
                return found;
            }
        }

        return null;
    }

    // Section 5.3.
    public (DmarcResultCode Code, string? Policy, string Disposition) Evaluate(string author, IEnumerable<(bool IsSpf, string Domain)> identifiers)
    {
        if (PolicyRecord(author) is not var (name, record))
        {
            return (DmarcResultCode.None, null, "none");
        }

        string[] valid = ["none", "quarantine", "reject"];
        var invalid = !valid.Contains(record.P) || (record.Sp is not null && !valid.Contains(record.Sp)) || (record.Np is not null && !valid.Contains(record.Np));
        if (invalid && !record.HasRua)
        {
            return (DmarcResultCode.None, null, "none");
        }

        var policy = invalid ? "none"
            : name == author ? record.P
            : authorExists ? record.Sp ?? record.P
            : record.Np ?? record.Sp ?? record.P;

        foreach (var (isSpf, domain) in identifiers)
        {
            var strict = (isSpf ? record.Aspf : record.Adkim) == 's';
            if (strict ? domain == author : OrganizationalDomain(domain) == OrganizationalDomain(author))
            {
                return (DmarcResultCode.Pass, policy, "none");
            }
        }

        var disposition = !record.Test ? policy : policy == "reject" ? "quarantine" : "none";
        return (DmarcResultCode.Fail, policy, disposition);
    }
}
