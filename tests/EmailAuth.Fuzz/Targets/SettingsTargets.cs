using System.Globalization;
using System.Net;
using System.Text;
using EmailAuth.Fuzz.Support;
using EmailAuth.Inspection.Transport;
using EmailAuth.Messages;
using EmailAuth.Milter.Configuration;
using EmailAuth.Policy;
using EmailAuth.Settings;
using EmailAuth.Syntax;
using Microsoft.Extensions.Configuration;

namespace EmailAuth.Fuzz.Targets;

/// <summary>What operators write, and a policy that a domain serves.</summary>
internal static class SettingsTargets
{
    // What files hold is no matter of this target.
    private static readonly string[] Files = ["Bimi:MarkRoots", "Policy:ExceptionsFile", "Dmarc:PublicSuffixList", "SigningTable", "Reports:RedactionKey"];

    private static readonly string[] Paths = [.. EmailAuthSettings.Table.Select(row => row.Path)];

    /// <summary>A configuration is read or all its errors are told; the case of names does not matter.</summary>
    public static void Settings(ReadOnlySpan<byte> input)
    {
        if (ConfigurationOf(input) is not { } values || !values.Keys.All(key => Ascii.IsValid(key)))
        {
            return;
        }

        var read = Read(values, key => key);
        Expect.Equal(Describe(read), Describe(Read(values, key => key.ToUpperInvariant())), "with names in capitals");
        foreach (var error in read.Errors)
        {
            Expect.Reason(error.Reason, "an error");
            FindingException.ThrowIf(
                error.Code != SettingsErrorCode.Missing && !values.Keys.Any(key => key.StartsWith(error.Path, StringComparison.OrdinalIgnoreCase)) && !Paths.Contains(error.Path, StringComparer.OrdinalIgnoreCase),
                $"an error about {error.Path}, which is not there");
        }

        // What can be read can be used, and the milter reads it as well or says why not.
        if (read.Value is { } settings)
        {
            _ = new AuthenticationPipeline(Keys.Resolver, settings.ToOptions());
        }

        var milter = MilterFileSettings.Read(new ConfigurationBuilder().AddInMemoryCollection(values).Build());
        FindingException.ThrowIf((milter.Options is null) == milter.Errors.IsEmpty, "neither options nor errors, or both");
    }

    /// <summary>The input: exceptions; and an author domain, a client and a day, a line each.</summary>
    public static void Exceptions(ReadOnlySpan<byte> input)
    {
        var parts = new Parts(input);
        var text = Encoding.UTF8.GetString(parts.TryTake(out var file) ? file : input);
        var read = PolicyExceptions.Parse(text);
        Expect.Parsed(read, text.Length);
        if (read.Value is not { } exceptions)
        {
            return;
        }

        var written = string.Join('\n', exceptions.All.Select(Written));
        Expect.Equal(written, PolicyExceptions.Parse(written).Value is { } again ? string.Join('\n', again.All.Select(Written)) : "nothing", "written again");
        var lines = Encoding.UTF8.GetString(parts.Rest).Split('\n');
        if (DomainName.Parse(lines[0]).Value is not { } domain || !IPAddress.TryParse(lines.ElementAtOrDefault(1), out var client))
        {
            return;
        }

        var author = new Author { Domain = domain };
        var today = DateOnly.TryParse(lines.ElementAtOrDefault(2), CultureInfo.InvariantCulture, out var day) ? day : new DateOnly(2026, 11, 30);
        var about = exceptions.All.Where(line => IsAbout(line, domain, client, today)).ToArray();
        var found = exceptions.Find(author, client, today);
        FindingException.ThrowIf(found.Deciding != about.FirstOrDefault(line => line.Kind != ExceptionAction.Skip), "another line decides");
        FindingException.ThrowIf(!found.Skips.SequenceEqual(about.Where(line => line.Kind == ExceptionAction.Skip)), "other methods are left out");

        // Who cannot be placed is not trusted, and does not escape a line that refuses him.
        var unplaced = exceptions.FindBehindRelay(author, client, today);
        FindingException.ThrowIf(found.Deciding?.Kind == ExceptionAction.Reject && unplaced.Deciding != found.Deciding, "behind a relay it escapes");
        FindingException.ThrowIf(unplaced.Deciding is { Kind: not ExceptionAction.Reject, Network: not null } || unplaced.Skips.Any(line => line.Network is not null), "behind a relay it is trusted");
    }

    /// <summary>A policy of MTA-STS reads as what is written of it, and its patterns match as RFC 8461 section 4.1 says.</summary>
    public static void MtaSts(ReadOnlySpan<byte> input)
    {
        var text = Encoding.UTF8.GetString(input);
        var read = MtaStsPolicy.Parse(text);
        Expect.Parsed(read, text.Length);
        Expect.Printable(read.Error?.Reason, "what is wrong with a policy");
        if (read.Value is not { } policy)
        {
            return;
        }

        FindingException.ThrowIf(policy.MaxAgeSeconds is < 0 or > 31_557_600 || policy.Patterns.Length > 1000, "out of bounds");
        var written = $"version: STSv1\r\nmode: {policy.Mode.ToString().ToLowerInvariant()}\r\n{string.Concat(policy.Patterns.Select(pattern => $"mx: {pattern}\r\n"))}max_age: {policy.MaxAgeSeconds}\r\n";
        var again = MtaStsPolicy.Parse(written).Value;
        FindingException.ThrowIf(again is null || again.Mode != policy.Mode || again.MaxAgeSeconds != policy.MaxAgeSeconds || !again.Patterns.SequenceEqual(policy.Patterns), $"written again, it differs: {written}");
        foreach (var pattern in policy.Patterns.Take(20))
        {
            var name = pattern.StartsWith("*.", StringComparison.Ordinal) ? pattern[2..] : pattern;
            foreach (var host in (string[])[name, $"a.{name}", $"a.b.{name}", $"x{name}"])
            {
                var isMatch = pattern == name ? host == name : host == $"a.{name}";
                FindingException.ThrowIf(DomainName.Parse(host).Value is { } read2 && read2.ToString() == host && MtaStsPolicy.Matches(read2, pattern) != isMatch, $"{host} and {pattern}");
            }
        }
    }

    private static Dictionary<string, string?>? ConfigurationOf(ReadOnlySpan<byte> json)
    {
        try
        {
            using var stream = new MemoryStream(json.ToArray());
            return new ConfigurationBuilder().AddJsonStream(stream).Build().AsEnumerable()
                .Where(pair => !Files.Any(file => pair.Key.StartsWith(file, StringComparison.OrdinalIgnoreCase))).ToDictionary(StringComparer.OrdinalIgnoreCase);
        }
        catch (Exception e) when (e is FormatException or System.Text.Json.JsonException or InvalidOperationException)
        {
            return null; // the platform's reader says so
        }
    }

    private static SettingsResult<EmailAuthSettings> Read(Dictionary<string, string?> values, Func<string, string> name) =>
        EmailAuthSettings.Read(new ConfigurationBuilder().AddInMemoryCollection(values.Select(pair => KeyValuePair.Create(name(pair.Key), pair.Value))).Build());

    private static string Describe(SettingsResult<EmailAuthSettings> read) => read.Value is { } settings
        ? string.Join('\n', EmailAuthSettings.Table.Select(row => $"{row.Path}={row.ValueIn(settings)}"))
        : string.Join('\n', read.Errors.Select(error => $"{error.Code} {error.Path.ToUpperInvariant()}").Order(StringComparer.Ordinal));

    private static string Written(PolicyExceptionLine line) => string.Create(
        CultureInfo.InvariantCulture,
        $"{(line.IncludesSubdomains ? "." : "")}{line.Domain}{(line is { Domain: not null, Network: not null } ? "@" : "")}{line.Network} {line.Action} {string.Join(',', line.Methods)} {(line.Until is { } until ? $"until {until:yyyy-MM-dd}" : "")} # {line.Why}");

    private static bool IsAbout(PolicyExceptionLine line, DomainName domain, IPAddress client, DateOnly today) =>
        !(line.Until < today)
        && line.Network?.Contains(client.IsIPv4MappedToIPv6 ? client.MapToIPv4() : client) != false
        && (line.Domain is null || domain == line.Domain || (line.IncludesSubdomains && domain.ToString().EndsWith("." + line.Domain, StringComparison.Ordinal)));
}
