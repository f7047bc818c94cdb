using System.Text;

namespace EmailAuth.Inspection.Signatures;

/// <summary>A header as it may have been signed: some of the selected fields in another form.</summary>
/// <param name="Group">The place of the field's name among the names; only candidates of different groups are combined.</param>
/// <param name="Segments">The places of the fields in what is signed, with their canonical forms.</param>
/// <param name="Rewrite">What was done to it.</param>
/// <param name="Arrived">The field as it is; null when it is not there.</param>
internal sealed record HeaderCandidate(int Group, (int Slot, byte[] Octets)[] Segments, FieldRewrite Rewrite, string? Arrived);

/// <summary>The known changes of each field that a signature covers, and of the signature's own field, until the budget is spent.</summary>
internal sealed class HeaderCandidates(SignedFields fields, HeaderParts parts, SearchBudget budget)
{
    // A header with thousands of names is not taken apart name by name.
    private const int MostGroups = 60;
    private const int MostInstances = 20;
    private const int MostValue = 8192;
    private const int CostOfCandidate = 64;

    // Encoded words are made character by character.
    private const int CostOfEncoding = 32;

    private static readonly string[] ShadowPrefixes =
        ["x-original-", "original-", "x-google-original-", "old-", "x-old-", "x-spam-prev-", "x-orig-", "x-", "x-mailman-original-", "x-authenticated-"];

    private static readonly string[] AddressFields = ["from", "to", "cc", "reply-to", "sender", "bcc", "resent-to", "resent-from", "resent-cc"];

    // Where lists keep the author whom they replaced in From.
    private static readonly string[] AuthorFields = ["reply-to", "x-original-from", "sender", "cc", "author"];

    /// <summary>All candidates of a rank.</summary>
    public IEnumerable<HeaderCandidate> OfRank(int rank)
    {
        var groups = fields.Names.Distinct(StringComparer.Ordinal).Take(MostGroups).ToList();
        for (var group = 0; group < groups.Count; group++)
        {
            foreach (var candidate in rank == 0 ? WithoutInstance(groups[group], group) : [])
            {
                yield return candidate;
            }

            for (var slot = 0; slot < fields.Names.Length; slot++)
            {
                if (fields.Names[slot] != groups[group])
                {
                    continue;
                }

                var field = fields.Slots[slot];
                var seen = new HashSet<string>(StringComparer.Ordinal);
                foreach (var rewrite in Paid(field >= 0 ? RewritesOf(groups[group], field) : Removed(groups[group])))
                {
                    if (rewrite.Rank == rank && CanonicalText.Field(rewrite.Name, rewrite.Value, parts.IsRelaxed) is var text && seen.Add(text))
                    {
                        yield return new HeaderCandidate(
                            group,
                            [(slot, Encoding.Latin1.GetBytes(text))],
                            rewrite,
                            field >= 0 ? $"{fields.NameOf(field)}:{fields.ValueOf(field)}" : null);
                    }
                }

                if (field < 0)
                {
                    // Further slots without a field would have the same candidates.
                    break;
                }
            }
        }

        var own = new HashSet<string>(StringComparer.Ordinal);
        foreach (var rewrite in Paid(SignatureRewrites.Of(parts.OwnName, parts.OwnValue, parts.IsRelaxed)))
        {
            if (rewrite.Rank == rank && SignedFields.CanonicalOwn(rewrite.Name, rewrite.Value, parts.IsRelaxed) is var text && own.Add(text))
            {
                yield return new HeaderCandidate(
                    groups.Count,
                    [(fields.Slots.Length, Encoding.Latin1.GetBytes(text))],
                    rewrite,
                    $"{parts.OwnName}:{parts.OwnValue}");
            }
        }
    }

    // Two fields of a sender make many thousands of long candidates, most of them alike or of another rank, which nothing after this pays for.
    private IEnumerable<FieldRewrite> Paid(IEnumerable<FieldRewrite> rewrites) =>
        rewrites.TakeWhile(rewrite => budget.TryWork((rewrite.Value.Length * (rewrite.Value.Contains("=?", StringComparison.Ordinal) ? CostOfEncoding : 1)) + CostOfCandidate));

    // A field that was added or doubled moves the selection of its name (RFC 6376 section 5.4.2).
    private IEnumerable<HeaderCandidate> WithoutInstance(string name, int group)
    {
        var instances = fields.InstancesOf(name);
        for (var without = 0; without < Math.Min(instances.Count, MostInstances); without++)
        {
            var rest = instances.Where((_, index) => index != without).ToList();
            var segments = new List<(int, byte[])>();
            for (int slot = 0, next = 0; slot < fields.Names.Length; slot++)
            {
                if (fields.Names[slot] == name)
                {
                    var text = next < rest.Count ? CanonicalText.Field(fields.NameOf(rest[next]), fields.ValueOf(rest[next]), parts.IsRelaxed) : string.Empty;
                    segments.Add((slot, Encoding.Latin1.GetBytes(text)));
                    next++;
                }
            }

            var field = instances[without];
            yield return new HeaderCandidate(
                group,
                [.. segments],
                new FieldRewrite(ChangeCode.FieldAdded, [fields.NameOf(field).Trim()], string.Empty, string.Empty, 0),
                $"{fields.NameOf(field)}:{fields.ValueOf(field)}");
        }
    }

    private IEnumerable<FieldRewrite> Removed(string name)
    {
        var written = System.Globalization.CultureInfo.InvariantCulture.TextInfo.ToTitleCase(name).Replace("Mime-", "MIME-", StringComparison.Ordinal);
        IEnumerable<string> values = name == "reply-to" && fields.ValueOf("from") is { } author ? [author.Trim()] : MimeRewrites.UsualValues(name);
        foreach (var value in values.Concat(Shadows(name)))
        {
            yield return new FieldRewrite(ChangeCode.FieldRemoved, [written], written, " " + value.Trim());
        }

        foreach (var rewrite in name == "date" ? DateRewrites.Of(written, null, parts.SignedAt) : [])
        {
            yield return rewrite;
        }
    }

    private IEnumerable<FieldRewrite> RewritesOf(string name, int field)
    {
        var (written, value) = (fields.NameOf(field).TrimEnd(), fields.ValueOf(field));
        foreach (var shadow in Shadows(name))
        {
            yield return new FieldRewrite(ChangeCode.FieldReplaced, [written], written, shadow, 0);
            yield return new FieldRewrite(ChangeCode.FieldReplaced, [written], written, " " + shadow.Trim(), 0);
        }

        if (!parts.IsRelaxed)
        {
            foreach (var rewrite in FormRewrites.OfFolding(written, value).Concat(FormRewrites.OfName(written, value)))
            {
                yield return rewrite;
            }
        }

        if (value.Length > MostValue)
        {
            yield break;
        }

        foreach (var rewrite in SpecialOf(name, written, value).Concat(name == "subject" ? [] : TextRewrites.OfValue(written, value)))
        {
            yield return rewrite;
        }
    }

    private IEnumerable<FieldRewrite> SpecialOf(string name, string written, string value) => name switch
    {
        "subject" => TextRewrites.OfSubject(written, value),
        "date" or "resent-date" => DateRewrites.Of(written, value, parts.SignedAt),
        "content-type" or "content-disposition" => MimeRewrites.OfParameters(written, value).Concat(Replaced(name, written)),
        "content-transfer-encoding" or "mime-version" => Replaced(name, written),
        "message-id" or "in-reply-to" or "references" or "content-id" => Identifiers(written, value),
        _ when AddressFields.Contains(name, StringComparer.Ordinal) => AddressRewrites.Of(written, value).Concat(name == "from" ? Munged(written, value) : []),
        _ => [],
    };

    private IEnumerable<FieldRewrite> Replaced(string name, string written) =>
        parts.ValuesOf(name).Concat(MimeRewrites.UsualValues(name)).Select(value => new FieldRewrite(ChangeCode.FieldReplaced, [written], written, " " + value, name == "content-type" ? 1 : 0));

    private static IEnumerable<FieldRewrite> Identifiers(string name, string value)
    {
        var text = CanonicalText.RelaxedValue(value);
        var bare = text.Trim('<', '>');
        return new[] { bare, $"<{bare}>", $"<<{bare}>>", $"\"{bare}\"", text.ToLowerInvariant(), text.Replace(" ", string.Empty, StringComparison.Ordinal), text.Replace("><", "> <", StringComparison.Ordinal) }
            .Select(form => new FieldRewrite(ChangeCode.FieldReformatted, [name], name, " " + form, 0));
    }

    private IEnumerable<FieldRewrite> Munged(string written, string value) =>
        AuthorFields.SelectMany(other =>
            fields.ValueOf(other) is { Length: < MostValue } text ? AddressRewrites.OfMunged(written, value, text) : []);

    private IEnumerable<string> Shadows(string name) =>
        ShadowPrefixes.Select(prefix => fields.ValueOf(prefix + name)).OfType<string>().Where(static value => value.Length <= MostValue);
}
