using System.Collections.Immutable;
using System.Globalization;
using EmailAuth.Dkim;
using EmailAuth.Milter.Configuration;
using EmailAuth.Signatures;
using EmailAuth.Syntax;

namespace EmailAuth.Milter.Signing;

/// <summary>Which key signs for which author domain, and when. Immutable; safe to share between threads.</summary>
/// <param name="rows">The rows by the domain as the file writes it, with <c>*.</c> for the domains below one.</param>
internal sealed class SigningTable(IReadOnlyDictionary<string, SigningTableRows> rows)
{
    private const string Wildcard = "*.";

    private const int MaxKeyLength = 1024 * 1024;

    private static readonly string[] TimeForms = ["yyyy-MM-dd", "yyyy-MM-dd'T'HH:mm'Z'", "yyyy-MM-dd'T'HH:mm:ss'Z'"];

    /// <summary>How many domains it has.</summary>
    public int Count => rows.Count;

    /// <summary>The rows for an author domain: those of the domain itself, else those of the nearest domain above it that has <c>*.</c>; or null.</summary>
    public SigningTableRows? Find(DomainName author)
    {
        var name = author.ToString();
        if (rows.TryGetValue(name, out var exact))
        {
            return exact;
        }

        for (var dot = name.IndexOf('.', StringComparison.Ordinal); dot >= 0; dot = name.IndexOf('.', dot + 1))
        {
            if (rows.TryGetValue($"*{name[dot..]}", out var above))
            {
                return above;
            }
        }

        return null;
    }

    /// <summary>What an operator should know of a table without errors: weak keys, and domains whose lines have all expired. A line for each.</summary>
    /// <param name="now">The time.</param>
    public ImmutableArray<string> WarningsAt(DateTimeOffset now) =>
    [
        .. rows.Values.SelectMany(static list => list.Rows).OrderBy(static row => row.Line).SelectMany(
            static row => new DkimSigner([row.Identity]).Warnings.Select(warning => string.Create(CultureInfo.InvariantCulture, $"line {row.Line}: {warning}"))),
        .. rows.Where(pair => pair.Value.Rows.All(row => row.Until <= now)).OrderBy(static pair => pair.Value.Rows[0].Line).Select(
            static pair => $"every line of {pair.Key} has expired: its mail is not signed"),
    ];

    /// <summary>Reads a table and its keys.</summary>
    /// <param name="path">The file. Names of key files in it are relative to its folder.</param>
    /// <exception cref="InvalidDataException">Lines have errors; the message names each.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static SigningTable Load(string path)
    {
        var lines = File.ReadAllLines(path);
        var errors = new List<string>();
        var keys = new Dictionary<string, PemSigningKey>(StringComparer.Ordinal);
        var found = new Dictionary<string, List<SigningTableRow>>(StringComparer.Ordinal);
        for (var number = 0; number < lines.Length; number++)
        {
            var words = Words(lines[number]);
            if (words.Length == 0)
            {
                continue;
            }

            try
            {
                var (name, row) = Read(number + 1, words, Path.GetDirectoryName(Path.GetFullPath(path))!, keys);
                if (!found.TryGetValue(name, out var list))
                {
                    found.Add(name, list = []);
                }

                list.Add(row);
            }
            catch (FormatException e)
            {
                errors.Add(string.Create(CultureInfo.InvariantCulture, $"line {number + 1}: {e.Message}"));
            }
        }

        errors.AddRange(found.Values.SelectMany(static list => list).GroupBy(static row => KeyName(row.Identity), StringComparer.Ordinal).SelectMany(static lines => Contradictions(lines)));
        errors.AddRange(found.Values.SelectMany(static list => list.GroupBy(static row => KeyName(row.Identity), StringComparer.Ordinal)).SelectMany(static lines => Repetitions(lines)));
        if (found.Count == 0 && errors.Count == 0)
        {
            errors.Add("it has no line with a domain, a selector and a key file");
        }

        return errors.Count > 0 ? throw new InvalidDataException(string.Join("; ", errors)) : new SigningTable(found.ToDictionary(pair => pair.Key, pair => new SigningTableRows([.. pair.Value]), StringComparer.Ordinal));
    }

    // Where verifiers look for the key (RFC 6376 section 3.6.2.1), which the lines of a domain and of those below it (*.) may share.
    private static string KeyName(DkimSigningIdentity identity) => $"{DomainName.Parse(identity.Selector).Value}._domainkey.{identity.Domain}";

    // One key is published at a name: of two keys that sign at a time one makes signatures that fail.
    private static IEnumerable<string> Contradictions(IGrouping<string, SigningTableRow> lines) =>
        Overlaps(lines).Where(static pair => !IsSameKey(pair.First, pair.Second)).Select(pair => string.Create(
            CultureInfo.InvariantCulture,
            $"lines {pair.First.Line} and {pair.Second.Line} sign at the same time with different keys, and {lines.Key} can publish one of them: give each a selector of its own"));

    // Of one domain: a message would get the same signature twice.
    private static IEnumerable<string> Repetitions(IGrouping<string, SigningTableRow> lines) =>
        Overlaps(lines).Where(static pair => IsSameKey(pair.First, pair.Second)).Select(pair => string.Create(
            CultureInfo.InvariantCulture,
            $"lines {pair.First.Line} and {pair.Second.Line} sign the same mail at the same time with the key {lines.Key}: remove one, or change its times"));

    // Lines of one key name that are valid at the same time, in the order of the file. Sorted by their start, a line can only overlap with the one that lasts
    // longest so far; if it contradicts a shorter one alone, that one contradicts the longest.
    private static IEnumerable<(SigningTableRow First, SigningTableRow Second)> Overlaps(IEnumerable<SigningTableRow> lines)
    {
        SigningTableRow? longest = null;
        foreach (var row in lines.OrderBy(static row => row.From).ThenBy(static row => row.Line))
        {
            if (longest is not null && row.From < longest.Until)
            {
                yield return row.Line < longest.Line ? (row, longest) : (longest, row);
            }

            longest = longest is null || row.Until > longest.Until ? row : longest;
        }
    }

    private static bool IsSameKey(SigningTableRow a, SigningTableRow b) => ((PemSigningKey)a.Identity.Key).Record == ((PemSigningKey)b.Identity.Key).Record;

    // DOMAIN SELECTOR KEYFILE [from TIME] [until TIME]
    private static (string Name, SigningTableRow Row) Read(int line, string[] words, string folder, Dictionary<string, PemSigningKey> keys)
    {
        if (words.Length < 3)
        {
            throw new FormatException("a line has a domain, a selector and a key file, such as 'example.com s1 /etc/emailauth/s1.pem'");
        }

        var isWildcard = words[0].StartsWith(Wildcard, StringComparison.Ordinal);
        var domain = DomainName.Parse(isWildcard ? words[0][Wildcard.Length..] : words[0]);
        if (!domain.IsSuccess)
        {
            throw new FormatException($"'{words[0]}' is not a domain, or '*.' and a domain");
        }

        var (from, until) = (DateTimeOffset.MinValue, DateTimeOffset.MaxValue);
        for (var at = 3; at < words.Length; at += 2)
        {
            var isFrom = words[at].Equals("from", StringComparison.OrdinalIgnoreCase);
            if ((!isFrom && !words[at].Equals("until", StringComparison.OrdinalIgnoreCase)) || at + 1 == words.Length)
            {
                throw new FormatException($"'{words[at]}' is not understood: after the key file may be 'from TIME' and 'until TIME'");
            }

            if (Array.FindIndex(words, 3, at - 3, word => word.Equals(words[at], StringComparison.OrdinalIgnoreCase)) >= 0)
            {
                throw new FormatException($"'{words[at]}' is there twice");
            }

            (from, until) = isFrom ? (ReadTime(words[at + 1], isEnd: false), until) : (from, ReadTime(words[at + 1], isEnd: true));
        }

        if (from >= until)
        {
            throw new FormatException("the key is never valid: 'from' is after 'until'");
        }

        var identity = new DkimSigningIdentity { Domain = domain.Value, Selector = words[1], Key = Key(Path.Combine(folder, words[2]), keys) };
        try
        {
            _ = new DkimSigner([identity]); // which checks the selector and the key
        }
        catch (ArgumentException e)
        {
            throw new FormatException(Sentence(e), e);
        }

        return (isWildcard ? $"{Wildcard}{domain.Value}" : domain.Value.ToString(), new SigningTableRow(line, identity, from, until));
    }

    private static PemSigningKey Key(string path, Dictionary<string, PemSigningKey> keys)
    {
        if (keys.TryGetValue(path, out var known))
        {
            return known;
        }

        try
        {
            var pem = SecretFile.Read(path, MaxKeyLength, out var isOpen);
            return isOpen
                ? throw new FormatException($"other users may read or change {path}, and could sign with it: chmod 600 (or 640, with the service's group)")
                : keys[path] = PemSigningKey.Load(pem);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            throw new FormatException($"{path} cannot be read: {e.Message}", e);
        }
        catch (ArgumentException e)
        {
            throw new FormatException($"{path}: {Sentence(e)}", e);
        }
    }

    // The message without the name of our parameter, which the operator does not know.
    private static string Sentence(ArgumentException e) => e.Message.Split(" (Parameter ")[0];

    // A day, or a minute or second in UTC. The end of a day is the start of the next one, if there is one.
    private static DateTimeOffset ReadTime(string text, bool isEnd) =>
        DateTimeOffset.TryParseExact(text, TimeForms, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time)
            ? !isEnd || text.Length != TimeForms[0].Length ? time
            : time > DateTimeOffset.MaxValue.AddDays(-1) ? DateTimeOffset.MaxValue
            : time.AddDays(1)
            : throw new FormatException($"'{text}' is not a time such as 2026-12-31 or 2026-12-31T18:00Z (UTC)");

    private static string[] Words(string line)
    {
        var comment = line.IndexOf('#', StringComparison.Ordinal);
        return (comment < 0 ? line : line[..comment]).Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
    }
}
