using System.Text;
using EmailAuth.Bimi;
using EmailAuth.Dmarc;
using EmailAuth.Fuzz.Support;
using EmailAuth.Messages;
using EmailAuth.Syntax;

namespace EmailAuth.Fuzz.Targets;

/// <summary>Names, addresses and references: what is short and stands everywhere.</summary>
internal static class NameTargets
{
    public static void Header(ReadOnlySpan<byte> input)
    {
        var message = input.ToArray();
        var header = HeaderBlock.Parse(message);
        var length = 0;
        for (var i = 0; i < header.Count; i++)
        {
            length += header[i].Raw.Length;
        }

        FindingException.ThrowIf(length != header.Bytes.Length, "the fields are not the whole header");
        var author = Author.Find(header);
        FindingException.ThrowIf(author.Domain is null && string.IsNullOrEmpty(author.Reason), "no author and no reason");
        FindingException.ThrowIf((author.Domain is null) != (author.Defect != AuthorDefect.None), "a defect beside a domain");
    }

    public static void From(ReadOnlySpan<byte> input) => Header([.. "From: "u8, .. input, .. "\r\n\r\n"u8]);

    public static void ReversePathText(ReadOnlySpan<byte> input)
    {
        var text = Encoding.UTF8.GetString(input);
        var read = ReversePath.Parse(text);
        Expect.Parsed(read, text.Length);
        if (read.Value is { } path)
        {
            FindingException.ThrowIf(!text.Contains(path.Address, StringComparison.Ordinal), "an address that was not said");
            FindingException.ThrowIf(path.Domain is not null && !path.Address.Contains('@', StringComparison.Ordinal), "a domain without an address");
            var again = ReversePath.Parse(path.Address).Value;
            FindingException.ThrowIf(again is null || again.Address != path.Address || again.Domain != path.Domain || again.LocalPart != path.LocalPart, "a path that does not read as itself");
        }
    }

    public static void DomainNames(ReadOnlySpan<byte> input)
    {
        var text = Encoding.UTF8.GetString(input);
        Check(DomainName.Parse(text), name => DomainName.Parse(name), text, "abcdefghijklmnopqrstuvwxyz0123456789-_.");
        Check(DomainName.ParseDnsName(text), name => DomainName.ParseDnsName(name), text, null);
    }

    private static void Check(ParseResult<DomainName> read, Func<string, ParseResult<DomainName>> parse, string text, string? characters)
    {
        Expect.Parsed(read, text.Length);
        if (read.Value is not { } name)
        {
            return;
        }

        var written = name.ToString();
        FindingException.ThrowIf(parse(written).Value != name || parse(written.ToUpperInvariant()).Value != name, "a name that does not read as itself");
        FindingException.ThrowIf(written.Length is 0 or > DomainName.MaxLength || written.AsSpan().ContainsAnyInRange('A', 'Z'), $"no name: {written}");
        FindingException.ThrowIf(written.Split('.').Any(label => label.Length is 0 or > DomainName.MaxLabelLength), $"a label too long or empty: {written}");
        FindingException.ThrowIf(characters is not null && written.AsSpan().ContainsAnyExcept(characters), $"a host with other characters: {written}");
        FindingException.ThrowIf(written.Split('.').Length != name.LabelCount || !name.IsEqualToOrBelow(name) || (name.Parent is { } parent && !name.IsEqualToOrBelow(parent)), "its labels and its parent");
    }

    public static void Uri(ReadOnlySpan<byte> input)
    {
        var text = Encoding.UTF8.GetString(input);
        var read = HttpsUri.Parse(text);
        Expect.Parsed(read, text.Length);
        if (read.Value is { } uri)
        {
            // What we ask is what the web client asks, or what it refuses to.
            FindingException.ThrowIf(
                System.Uri.TryCreate(text, UriKind.Absolute, out var theirs) && (theirs.Scheme != "https" || theirs.UserInfo.Length > 0 || theirs.Port != uri.Port || theirs.IdnHost != uri.Host.ToString()),
                $"another host or port to another reader: {uri.Host} {uri.Port}, {theirs?.IdnHost} {theirs?.Port}");
        }
    }

    // The input: a list, and a domain.
    public static void SuffixList(ReadOnlySpan<byte> input)
    {
        var parts = new Parts(input);
        var rules = parts.TryTake(out var list) ? list : input;
        var domain = rules == input ? DomainName.Parse("a.b.www.ck").Value! : DomainName.Parse(Encoding.UTF8.GetString(parts.Rest)).Value;
        var text = Encoding.UTF8.GetString(rules);
        var lines = RulesOf(text);
        PublicSuffixList suffixes;
        try
        {
            using var reader = new StringReader(text);
            suffixes = PublicSuffixList.Load(reader);
        }
        catch (InvalidDataException e)
        {
            Expect.Reason(e.Message, "a list that is refused");
            FindingException.ThrowIf(lines.Exists(static line => line.Name is not null) && lines.TrueForAll(static line => line.Name is not null), "a list of rules is refused");
            return;
        }

        FindingException.ThrowIf(lines.Count == 0 || lines.Exists(static line => line.Name is null), "what is no list is read as one");
        if (domain is not null)
        {
            Expect.Equal(OrganizationalDomain(lines, domain.ToString()), suffixes.OrganizationalDomain(domain).ToString(), "the algorithm of publicsuffix.org");
        }
    }

    private static List<(bool IsException, bool IsWildcard, DomainName? Name)> RulesOf(string list)
    {
        var rules = new List<(bool, bool, DomainName?)>();
        foreach (var line in list.Split('\n', '\r').Select(line => line.TrimStart().Split(' ', '\t')[0]))
        {
            if (line.Length > 0 && line != "*" && !line.StartsWith("//", StringComparison.Ordinal))
            {
                var isException = line[0] == '!';
                var isWildcard = line.StartsWith("*.", StringComparison.Ordinal);
                rules.Add((isException, isWildcard, DomainName.Parse(line[(isException ? 1 : isWildcard ? 2 : 0)..]).Value));
            }
        }

        return rules;
    }

    // https://publicsuffix.org/list/: the exception rule prevails, else the one with most labels, else "*"; and one label more.
    private static string OrganizationalDomain(List<(bool IsException, bool IsWildcard, DomainName? Name)> rules, string domain)
    {
        var labels = domain.Split('.');
        var (most, exception) = (1, 0);
        foreach (var (isException, isWildcard, name) in rules)
        {
            var rule = name!.ToString().Split('.');
            var length = rule.Length + (isWildcard ? 1 : 0);
            if (length <= labels.Length && labels.AsSpan(labels.Length - rule.Length).SequenceEqual(rule))
            {
                exception = Math.Max(exception, isException ? length : 0);
                most = Math.Max(most, isException ? 0 : length);
            }
        }

        var suffix = exception > 0 ? exception - 1 : most;
        return string.Join('.', labels[Math.Max(0, labels.Length - suffix - 1)..]);
    }
}
