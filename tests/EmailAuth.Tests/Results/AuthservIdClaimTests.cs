using System.Text;
using EmailAuth.Results;
using EmailAuth.Tests.TestSupport;
using Xunit;

namespace EmailAuth.Tests.Results;

/// <summary>Whose name a field has, to whatever reader, with every character of it changed.</summary>
public class AuthservIdClaimTests
{
    private const string Ours = "mx.ab.c";
    private const string TooLong = "TooLongToRead: the field is too long to be read, and may hold our authserv-id (RFC 8601 section 5)";
    private const string Claims = "ClaimsAuthservId: the field claims our authserv-id (RFC 8601 section 5)";
    private const string ClaimsSimply = "ClaimsAuthservIdSimply: the field claims our authserv-id to a simple reader (RFC 8601 section 5)";

    private const string Malformed = "MalformedClaim: the field cannot be read and starts with our authserv-id";

    public static TheoryData<string, string, string> Fields => new()
    {
        { "plain", Ours, "mx.ab.c 1; spf=pass smtp.helo=mx.ab.c" },
        { "first-piece", Ours, "(a) \"mx.ab.c\" ; x=y" },
        { "comments", Ours, "m(\")x.(a(b)\\))ab.c; x=(\"mx.ab.c" },
        { "other", Ours, "o; mx.ab=c (;mx.ab.c ) \"; mx.ab.c\"" },
        { "quotes", Ours, "a=\"(\\\"\"; q\")\"mx.ab.c;" },
        { "instance", Ours, "i=12; mx.ab.c; none" },
        { "encoded", Ours, "=?a?q?mx.ab?=.c; n" },
        { "a-label", "xn--bcher-kva.c", "b\u00fcCHer.c ; xn--bcher-kva.c/x" },
        { "u-label", "\u00fc.c", "\u00fc.c\u200b; b" },
    };

    [Theory]
    [MemberData(nameof(Fields))]
    public void Each_edit_of_a_field_claims_our_name_or_not(string name, string ours, string field)
    {
        var claim = new AuthservIdClaim(ours);
        ApprovedPage.Verify("results", $"claim-{name}.txt", OneCharacterEdits.Outcomes(field, " ;=\"(\\.x", (text, _) => Short(Outcome(claim, text))));
    }

    [Fact]
    public void Characters_in_a_name_are_left_out_mapped_or_of_another_name()
    {
        var claim = new AuthservIdClaim(Ours);
        Assert.Equal(
            "0000-0008 000b-000c 000e-001f 0022 005c 007f-ffff",
            NumberRanges.OfCharacters(c => claim.ReasonFor(Encoding.UTF8.GetBytes($"mx.a{c}b.c; none"))?.Code == RemovalReason.ClaimsAuthservId));
        Assert.Equal("002e 2024 3002 ff0e ff61", Found(c => claim.ReasonFor(Encoding.UTF8.GetBytes($"mx{c}ab.c; none")) is not null));
        Assert.Equal("0041 0061 00aa ff21 ff41", Found(c => claim.ReasonFor(Encoding.UTF8.GetBytes($"mx.{c}b.c; none")) is not null));
        Assert.Equal("0058 0078 ff38 ff58", Found(c => claim.ReasonFor(Encoding.UTF8.GetBytes($"m{c}.ab.c; none")) is not null));
        var other = new AuthservIdClaim("!~");
        Assert.Equal("0021 2048 ff01", Found(c => other.ReasonFor(Encoding.UTF8.GetBytes($"{c}~; none")) is not null));
        Assert.Equal("007e ff5e", Found(c => other.ReasonFor(Encoding.UTF8.GetBytes($"!{c}; none")) is not null));
    }

    // Without the readers that drop all that is not ASCII: white space of any kind, what cannot be seen, and what is a quote, a backslash or a
    // comment to readers that normalize.
    [Fact]
    public void Characters_in_a_name_with_U_labels_are_left_out_or_of_another_name()
    {
        const string LeftOut =
            "0000-0008 000b-000c 000e-001f 0022 005c 007f-00a0 00ad 034f 0600-0605 061c 06dd 070f 0890-0891 08e2 115f-1160 1680 17b4-17b5 180b-180f 2000-200f 2028-202f 205f-206f 2474-2487 249c-24b5 2800 3000 3164 fe00-fe0f fe68 feff ff02 ff3c ffa0 fff9-fffb";
        var claim = new AuthservIdClaim("xn--bcher-kva.c");
        Assert.Equal(LeftOut, NumberRanges.OfCharacters(c => claim.ReasonFor(Encoding.UTF8.GetBytes($"b\u00fc{c}cher.c; none"))?.Code == RemovalReason.ClaimsAuthservId));
    }

    public static TheoryData<string> WhiteSpace => [.. Enumerable.Range(0x80, 0xff80).Select(code => (char)code).Where(char.IsWhiteSpace).Append('\u180e').Select(c => c.ToString())];

    [Theory]
    [MemberData(nameof(WhiteSpace))]
    public void White_space_of_Unicode_is_trimmed(string space)
    {
        foreach (var name in (string[])["mx.ab.c", "b\u00fccher.c", "xn--bcher-kva.c"])
        {
            var claim = new AuthservIdClaim(name);
            foreach (var field in (string[])[$" {space}{name}; dmarc=pass", $"{name}{space}; none", $"{name}{space}1; none", $"{name}{space}x; none", $"o;{space}{name}; none", $"o; {space} {name}", $"i=1; {space}{name}; dmarc=pass", $"i=1;{space}{name}{space};none", $"i{space}=1; {name}; none", $"(a){space}{name};", $"o=\"(\";{space}{name}; none", $"x{space}{name}; none"])
            {
                Assert.True(claim.ReasonFor(Encoding.UTF8.GetBytes(field)) is not null || (field[0] == 'x' && (space == "\u180e" || !Ascii.IsValid(name))), field);
                var encoded = $"=?utf-8?b?{Convert.ToBase64String(Encoding.UTF8.GetBytes(space + name))}?=; none";
                Assert.NotNull(claim.ReasonFor(Encoding.UTF8.GetBytes(encoded)));
            }

            Assert.Null(new AuthservIdClaim("mx.zz.c").ReasonFor(Encoding.UTF8.GetBytes($"o; {space}{name}; x={name}")));
        }
    }

    // A reader may drop what is not ASCII, or fold its case.
    [Theory]
    [InlineData(Ours, "\u00e9 mx.ab.c; dkim=pass")]
    [InlineData(Ours, "\u00e9mx.ab.c; dkim=pass")]
    [InlineData(Ours, "\ufffdmx.ab.c; dkim=pass")]
    [InlineData(Ours, "mx.\u00e9ab.c; dkim=pass")]
    [InlineData(Ours, "mx.ab.c\u00e9; dkim=pass")]
    [InlineData(Ours, "o; \u00e9mx.ab.c; dkim=pass")]
    [InlineData(Ours, "o=\"(\"; \u6f22mx.ab.c; dkim=pass")]
    [InlineData(Ours, "(\u00e9) m(\u00e9)x.ab.c; dkim=pass")]
    [InlineData(Ours, "i=1; mx\U0001f600.ab.c; dkim=pass")]
    [InlineData(Ours, "=?utf-8?q?=C3=A9mx=2Eab=2Ec?=; dkim=pass")]
    [InlineData("mail.ask.c", "ma\u0131l.ask.c; dkim=pass")]
    [InlineData("mail.ask.c", "MA\u0130L.a\u017f\u212a.c; dkim=pass")]
    [InlineData("b\u00fccher.c", "\u00e9 b\u00fccher.c; dkim=pass")]
    [InlineData("xn--bcher-kva.c", "x b\u00fccher.c; dkim=pass")]
    public void A_name_shows_to_a_reader_that_knows_only_ASCII_or_ignores_case(string ours, string field) =>
        Assert.NotEqual("-", Outcome(new AuthservIdClaim(ours), field));

    // What IDNA or a normalization (NFKC) maps to our name.
    [Theory]
    [InlineData("mx.exampl\u212f.org; dkim=pass")]
    [InlineData("m\u24e7.example.org; dkim=pass")]
    [InlineData("M\u24cd.EXAMPLE.ORG; dkim=pass")]
    [InlineData("\U0001d426\U0001d431.example.org; dkim=pass")]
    [InlineData("mx.ex\u00aample.org; dkim=pass")]
    [InlineData("mx\u2024example.org; dkim=pass")]
    [InlineData("mx.example.\u00barg; dkim=pass")]
    [InlineData("\u217fx.example.org; dkim=pass")]
    [InlineData("\"mx.exampl\u212f.org\"; dkim=pass")]
    [InlineData("m(a)x.(b)exampl\u212f.org; dkim=pass")]
    [InlineData("mx.\u2474exampl\u212f.org; dkim=pass")] // (1) is a comment
    [InlineData("o\u037e mx.example.org\u037e dkim=pass")] // the Greek question mark is a semicolon
    [InlineData("i=1; mx.exampl\u212f.org; dkim=pass")]
    [InlineData("i=1; \u217f\u24e7.\u212fxample.org; dkim=pass")]
    [InlineData("=?utf-8?q?mx=2Eexampl=E2=84=AF=2Eorg?=; dkim=pass")]
    [InlineData("\u00e9 mx.exampl\u212f.org; dkim=pass")]
    [InlineData("mx.exampl\u212f.\u200borg; dkim=pass")]
    public void A_name_shows_to_a_reader_that_normalizes(string field)
    {
        Assert.NotEqual("-", Outcome(new AuthservIdClaim("mx.example.org"), field));
        Assert.Equal("-", Outcome(new AuthservIdClaim("mx.example.net"), field));
    }

    [Theory]
    [InlineData("b\u00fc\u24d2her.\u212fxample; dkim=pass")]
    [InlineData("xn--b\u24d2her-kva.example; dkim=pass")]
    public void A_name_with_U_labels_shows_to_a_reader_that_normalizes(string field) =>
        Assert.NotEqual("-", Outcome(new AuthservIdClaim("xn--bcher-kva.example"), field));

    [Theory]
    [InlineData("o; none (m\u24e7.ab.c", TooLong)]
    [InlineData("o; none (m\u24e7.ab.d", "-")]
    public void A_long_text_may_hold_a_name_to_a_reader_that_normalizes(string start, string expected) =>
        Assert.Equal(expected, Outcome(new AuthservIdClaim(Ours), $"{start}{new string('-', 16 * 1024)})"));

    [Fact]
    public void Octets_that_are_not_UTF8_are_dropped() => Assert.NotNull(new AuthservIdClaim(Ours).ReasonFor([0xff, .. "mx.ab.c; dkim=pass"u8]));

    [Theory]
    [InlineData("other.example; spf=pass (\u00e9 mx.ab.c) smtp.mailfrom=\u00fc@mx.ab.c")]
    [InlineData("\u00fc.example; spf=pass smtp.helo=mx.ab.c (\u6f22\u5b57; \u00e9)")]
    [InlineData("\u00fcmx.ab.cd; none")]
    public void A_field_of_another_beyond_ASCII_stays(string field) => Assert.Equal("-", Outcome(new AuthservIdClaim(Ours), field));

    // RFC 2045 section 5.1: a token ends at one of these, and our name with it.
    [Fact]
    public void Our_name_ends_where_a_token_does()
    {
        var claim = new AuthservIdClaim(Ours);
        Assert.Equal(
            "0000-0020 0022 0028-0029 002c 002e-002f 003a-0040 005b-005d 007f-00ff",
            NumberRanges.OfCharacters(c => claim.ReasonFor(Encoding.UTF8.GetBytes($"mx.ab.c{c}; none")) is not null, 0x100));
        Assert.Equal(
            "0000-0020 0022 0028-0029 002c 002f 003a-0040 005b-005d 007f-00ff",
            NumberRanges.OfCharacters(c => claim.ReasonFor(Encoding.UTF8.GetBytes($"o; mx.ab.c.{c}x; none")) is not null, 0x100));
    }

    [Theory]
    [InlineData("mx.ab.c; none", Claims)]
    [InlineData("o; mx.ab.c", Claims)]
    [InlineData("o=\"(\"; mx.ab.c", ClaimsSimply)]
    [InlineData("o=\"(;\"; \"x; mx.ab.c\" ", ClaimsSimply)]
    [InlineData("mx.ab.c x (; none", Claims)]
    [InlineData("x mx.ab.c(; none", "MalformedClaim: the field cannot be read and starts with our authserv-id: the authserv-id must be followed by a version or \";\" (RFC 8601 section 2.2) (at position 2) (RFC 8601 section 5)")]
    [InlineData("x mx.ab.c=(; none", null)]
    [InlineData("x mx.ab.c; none", "MalformedClaim: the field cannot be read and starts with our authserv-id: the authserv-id must be followed by a version or \";\" (RFC 8601 section 2.2) (at position 2) (RFC 8601 section 5)")]
    [InlineData("i=1; mx.ab.c", Claims)]
    [InlineData("i=a; mx.ab.c", Claims)]
    [InlineData("o; x=mx.ab.c", null)]
    [InlineData("mx.ab.cd; none", null)]
    [InlineData("amx.ab.c; none", null)]
    [InlineData("mx.ab; none", null)]
    [InlineData("", null)]
    [InlineData(";", null)]
    [InlineData("mx.ab.c", Claims)]
    [InlineData("MX.AB.C.", Claims)]
    [InlineData("mx.ab.c.. x", Claims)]
    public void A_field_is_told_with_its_reason(string field, string? expected) => Assert.Equal(expected ?? "-", Outcome(new AuthservIdClaim(Ours), field));

    [Theory]
    [InlineData(16 * 1024, "mx.ab.c; none (", Claims)]
    [InlineData((16 * 1024) + 1, "mx.ab.c; none (", TooLong)]
    [InlineData(16 * 1024, "o; none (mx.ab.c", "-")]
    [InlineData((16 * 1024) + 1, "o; none (mx.ab.c", TooLong)]
    [InlineData((16 * 1024) + 1, "o; none (m-x-.-a-b-.-c", TooLong)] // some reader may see the name in it
    [InlineData((16 * 1024) + 1, "o; none (MX.AB.C", TooLong)]
    [InlineData((16 * 1024) + 1, "o; none (mx.ab.d", "-")]
    [InlineData((16 * 1024) + 1, "o; none (m.xab.c", "-")]
    [InlineData((16 * 1024) + 1, "o; none (\u00fcmx.ab.c", TooLong)]
    [InlineData((16 * 1024) + 1, "o; none (\u00fcm\uff38.a\u3002bc", "-")]
    [InlineData((16 * 1024) + 1, "o; none (\u00fcm\uff38.ab\u3002c", TooLong)]
    [InlineData((16 * 1024) + 1, "o; none (\u00fcmx.ab.d", "-")]
    [InlineData((16 * 1024) + 1, "o; none (\u00fcx.ab.c", "-")]
    [InlineData((16 * 1024) + 1, "=?a?q?mx.ab.c?=; none (", TooLong)]
    [InlineData(16 * 1024, "=?a?q?mx.ab.c?=; none (", Claims)]
    public void What_is_too_long_may_hold_our_name(int length, string start, string expected)
    {
        var field = start + new string('-', length - start.Length - 1) + ")";
        Assert.Equal(length, field.Length);
        Assert.Equal(expected, Outcome(new AuthservIdClaim(Ours), field));
    }

    // Decoding makes it short enough to be read: both are looked at.
    [Fact]
    public void A_text_is_too_long_before_or_behind_its_decoding()
    {
        var start = "=?a?q?mx.ab.c?=";
        var field = $"{start}; none ({new string('-', (16 * 1024) + start.Length - 7 - 17)})";
        Assert.True(field.Length > 16 * 1024);
        Assert.Equal(TooLong, Outcome(new AuthservIdClaim(Ours), field));
        Assert.Equal("-", Outcome(new AuthservIdClaim("mx.zz.c"), field));
    }

    // What each of the simpler readers takes out, and no other one.
    [Theory]
    [InlineData("mx\"a\\\".ab.c; none", "-", ClaimsSimply)] // quotes without escapes
    [InlineData("mx\"a\\\"b\".ab.c; none", "-", ClaimsSimply)] // with escapes
    [InlineData("mx.(a(b)c)ab.c; none", "-", Claims)]
    [InlineData("(a (b) mx.ab.c; none", "-", Claims)]
    [InlineData("o; \"x\"mx.ab.c; none", "-", ClaimsSimply)]
    [InlineData("o; \"x\"mx.ab.c", "-", ClaimsSimply)]
    [InlineData("o; (\"x\")mx.ab.c", "-", Claims)]
    [InlineData("o; \"(x)\"mx.ab.c", "-", Claims)]
    [InlineData("o; x mx.ab.c", "-", "-")]
    [InlineData("; x mx.ab.c", "-", "-")]
    public void A_name_shows_to_a_reader_that_takes_something_out(string field, string other, string expected)
    {
        Assert.Equal(expected, Outcome(new AuthservIdClaim(Ours), field));
        Assert.Equal(other, Outcome(new AuthservIdClaim("mx.ab.d"), field));
    }

    // Of a name that is a dot nothing is left to look for.
    [Theory]
    [InlineData("a", "o; \"x\"a", ClaimsSimply)]
    [InlineData("a", "o; \"x\"a b", ClaimsSimply)]
    [InlineData("a", "o; \"x\"ab", "-")]
    [InlineData("a", "\"x\"b; none", "-")]
    [InlineData(".", "x; a=b", "-")]
    [InlineData(".", "x;", "-")]
    [InlineData(".", "x; none", "-")]
    public void A_name_has_a_character_or_none(string ours, string field, string expected) => Assert.Equal(expected, Outcome(new AuthservIdClaim(ours), field));

    // A comment says nothing of it either.
    [Theory]
    [InlineData("(x)")]
    [InlineData("(x) (y)")]
    [InlineData("((x)")]
    public void A_comment_alone_has_no_name_in_it(string field) => Assert.StartsWith(Malformed, Outcome(new AuthservIdClaim("."), field), StringComparison.Ordinal);

    // A name with A-labels may be in a text beyond ASCII in whatever form.
    [Theory]
    [InlineData("xn--bcher-kva.c", "\u00fc", TooLong)]
    [InlineData("xn--bcher-kva.c", "u", "-")]
    [InlineData("b\u00fccher.c", "\u00fc", TooLong)]
    [InlineData("xn-bcher.c", "\u00fc", "-")]
    public void A_long_text_beyond_ascii_may_hold_a_name_with_A_labels(string ours, string character, string expected) =>
        Assert.Equal(expected, Outcome(new AuthservIdClaim(ours), $"o; none ({new string('-', 16 * 1024)}{character})"));

    [Theory]
    [InlineData("xn--bcher-kva.c", "b\u00fccher.c; none", Claims)]
    [InlineData("xn--bcher-kva.c", " B\u00dcCHER.C 1; none", Claims)]
    [InlineData("xn--bcher-kva.c", "o; b\u00fccher.c; none", Claims)]
    [InlineData("xn--bcher-kva.c", "\"o b\u00fccher.c; none", Malformed)]
    [InlineData("xn--bcher-kva.c", "b\u00fccher.d; none", "-")]
    [InlineData("xn--bcher-kva.c", "b\u00fccherer.c; none", "-")]
    [InlineData("xn--bcher-kva.c", "\"x\" b\u00fccher.c 1; none", Malformed)] // quotes taken out
    [InlineData("xn--bcher-kva.c", "\"x\"b\u00fccher.c; none", Malformed)]
    [InlineData("xn--bcher-kva.c", "\"x\"\t\r\n b\u00fccher.c\t; none", Malformed)]
    [InlineData("xn--bcher-kva.c", "\"x\" b\u00fccher.c", Malformed)]
    [InlineData("xn--bcher-kva.c", "o \"x\" b\u00fccher.c 1; none", Malformed)]
    [InlineData("xn--bcher-kva.c", "\"x\" ; b\u00fccher.c 1; none", Claims)]
    [InlineData("b\u00fccher.c", "xn--bcher-kva.c; none", Claims)]
    [InlineData("b\u00fccher.c", "b\u00fccher.c; none", Claims)]
    [InlineData("xn--bcher-kva.c", "o=\"(\" ; x \"; b\u00fccher.c; none", ClaimsSimply)]
    [InlineData("b\u00fccher.c", "o=\"(\" ; x \"; B\u00dcCHER.c; none", ClaimsSimply)]
    [InlineData("b\u00fccher.c", "o=\"(\" ; x \"; b\u00fccherer.c; none", "-")]
    public void A_label_is_found_in_either_form(string ours, string field, string expected)
    {
        var found = Outcome(new AuthservIdClaim(ours), field);
        Assert.Equal(expected, expected == Malformed && found.StartsWith(Malformed, StringComparison.Ordinal) ? Malformed : found);
    }

    // A letter with its mark behind it: only a reader that maps the name as IDNA does finds ours.
    [Theory]
    [InlineData("\"x\"bu\u0308cher.c; none", ClaimsSimply)]
    [InlineData("\"x\"bu\u0308cher.c 1; none", ClaimsSimply)]
    [InlineData("\"x\" bu\u0308cher.c; none", ClaimsSimply)]
    [InlineData("\"x\"\u2003bu\u0308cher.c\t1; none", ClaimsSimply)]
    [InlineData("\"x\" ;bu\u0308cher.c; none", Claims)]
    [InlineData("\"x\"bu\u0308cher.d; none", "-")]
    [InlineData("\"x\"; none", "-")]
    [InlineData("\u3000\"x\"\u3000; none", "-")]
    public void A_name_that_is_mapped_to_ours_is_found_behind_what_a_reader_takes_out(string field, string expected) =>
        Assert.Equal(expected, Outcome(new AuthservIdClaim("xn--bcher-kva.c"), field));

    // RFC 8617 section 4.1.1: behind an instance, which is a number, the field begins again.
    [Theory]
    [InlineData("i=0123456789; x mx.ab.c; none", true)]
    [InlineData("i=; x mx.ab.c; none", true)]
    [InlineData("i=1:; x mx.ab.c; none", false)]
    [InlineData("i=1/; x mx.ab.c; none", false)]
    [InlineData("i=a; x mx.ab.c; none", false)]
    public void A_field_that_cannot_be_read_may_begin_behind_an_instance(string field, bool isFound)
    {
        var found = Outcome(new AuthservIdClaim(Ours), field);
        Assert.True(isFound ? found.StartsWith(Malformed, StringComparison.Ordinal) : found == "-", found);
    }

    // As A-labels the last label would be another one: the text as it is starts with our name.
    [Theory]
    [InlineData(Ours, "mx.ab.c\u00e9x=y; none")]
    [InlineData("xn--bcher-kva.c", "b\u00fccher.c\u00e9x=y; none")]
    public void A_field_that_cannot_be_read_starts_with_our_name_before_a_letter_beyond_ASCII(string ours, string field) =>
        Assert.StartsWith(Malformed, Outcome(new AuthservIdClaim(ours), field), StringComparison.Ordinal);

    // What is behind the semicolon is not mapped: with it the text would be too long for a name.
    [Fact]
    public void A_name_that_is_mapped_to_ours_ends_at_a_semicolon()
    {
        var rest = new string('a', 300);
        Assert.Equal(ClaimsSimply, Outcome(new AuthservIdClaim("xn--bcher-kva.c"), $"\"x\"bu\u0308cher.c;{rest}"));
        Assert.Equal("-", Outcome(new AuthservIdClaim("xn--bcher-kva.c"), $"\"x\"bu\u0308cher.c{rest};"));
    }

    // A comment that ends before our name to one kind of reader, and elsewhere or never to the others.
    [Theory]
    [InlineData("(a=((b\\)c)mx.ab.c(x)d; none")] // without nesting
    [InlineData("(a=(b)\\)mx.ab.c(x)d; none")] // without escapes
    [InlineData("(a=(b\\)mx.ab.c(x)d; none")] // without either
    public void A_comment_ends_before_our_name_to_one_reader_alone(string field)
    {
        Assert.Equal(Claims, Outcome(new AuthservIdClaim(Ours), field));
        Assert.Equal("-", Outcome(new AuthservIdClaim("mx.ab.b"), field));
    }

    // The result before it is of a comment: what is behind the comment starts with our name.
    [Fact]
    public void A_field_that_cannot_be_read_starts_with_our_name_behind_a_comment()
    {
        const string Field = "(=) mx.ab.cd; none (";
        Assert.StartsWith(Malformed, Outcome(new AuthservIdClaim(Ours), Field), StringComparison.Ordinal);
        Assert.Equal("-", Outcome(new AuthservIdClaim(Ours), Field + ")"));
        Assert.Equal("-", Outcome(new AuthservIdClaim("mx.ab.e"), Field));
    }

    // To a reader that does not know quotes a comment begins there and never ends: what it reads has a quote that does not end.
    [Theory]
    [InlineData("mx.ab.cd; spf=pass reason=\"(\"", true)]
    [InlineData("mx.ab.cd; spf=pass reason=\")\"", false)]
    [InlineData("mx.ab.cd; spf=pass reason=\"()\"", false)]
    [InlineData("o; spf=pass reason=\"(\" smtp.helo=mx.ab.c", false)]
    public void A_parenthesis_in_quotes_may_begin_a_comment(string field, bool isFound)
    {
        var found = Outcome(new AuthservIdClaim(Ours), field);
        Assert.True(isFound ? found.StartsWith(Malformed, StringComparison.Ordinal) : found == "-", found);
    }

    // Longer than a domain name (253 octets): compared as it is written.
    [Fact]
    public void A_name_that_is_too_long_for_a_domain_is_compared_as_it_is()
    {
        var longName = string.Concat(Enumerable.Repeat("b\u00fccher.", 36)) + "c"; // 253
        var longer = $"d{longName}";
        Assert.Equal((Claims, Claims, "-"), (Outcome(new AuthservIdClaim(longName), $"{longName}; none"), Outcome(new AuthservIdClaim(longer), $"{longer}; none"), Outcome(new AuthservIdClaim(longer), $"{longName}; none")));
    }

    // The micro sign and the Greek letter have one capital; a mapping to A-labels would make them one letter.
    [Theory]
    [InlineData("NAME", "-")]
    [InlineData("NAME x", "-")]
    [InlineData("NAME (", "-")]
    [InlineData("x NAME (", "-")]
    [InlineData("(x) NAME (", "-")]
    public void Letters_of_such_a_name_are_the_same_in_lower_case_only(string field, string expected)
    {
        var (greek, micro) = (new string('\u03bc', 254), new string('\u00b5', 254));
        Assert.Equal(expected, Outcome(new AuthservIdClaim(greek), field.Replace("NAME", micro, StringComparison.Ordinal)));
        Assert.NotEqual(expected, Outcome(new AuthservIdClaim(greek), field.Replace("NAME", greek, StringComparison.Ordinal)));
        Assert.NotEqual(expected, Outcome(new AuthservIdClaim(greek), field.Replace("NAME", greek.ToUpperInvariant(), StringComparison.Ordinal)));
    }

    private static string Outcome(AuthservIdClaim claim, string field) => claim.ReasonFor(Encoding.UTF8.GetBytes(field)) is { } found ? $"{found.Code}: {found.Text}" : "-";

    // A word for each reason, and what is wrong with a field that cannot be read.
    private static string Short(string outcome) => outcome.StartsWith("Malformed", StringComparison.Ordinal) ? outcome.Split(" (RFC ")[0].Replace("the field cannot be read and starts with our authserv-id: ", "", StringComparison.Ordinal) : outcome.Split(':')[0];

    // Where the classes of characters have their ends, and everything around these.
    private static string Found(Func<char, bool> holds) =>
        NumberRanges.OfCharacters(c => c is < '\u0180' or (>= '\u1ff0' and < '\u2080') or (>= '\u3000' and < '\u3008') or (>= '\ufef0' and < '\uff70') && holds(c));
}
