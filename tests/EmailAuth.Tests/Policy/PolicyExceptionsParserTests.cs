using System.Globalization;
using System.Net;
using System.Text.RegularExpressions;
using EmailAuth.Policy;
using EmailAuth.Syntax;
using EmailAuth.Tests.TestSupport;
using Xunit;

#pragma warning disable MA0009 // the texts are those of the tests

namespace EmailAuth.Tests.Policy;

/// <summary>Every part of a line of exceptions, with each character at each place of it, is read as the plain reading of its form says.</summary>
public class PolicyExceptionsParserTests
{
    private const string Telling = " #@.,*/:0A\u0001\n\u00a0";

    private static readonly string[] Words = ["accept", "at-most-quarantine", "reject", "skip"];
    private static readonly string[] Methods = ["spf", "dkim", "arc", "dmarc", "bimi", "iprev"];

    public static TheoryData<string> Texts =>
    [
        "a.b accept # w",
        ".a.b reject until 2027-01-31 # w # x",
        "a.b@192.0.2.0/24 skip spf,dkim # w",
        "2001:db8::/32 at-most-quarantine until 2028-02-29 # w",
        "*.a.b skip arc,DMARC,bimi,iprev # w",
        " # c\r\na.b accept # w\n\n1.2.3.4 skip spf until 2027-12-01 # \u00fc",
    ];

    [Theory]
    [MemberData(nameof(Texts))]
    public void Each_change_of_one_character_has_the_effect_that_the_form_gives_it(string text)
    {
        var wrong = OneCharacterEdits.Near(text, Telling).Select(one => (Text: one, Expected: Read(one), Found: Describe(one))).Where(one => one.Expected != one.Found);
        Assert.Empty(wrong.Take(3).Select(one => $"{one.Text}\nexpected: {one.Expected}\nfound: {one.Found}"));
    }

    [Theory]
    [InlineData("x", "after # must be the reason, at most 200 characters")]
    [InlineData("x #", "after # must be the reason, at most 200 characters")]
    [InlineData("x y # a\u0007b", "after # must be the reason, at most 200 characters")]
    [InlineData("x # w", "a domain or network must be followed by accept, at-most-quarantine, reject or skip")]
    [InlineData("a@b accept # w", "'b' after @ is not a network such as 192.0.2.0/24")]
    [InlineData("*.a accept # w", "write .a for the domain and all below it")]
    [InlineData("a..b accept # w", "'a..b' is neither a domain nor a network")]
    [InlineData("a.1 accept # w", "'a.1' is neither a domain nor a network")]
    [InlineData("a1.b0 accept # w", "'a1.b0' is neither a domain nor a network")]
    [InlineData("..a accept # w", "'..a' is neither a domain nor a network")]
    [InlineData("a Accept # w", "'Accept' is not accept, at-most-quarantine, reject or skip")]
    [InlineData("a skip # w", "skip must be followed by methods such as spf or spf,dkim, of spf, dkim, arc, dmarc, bimi, iprev")]
    [InlineData("a skip spf, # w", "skip must be followed by methods such as spf or spf,dkim, of spf, dkim, arc, dmarc, bimi, iprev")]
    [InlineData("a accept for # w", "after the action may only be until and a day such as 2027-01-31, then # and the reason")]
    [InlineData("a accept for 2027-01-31 # w", "after the action may only be until and a day such as 2027-01-31, then # and the reason")]
    [InlineData("a skip spf until 2027-01-31 more # w", "after the action may only be until and a day such as 2027-01-31, then # and the reason")]
    [InlineData("a accept Until 2027-01-31 # w", "after the action may only be until and a day such as 2027-01-31, then # and the reason")]
    public void A_wrong_line_has_its_number_its_place_and_what_is_wrong(string line, string problem)
    {
        var error = PolicyExceptions.Parse("# c\n\nb.example accept # w\n  " + line + "\nx").Error!;
        Assert.Equal(
            (SyntaxErrorCode.Malformed, 26, $"line 4: {problem}; line 5: after # must be the reason, at most 200 characters"), (error.Code, error.Position, error.Reason));
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(4, 4)]
    [InlineData(10, 10)]
    [InlineData(11, 10)]
    [InlineData(5000, 10)]
    public void Every_wrong_line_is_named_up_to_ten_and_the_others_are_counted(int wrong, int named)
    {
        var error = PolicyExceptions.Parse("# c\na allow # w\nb accept # w\n" + string.Concat(Enumerable.Repeat("a allow # w\n", wrong - 1))).Error!;
        var lines = Enumerable.Range(0, named).Select(static number => number == 0 ? 2 : number + 3);

        Assert.Equal((SyntaxErrorCode.Malformed, 4), (error.Code, error.Position));
        Assert.Equal(
            string.Join("; ", lines.Select(static line => $"line {line}: 'allow' is not accept, at-most-quarantine, reject or skip")) + (wrong > named ? $"; {wrong} lines are wrong in all" : null),
            error.Reason);
    }

    [Fact]
    public void A_line_is_read_whole()
    {
        var line = Assert.Single(PolicyExceptions.Parse("\n .a.example@192.0.2.0/24 skip SPF,dkim until 2027-01-31 # why # so ").Value!.All);
        Assert.Equal(
            (2, "skip", ExceptionAction.Skip, "why # so", new DateOnly(2027, 1, 31), "a.example", true, IPNetwork.Parse("192.0.2.0/24"), "spf dkim", "line 2: skip spf,dkim # why # so"),
            (line.Line, line.Action, line.Kind, line.Why, line.Until, line.Domain?.ToString(), line.IncludesSubdomains, line.Network, string.Join(' ', line.Methods), line.ToString()));
        line = Assert.Single(PolicyExceptions.Parse("a.example at-most-quarantine # w").Value!.All);
        Assert.Equal(
            (1, "at-most-quarantine", "w", null, "a.example", false, null, 0, "line 1: at-most-quarantine # w"),
            (line.Line, line.Action, line.Why, line.Until, line.Domain?.ToString(), line.IncludesSubdomains, line.Network, line.Methods.Length, line.ToString()));
        line = new PolicyExceptionLine();
        Assert.Equal((0, "accept", "", null, null, 0), (line.Line, line.Action, line.Why, line.Until, line.Network, line.Methods.Length));
    }

    // What is shown of a word of the operator: 60 characters.
    [Theory]
    [InlineData(60, 60)]
    [InlineData(61, 60)]
    [InlineData(200, 60)]
    public void A_long_word_is_shown_up_to_its_60th_character(int length, int shown)
    {
        var word = new string('x', length);
        var expected = word[..shown] + (length > shown ? "..." : null);
        Assert.Equal($"line 1: '{expected}' is not accept, at-most-quarantine, reject or skip", PolicyExceptions.Parse($"a {word} # w").Error!.Reason);
        Assert.Equal($"line 1: '{expected}' after @ is not a network such as 192.0.2.0/24", PolicyExceptions.Parse($"a@{word} accept # w").Error!.Reason);
        Assert.Equal($"line 1: '{(":" + expected)[..60]}...' is neither a domain nor a network", PolicyExceptions.Parse($":{word} accept # w").Error!.Reason);
        Assert.StartsWith($"line 1: write {("." + word)[..60]}", PolicyExceptions.Parse($"*.{word} accept # w").Error!.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void The_reason_has_at_most_200_characters()
    {
        Assert.Equal(200, PolicyExceptions.Parse("a accept #  " + new string('x', 200) + " ").Value?.All[0].Why.Length);
        Assert.Equal("line 1: after # must be the reason, at most 200 characters", PolicyExceptions.Parse("a accept # " + new string('x', 201)).Error?.Reason);
    }

    [Fact]
    public void A_text_has_at_most_256_Ki_characters_and_1000_exceptions()
    {
        Assert.Equal((262_144, 1000), (PolicyExceptions.MaxLength, PolicyExceptions.MaxExceptions));
        Assert.Empty(PolicyExceptions.Parse(new string('\n', PolicyExceptions.MaxLength)).Value!.All);
        var error = PolicyExceptions.Parse(new string('\n', PolicyExceptions.MaxLength + 1)).Error!;
        Assert.Equal((SyntaxErrorCode.TooLong, 262_144, "more than 262144 characters"), (error.Code, error.Position, error.Reason));

        var lines = string.Concat(Enumerable.Repeat("a accept # w\n", 1000));
        Assert.Equal(Enumerable.Range(1, 1000), PolicyExceptions.Parse(lines + "\n # c").Value!.All.Select(line => line.Line));
        error = PolicyExceptions.Parse(lines + "\nx").Error!;
        Assert.Equal((SyntaxErrorCode.TooLong, 13_001, "line 1002: more than 1000 exceptions"), (error.Code, error.Position, error.Reason));
        error = PolicyExceptions.Parse("x # w\n" + lines + "a accept # w\nx").Error!;
        Assert.Equal((SyntaxErrorCode.Malformed, 0), (error.Code, error.Position));
        Assert.EndsWith("; line 1002: more than 1000 exceptions", error.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void The_exceptions_are_written_one_a_line()
    {
        Assert.Equal("line 1: accept # w\nline 3: reject # v", PolicyExceptions.Parse("a accept # w\n\nb reject # v").Value!.ToString());
        Assert.Equal("", PolicyExceptions.None.ToString());
        Assert.Equal(["accept", "at-most-quarantine", "reject", "skip"], Enum.GetValues<ExceptionAction>().Select(action => action.Keyword()));
        Assert.Equal(Methods, PolicyExceptionsParser.Methods);
    }

    private static string Describe(string text)
    {
        var read = PolicyExceptions.Parse(text);
        return read.Value is { } exceptions
            ? string.Join('\n', exceptions.All.Select(line =>
                $"{line.Line} {(line.IncludesSubdomains ? "." : null)}{line.Domain}@{line.Network} {line.Action} {string.Join(',', line.Methods)} {line.Until?.ToString("o", CultureInfo.InvariantCulture)} {line.Why}"))
            : $"{read.Error!.Position} {read.Error.Reason}";
    }

    private static string Read(string text)
    {
        var (all, problems, number, position) = (new List<string>(), new List<(int Position, string Problem)>(), 0, 0);
        foreach (var line in text.Split('\n'))
        {
            number++;
            if (!Regex.IsMatch(line, @"\A\s*(?:#|\z)"))
            {
                var (told, problem) = ReadLine(line.Trim());
                if (problem is not null)
                {
                    problems.Add((position, $"line {number}: {problem}"));
                }

                all.Add($"{number} {told}");
            }

            position += line.Length + 1;
        }

        return problems.Count > 0 ? $"{problems[0].Position} {string.Join("; ", problems.Select(one => one.Problem))}" : string.Join('\n', all);
    }

    private static (string? Told, string? Problem) ReadLine(string line)
    {
        var parts = Regex.Match(line, @"\A(?<words>[^#]*)#\s*(?<why>.*)\z", RegexOptions.Singleline);
        if (!parts.Success || parts.Groups["why"].Value is not { Length: > 0 and <= 200 } why || Regex.IsMatch(why, @"\p{Cc}"))
        {
            return (null, "after # must be the reason, at most 200 characters");
        }

        var words = Regex.Matches(parts.Groups["words"].Value, @"\S+").Select(match => match.Value).ToList();
        if (words.Count < 2)
        {
            return (null, "a domain or network must be followed by accept, at-most-quarantine, reject or skip");
        }

        var (who, problem) = ReadWho(words[0]);
        if (problem is not null)
        {
            return (null, problem);
        }

        if (!Words.Contains(words[1]))
        {
            return (null, $"'{words[1]}' is not accept, at-most-quarantine, reject or skip");
        }

        var rest = string.Join(' ', words.Skip(2));
        var methods = "";
        if (words[1] == "skip")
        {
            methods = words.ElementAtOrDefault(2)?.ToLowerInvariant() ?? "";
            rest = string.Join(' ', words.Skip(3));
            if (!Regex.IsMatch(methods, $@"\A(?:{string.Join('|', Methods)})(?:,(?:{string.Join('|', Methods)}))*\z"))
            {
                return (null, "skip must be followed by methods such as spf or spf,dkim, of spf, dkim, arc, dmarc, bimi, iprev");
            }
        }

        var until = Regex.Match(rest, @"\Auntil ([0-9]{4})-([0-9]{2})-([0-9]{2})\z");
        var isDay = until.Success && DateTime.TryParse(rest["until ".Length..] + "T00:00:00Z", CultureInfo.InvariantCulture, out _);
        return rest.Length == 0 || isDay
            ? ($"{who} {words[1]} {methods} {(isDay ? rest["until ".Length..] : null)} {why}", null)
            : (null, "after the action may only be until and a day such as 2027-01-31, then # and the reason");
    }

    private static (string? Who, string? Problem) ReadWho(string word)
    {
        if (NetworkText.Parse(word) is { } alone)
        {
            return ($"@{alone}", null);
        }

        var at = word.IndexOf('@', StringComparison.Ordinal);
        var (name, network) = at < 0 ? (word, null) : (word[..at], NetworkText.Parse(word[(at + 1)..]));
        if (at >= 0 && network is null)
        {
            return (null, $"'{word[(at + 1)..]}' after @ is not a network such as 192.0.2.0/24");
        }

        if (name.StartsWith("*.", StringComparison.Ordinal))
        {
            return (null, $"write {name[1..]} for the domain and all below it");
        }

        return DomainName.Parse(Regex.Replace(name, @"\A\.", "")).Value?.ToString() is { } domain && !Regex.IsMatch(domain, "[0-9]\\z")
            ? ($"{(name[0] == '.' ? "." : null)}{domain}@{network}", null)
            : (null, $"'{name}' is neither a domain nor a network");
    }
}
