namespace EmailAuth.Inspection.Signatures;

/// <summary>Changes of fields with addresses (RFC 5322 section 3.4): display names, spacing, added and completed addresses.</summary>
internal static class AddressRewrites
{
    // Longer lists are only tried as a whole.
    private const int MostAddresses = 50;
    private const int MostAddressesAlone = 12;
    private const int MostEncoded = 400;

    private static readonly string[] Separators = [", ", ",", ",\r\n ", ",\r\n\t", ",\r\n    "];

    /// <summary>The field in other forms, and with fewer addresses.</summary>
    public static IEnumerable<FieldRewrite> Of(string name, string value)
    {
        var items = Split(CanonicalText.RelaxedValue(value));
        if (items.Count > MostAddresses)
        {
            yield break;
        }

        foreach (var separator in Separators)
        {
            yield return Reformatted(name, items, separator);
        }

        for (var count = 1; count < items.Count; count++)
        {
            yield return Fewer(name, items.GetRange(0, count));
            yield return Fewer(name, items.GetRange(count, items.Count - count));
            yield return Fewer(name, [.. items.Where((_, index) => index != count)]);
        }

        var forms = items.ConvertAll(item => Forms(item).ToList());
        for (var form = 0; form < (forms.Count == 0 ? 0 : forms[0].Count); form++)
        {
            yield return Formed(name, forms[0][form].Code, forms.ConvertAll(all => all[Math.Min(form, all.Count - 1)].Text));
        }

        for (var index = 0; items.Count > 1 && index < Math.Min(items.Count, MostAddressesAlone); index++)
        {
            foreach (var (code, text) in forms[index])
            {
                yield return Formed(name, code, [.. items.Select((item, place) => place == index ? text : item)]);
            }
        }
    }

    /// <summary>The From of an author in whose place a list wrote its own (RFC 7960 section 4.1.3.2), with the author's address in another field.</summary>
    public static IEnumerable<FieldRewrite> OfMunged(string name, string value, string other)
    {
        var present = CanonicalText.RelaxedValue(value);
        var (display, _) = Cut(present);
        var via = display.IndexOf(" via ", StringComparison.OrdinalIgnoreCase);
        foreach (var item in Split(CanonicalText.RelaxedValue(other)).Take(MostAddressesAlone))
        {
            yield return new FieldRewrite(ChangeCode.FieldReplaced, [name], name, " " + item, 0);
            var (ownDisplay, address) = Cut(item);
            foreach (var author in new[] { via > 0 ? display[..via] : display, ownDisplay, display.Trim('\'') }.Distinct(StringComparer.Ordinal))
            {
                foreach (var (_, text) in Forms(author.Length > 0 ? $"\"{author}\" <{address}>" : address))
                {
                    yield return new FieldRewrite(ChangeCode.FieldReplaced, [name], name, " " + text);
                }
            }
        }
    }

    /// <summary>The items of an address list, cut at commas that are not in quotes, comments or angle brackets.</summary>
    public static List<string> Split(string list)
    {
        var items = new List<string>();
        var (start, depth) = (0, 0);
        var isQuoted = false;
        for (var index = 0; index < list.Length; index++)
        {
            var c = list[index];
            if (isQuoted && c == '\\')
            {
                index++;
            }
            else if (c == '"')
            {
                isQuoted = !isQuoted;
            }
            else if (!isQuoted && c is '(' or '<')
            {
                depth++;
            }
            else if (!isQuoted && c is ')' or '>')
            {
                depth--;
            }
            else if (c == ',' && !isQuoted && depth <= 0)
            {
                items.Add(list[start..index].Trim());
                start = index + 1;
            }
        }

        items.Add(list[start..].Trim());
        return items;
    }

    // The display name without quotes, and the address without brackets.
    private static (string Display, string Address) Cut(string item)
    {
        var open = item.LastIndexOf('<');
        if (open >= 0)
        {
            return (item[..open].Trim().Trim('"').Replace("\\\"", "\"", StringComparison.Ordinal), item[(open + 1)..].TrimEnd('>', ' '));
        }

        var comment = item.IndexOf('(', StringComparison.Ordinal);
        return comment > 0 ? (item[(comment + 1)..].TrimEnd(')', ' '), item[..comment].Trim()) : (string.Empty, item);
    }

    // Always the same number of forms in the same order for items with a display name, and for those without one.
    private static IEnumerable<(ChangeCode Code, string Text)> Forms(string item)
    {
        var (display, address) = Cut(item);
        const ChangeCode form = ChangeCode.FieldReformatted;
        var at = address.LastIndexOf('@');
        var lower = at < 0 ? address : address[..at] + address[at..].ToLowerInvariant();
        yield return (form, address);
        yield return (form, $"<{address}>");
        yield return (form, display.Length == 0 ? $"\"{address}\" <{address}>" : $"{display} <{address}>");
        yield return (form, display.Length == 0 ? $"{address} <{address}>" : $"\"{display}\" <{address}>");
        yield return (form, display.Length == 0 ? lower : $"{address} ({display})");
        yield return (form, display.Length == 0 ? address.ToLowerInvariant() : $"{item[..item.IndexOf(address, StringComparison.Ordinal)]}{lower}>".Replace(">>", ">", StringComparison.Ordinal));
        if (at > 0)
        {
            yield return (ChangeCode.AddressesAdded, display.Length == 0 ? address[..at] : $"{display} <{address[..at]}>");
            yield return (ChangeCode.AddressesAdded, display.Length == 0 ? $"<{address[..at]}>" : $"\"{display}\" <{address[..at]}>");
        }

        if (display.Length is > 0 and <= MostEncoded && (EncodedWords.Decode(display) ?? (display.Contains('?', StringComparison.Ordinal) ? null : display)) is { } decoded)
        {
            foreach (var text in EncodedWords.Encode(decoded))
            {
                yield return (ChangeCode.FieldReencoded, $"{text} <{address}>");
                yield return (ChangeCode.FieldReencoded, $"\"{text}\" <{address}>");
            }
        }
    }

    private static FieldRewrite Reformatted(string name, List<string> items, string separator) =>
        new(ChangeCode.FieldReformatted, [name], name, " " + string.Join(separator, items), 0);

    private static FieldRewrite Formed(string name, ChangeCode code, List<string> items) => new(code, [name], name, " " + string.Join(", ", items), 1);

    private static FieldRewrite Fewer(string name, List<string> items) => new(ChangeCode.AddressesAdded, [name], name, " " + string.Join(", ", items), 1);
}
