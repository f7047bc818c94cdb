using System.Globalization;
using EmailAuth.Signatures;
using EmailAuth.Syntax;
using Xunit;

namespace EmailAuth.Tests.Signatures;

/// <summary>The tags of a signature field, each for itself: what is read of its value, and what is said of a wrong one and where.</summary>
public class SignatureTagsTests
{
    private static readonly SignatureGrammar Any = new(SignatureTagName.None, ~SignatureTagName.None, "RFC 6376 section 3.5");

    public static TheoryData<string, string> Read => new()
    {
        { "", "" },
        { "a=rsa-sha256", "A algorithm rsa-sha256" },
        { "a=RSA-SHA256", "A algorithm rsa-sha256" },
        { "a=ed25519-sha256", "A algorithm ed25519-sha256" },
        { "a=rsa-sha1", "A algorithm rsa-sha1" },
        { "b=AQID", "B b 010203" },
        { "b= A Q\r\n I = ", "B b 0102" },
        { "bh=BAUG", "Bh bh 040506" },
        { "c=relaxed/simple", "C Relaxed/Simple" },
        { "c=relaxed/relaxed", "C Relaxed/Relaxed" },
        { "c=RELAXED/Relaxed", "C Relaxed/Relaxed" },
        { "c=simple/relaxed", "C Simple/Relaxed" },
        { "c=SIMPLE/SIMPLE", "C" },
        { "c=simple", "C" },
        { "c=relaxed", "C Relaxed/Simple" },
        { "cv=pass", "Cv cv pass" },
        { "d=Example.COM", "D domain example.com" },
        { "h=From", "H names from" },
        { "h= From : TO:Subject\r\n :x", "H names from,to,subject,x" },
        { "i= @x ", "I i @x at 3" },
        { "x=1; i=2", "I, X i 2 at 7 expires 1" },
        { "l=0", "L length 0 text 0" },
        { "l=9223372036854775806", "L length 9223372036854775806 text 9223372036854775806" },
        { "l=9223372036854775807", "L length 9223372036854775807 text 9223372036854775807" },
        { "l=9223372036854775808", "L length 9223372036854775807 text 9223372036854775808" },
        { "l=007", "L length 7 text 007" },
        { "q=dns/txt", "Q" },
        { "q=a:DNS/TXT:b", "Q" },
        { "q=:dns/txt", "Q" },
        { "q=dns/txt:", "Q" },
        { "s=A.b", "S selector a.b" },
        { "s=x", "S selector x" },
        { "t=1", "T signed 1" },
        { "t=0123456789", "T signed 123456789" },
        { "t=999999999999", "T signed 999999999999" },
        { "v=1", "V version 1" },
        { "v=", "V" },
        { "x=2", "X expires 2" },
        { "z=anything", "Z" },
        { "A=1; B=2; other=3", "" },
        { "y=1; Y=1", "" },
    };

    [Theory]
    [MemberData(nameof(Read))]
    public void Each_tag_is_read_for_itself(string text, string expected)
    {
        Assert.Equal(expected.Length == 0 ? "list" : "list " + expected, Shown(text, Any));

        // A grammar without the tag notes that it is there.
        var name = expected.Split(' ')[0];
        if (!expected.StartsWith("I, X", StringComparison.Ordinal))
        {
            Assert.Equal(name.Length == 0 ? "list" : "list " + name, Shown(text, new SignatureGrammar(SignatureTagName.None, SignatureTagName.None, "-")));
        }
    }

    [Theory]
    [InlineData("a=rsa-sha257", "Unsupported 2 a= names an unknown algorithm (RFC 6376 section 3.3)")]
    [InlineData(" a = ", "Unsupported 5 a= names an unknown algorithm (RFC 6376 section 3.3)")]
    [InlineData("b=", "Malformed 2 b= is empty (RFC 6376 section 3.5)")]
    [InlineData("b=*", "Malformed 2 b= is not base64 (RFC 6376 section 3.5)")]
    [InlineData("b==", "Malformed 2 b= is not base64 (RFC 6376 section 3.5)")]
    [InlineData("bh=", "Malformed 3 bh= is empty (RFC 6376 section 3.5)")]
    [InlineData("bh=*", "Malformed 3 bh= is not base64 (RFC 6376 section 3.5)")]
    [InlineData("c=", "Unsupported 2 c= names an unknown canonicalization (RFC 6376 section 3.5)")]
    [InlineData("c=/", "Unsupported 2 c= names an unknown canonicalization (RFC 6376 section 3.5)")]
    [InlineData("c=/simple", "Unsupported 2 c= names an unknown canonicalization (RFC 6376 section 3.5)")]
    [InlineData("c=relaxed/", "Unsupported 2 c= names an unknown canonicalization (RFC 6376 section 3.5)")]
    [InlineData("c=relaxed/x", "Unsupported 2 c= names an unknown canonicalization (RFC 6376 section 3.5)")]
    [InlineData("c=x/relaxed", "Unsupported 2 c= names an unknown canonicalization (RFC 6376 section 3.5)")]
    [InlineData("c=simple/simple/simple", "Unsupported 2 c= names an unknown canonicalization (RFC 6376 section 3.5)")]
    [InlineData("c=relaxed /relaxed", "Unsupported 2 c= names an unknown canonicalization (RFC 6376 section 3.5)")]
    [InlineData("d=com", "Malformed 2 d= has a single label (RFC 6376 section 3.5)")]
    [InlineData("h=", "Malformed 2 h= has an empty field name (RFC 6376 section 3.5)")]
    [InlineData("h=:", "Malformed 2 h= has an empty field name (RFC 6376 section 3.5)")]
    [InlineData("h=ab:", "Malformed 5 h= has an empty field name (RFC 6376 section 3.5)")]
    [InlineData("h=ab: :c", "Malformed 5 h= has an empty field name (RFC 6376 section 3.5)")]
    [InlineData("h=a:b c", "Malformed 5 h= has a field name with a character that a field name cannot have (RFC 5322 section 2.2)")]
    [InlineData("l=", "Malformed 2 l= is not a number of 1 to 76 digits (RFC 6376 section 3.5)")]
    [InlineData("q=", "Unsupported 2 q= names no known query method (RFC 6376 section 3.5)")]
    [InlineData("q=dns/txt2:dns", "Unsupported 2 q= names no known query method (RFC 6376 section 3.5)")]
    [InlineData("q=dns txt", "Unsupported 2 q= names no known query method (RFC 6376 section 3.5)")]
    [InlineData("t=", "Malformed 2 t= is not a number of 1 to 12 digits (RFC 6376 section 3.5)")]
    [InlineData("x=", "Malformed 2 x= is not a number of 1 to 12 digits (RFC 6376 section 3.5)")]
    [InlineData("t=-1", "Malformed 2 t= is not a number of 1 to 12 digits (RFC 6376 section 3.5)")]
    public void A_wrong_value_is_said_with_its_place(string text, string expected) => Assert.Equal(expected, ErrorOf(text));

    [Theory]
    [InlineData("d=", "", 2)]
    [InlineData("d=a..b", "a..b", 4)]
    [InlineData("z=1; s=a b", "a b", 8)]
    public void A_wrong_name_is_said_with_its_place(string text, string name, int position)
    {
        var fault = DomainName.Parse(name).Error!;
        var subject = text.StartsWith("d=", StringComparison.Ordinal) ? "d= is not a domain name" : "s= is not a selector";
        Assert.Equal($"{fault.Code} {position} {subject}: {fault.Reason}", ErrorOf(text));
    }

    // RFC 6376 section 3.5: 1*76DIGIT and 1*12DIGIT.
    [Theory]
    [InlineData("l", 76)]
    [InlineData("t", 12)]
    [InlineData("x", 12)]
    public void A_number_has_as_many_digits_as_the_grammar_allows(string tag, int most)
    {
        for (var length = 1; length <= most + 2; length++)
        {
            var code = length > most ? $"TooLong 2 {tag}= is not a number of 1 to {most} digits (RFC 6376 section 3.5)" : null;
            Assert.Equal(code, ErrorOf($"{tag}={new string('1', length)}"));
            Assert.Equal(code ?? $"Malformed 2 {tag}= is not a number of 1 to {most} digits (RFC 6376 section 3.5)", ErrorOf($"{tag}={new string('1', length - 1)}a"));
        }

        for (var c = '!'; c < 0x7f; c++)
        {
            Assert.Equal(c is (>= '0' and <= '9') or ';', ErrorOf($"{tag}=1{c}") is null);
        }

        Assert.NotNull(ErrorOf($"{tag}=1\u0661"));
        Assert.Null(Tags(Any, $"{tag}=a").BodyLengthText);
    }

    // RFC 5322 section 2.2: visible ASCII but the colon; the semicolon ends the tag.
    [Fact]
    public void A_field_name_has_visible_characters_alone()
    {
        for (var c = '\0'; c < 0x180; c++)
        {
            var (error, names) = NamesOf($"h=a{c}b");
            string[] expected = c switch { ':' => ["a", "b"], ';' => ["a"], >= '!' and <= '~' => [$"a{char.ToLowerInvariant(c)}b"], _ => [] };
            Assert.Equal(string.Join(' ', expected), names);
            Assert.Equal(c is >= '!' and <= '~' and not ';' ? -1 : c is ';' ? 5 : 3, error?.Position ?? -1);
        }
    }

    [Theory]
    [InlineData("h=", "")]
    [InlineData("h= ", "")]
    [InlineData("h=:", "")]
    [InlineData("h=::", "")]
    [InlineData("h=a", "a")]
    [InlineData("h=:a", "a")]
    [InlineData("h=a:", "a")]
    [InlineData("h=a: :b", "a b")]
    [InlineData("h=:a::b:", "a b")]
    public void Empty_names_are_left_out_where_the_grammar_allows_them(string text, string expected)
    {
        var tags = Tags(new SignatureGrammar(SignatureTagName.None, SignatureTagName.H, "-", AllowsEmptyFieldNames: true), text);
        Assert.Null(tags.Error);
        Assert.Equal(expected, string.Join(' ', tags.FieldNames));
    }

    [Fact]
    public void Each_required_tag_is_missed_and_the_first_of_several_is_said()
    {
        var all = Enum.GetValues<SignatureTagName>().Where(name => name != SignatureTagName.None).ToArray();
        Assert.Equal(15, all.Length);
        foreach (var name in all)
        {
            var error = Tags(new SignatureGrammar(name | SignatureTagName.Z, SignatureTagName.None, "section 9"), "y=1;  ").Error!;
            Assert.Equal(
                (SyntaxErrorCode.Missing, 6, $"the required tag {name.ToString().ToLowerInvariant()}= is missing (section 9)"), (error.Code, error.Position, error.Reason));
            Assert.Null(Tags(new SignatureGrammar(name, SignatureTagName.None, "section 9"), $"{name.ToString().ToLowerInvariant()}={GoodValue(name)}").Error);
        }
    }

    [Fact]
    public void Each_tag_may_be_there_once()
    {
        foreach (var name in Enum.GetNames<SignatureTagName>().Where(name => name != "None").Select(name => name.ToLowerInvariant()).Append("unknown"))
        {
            var value = GoodValue(Enum.TryParse<SignatureTagName>(name, ignoreCase: true, out var known) ? known : SignatureTagName.Z);
            var text = $"{name}={value}; {name}={value}";
            var tags = Tags(Any, text);
            Assert.Equal($"Duplicate {text.LastIndexOf(name + "=", StringComparison.Ordinal)} the tag {name}= appears more than once (RFC 6376 section 3.2)", Text(tags.Error));
            Assert.False(tags.IsTagList);
        }
    }

    [Theory]
    [InlineData("t=a; t=1", "Malformed 2 t= is not a number of 1 to 12 digits (RFC 6376 section 3.5)", false)]
    [InlineData("t=a; x=b", "Malformed 2 t= is not a number of 1 to 12 digits (RFC 6376 section 3.5)", true)]
    [InlineData("t=a; ;", "Malformed 2 t= is not a number of 1 to 12 digits (RFC 6376 section 3.5)", false)]
    [InlineData("t=1; ;", "Malformed 5 a tag name must start with a letter (RFC 6376 section 3.2)", false)]
    [InlineData("t=1; \u0001", "Malformed 5 the control character U+0001 is not allowed in a tag list (RFC 6376 section 3.2)", false)]
    [InlineData("t=1", null, true)]
    public void The_first_error_is_kept_and_a_tag_list_is_one_whatever_its_values(string text, string? error, bool isTagList)
    {
        var tags = Tags(Any, text);
        Assert.Equal((error, isTagList), (Text(tags.Error), tags.IsTagList));
    }

    [Theory]
    [InlineData("bh=AAAA", "Inconsistent 0 bh= holds 3 octets where X makes 32 (RFC 6376 section 3.7)")]
    [InlineData("bh={32}", null)]
    [InlineData("bh={31}", "Inconsistent 0 bh= holds 31 octets where X makes 32 (RFC 6376 section 3.7)")]
    [InlineData("bh={33}", "Inconsistent 0 bh= holds 33 octets where X makes 32 (RFC 6376 section 3.7)")]
    [InlineData("x=5; t=4", null)]
    [InlineData("x=5; t=5", "Inconsistent 0 x= is not later than t= (RFC 6376 section 3.5)")]
    [InlineData("x=5; t=6", "Inconsistent 0 x= is not later than t= (RFC 6376 section 3.5)")]
    [InlineData("x=5", null)]
    [InlineData("t=5", null)]
    public void What_holds_of_tags_together_is_checked(string text, string? expected)
    {
        foreach (var octets in (int[])[31, 32, 33])
        {
            text = text.Replace($"{{{octets}}}", Convert.ToBase64String(new byte[octets]), StringComparison.Ordinal);
        }

        var tags = Tags(Any, "a=rsa-sha256; d=example.com; s=x; " + text);
        Assert.Equal(expected, Text(tags.Conclude("X")));
        Assert.Equal(expected is null ? "x._domainkey.example.com" : null, tags.KeyName?.ToString());
    }

    // RFC 1035 section 2.3.4: 253 characters, of which "._domainkey." takes twelve.
    [Theory]
    [InlineData(1, 240, true)]
    [InlineData(1, 241, false)]
    [InlineData(61, 180, true)]
    [InlineData(62, 180, false)]
    [InlineData(63, 253, false)]
    public void The_name_of_a_key_has_253_characters_at_most(int selector, int domain, bool fits)
    {
        var name = new string('a', (domain - 1) % 62 + 1) + string.Concat(Enumerable.Repeat("." + new string('b', 61), (domain - 1) / 62));
        Assert.Equal(domain, name.Length);
        var tags = Tags(Any, $"a=rsa-sha256; d={name}; s={new string('s', selector)}");
        Assert.Null(tags.Error);
        Assert.Equal(fits ? null : "TooLong 0 s= and d= make a key name of more than 253 characters (RFC 1035 section 2.3.4)", Text(tags.Conclude("X")));
        Assert.Equal(fits ? $"{new string('s', selector)}._domainkey.{name}" : null, tags.KeyName?.ToString());
    }

    [Theory]
    [InlineData(31)]
    [InlineData(32)]
    [InlineData(33)]
    public void A_long_name_of_a_tag_is_cut(int length)
    {
        var name = new string('n', length);
        Assert.Equal(
            $"Duplicate {length + 4} the tag {(length <= 32 ? name : name[..32] + "...")}= appears more than once (RFC 6376 section 3.2)", ErrorOf($"{name}=1; {name}=1"));
    }

    private static string GoodValue(SignatureTagName name) => name switch
    {
        SignatureTagName.A => "rsa-sha256",
        SignatureTagName.B or SignatureTagName.Bh => "AAAA",
        SignatureTagName.C => "simple",
        SignatureTagName.D => "example.com",
        SignatureTagName.Q => "dns/txt",
        _ => "1",
    };

    private static SignatureTags Tags(SignatureGrammar grammar, string text) => SignatureTags.Read(text, grammar, AlgorithmTable.Default);

    private static (SyntaxError? Error, string Names) NamesOf(string text)
    {
        var tags = Tags(Any, text);
        return (tags.Error, string.Join(' ', tags.FieldNames));
    }

    private static string? ErrorOf(string text) => Text(Tags(Any, text).Error);

    private static string? Text(SyntaxError? error) => error is null ? null : $"{error.Code} {error.Position} {error.Reason}";

    // What is not as it is without tags.
    private static string Shown(string text, SignatureGrammar grammar)
    {
        var tags = Tags(grammar, text);
        var parts = new List<string>();
        if (tags.Error is not null)
        {
            parts.Add(Text(tags.Error)!);
        }

        Add(tags.IsTagList, "list");
        Add(tags.Present != SignatureTagName.None, tags.Present.ToString());
        Add(tags.Version.Length > 0, $"version {tags.Version}");
        Add(tags.I.Length > 0, string.Create(CultureInfo.InvariantCulture, $"i {tags.I} at {tags.IPosition}"));
        Add(tags.Cv.Length > 0, $"cv {tags.Cv}");
        Add(tags.Algorithm is not null, $"algorithm {tags.Algorithm}");
        Add((tags.HeaderCanonicalization, tags.BodyCanonicalization) != default, $"{tags.HeaderCanonicalization}/{tags.BodyCanonicalization}");
        Add(tags.Signature is not null, $"b {Convert.ToHexString(tags.Signature ?? [])}");
        Add(tags.BodyHash is not null, $"bh {Convert.ToHexString(tags.BodyHash ?? [])}");
        Add(tags.Domain is not null, $"domain {tags.Domain}");
        Add(tags.Selector is not null, $"selector {tags.Selector}");
        Add(tags.KeyName is not null, $"key {tags.KeyName}");
        Add(tags.FieldNames.Length > 0, $"names {string.Join(',', tags.FieldNames)}");
        Add(tags.BodyLength is not null, string.Create(CultureInfo.InvariantCulture, $"length {tags.BodyLength} text {tags.BodyLengthText}"));
        Add(tags.Timestamp is not null, string.Create(CultureInfo.InvariantCulture, $"signed {tags.Timestamp}"));
        Add(tags.Expiration is not null, string.Create(CultureInfo.InvariantCulture, $"expires {tags.Expiration}"));
        return string.Join(' ', parts);

        void Add(bool isThere, string part)
        {
            if (isThere)
            {
                parts.Add(part);
            }
        }
    }
}
