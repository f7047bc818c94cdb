using System.Text;
using EmailAuth.Messages;
using EmailAuth.Syntax;
using FsCheck;
using FsCheck.Xunit;
using MimeKit;
using Xunit;

namespace EmailAuth.Tests.Messages;

public class AuthorTests
{
    public static TheoryData<string> Disguises => [.. AuthorDisguises.All.Select(disguise => disguise.What)];

    // Below another line a leading space is folding.
    public static TheoryData<string> DisguisesOfAnyLine =>
        [.. AuthorDisguises.All.Where(disguise => disguise.Header[0] != ' ').Select(disguise => disguise.What)];

    // RFC 5322 appendix A: the author of each example message.
    [Theory]
    [InlineData("From: John Doe <jdoe@machine.example>", "jdoe", "machine.example")] // A.1.1
    [InlineData("From: \"Joe Q. Public\" <john.q.public@example.com>", "john.q.public", "example.com")] // A.1.2
    [InlineData("From: Pete <pete@silly.example>", "pete", "silly.example")] // A.1.3
    [InlineData("From: Pete(A nice \\) chap) <pete(his account)@silly.test(his host)>", "pete", "silly.test")] // A.5
    [InlineData("From: Joe Q. Public <john.q.public@example.com>", "john.q.public", "example.com")] // A.6.1
    public void The_examples_of_RFC_5322_are_read(string field, string localPart, string domain)
    {
        var author = Find(field + "\r\n");
        Assert.Equal(AuthorDefect.None, author.Defect);
        Assert.Equal((localPart, domain), (author.LocalPart, author.Domain?.ToString()));
        Assert.Null(author.Reason);
    }

    // Inside an address, or before one without angle brackets: there some readers see the address of the comment.
    [Theory]
    [InlineData("Joe (x@evil.org) <joe@example.com>", true)]
    [InlineData("(x@evil.org) <joe@example.com>", true)]
    [InlineData("\"Joe\" (x@evil.org) <joe@example.com>", true)]
    [InlineData("<joe@example.com> (x@evil.org)", true)]
    [InlineData("Joe <joe@example.com> (x@evil.org)", true)]
    [InlineData("joe@example.com (x@evil.org)", true)]
    [InlineData("(x@evil.org) joe@example.com", false)]
    [InlineData("(x@evil.org)joe@example.com", false)]
    [InlineData("joe (x@evil.org) @example.com", false)]
    [InlineData("joe@ (x@evil.org) example.com", false)]
    [InlineData("joe@example (x@evil.org) .com", false)]
    [InlineData("Joe <(x@evil.org) joe@example.com>", false)]
    [InlineData("Joe <joe (x@evil.org) @example.com>", false)]
    [InlineData("Joe <joe@example.com (x@evil.org)>", false)]
    public void A_comment_with_an_at_sign_is_allowed_beside_an_address(string field, bool isUsable)
    {
        var author = Find($"From: {field}\r\n");
        Assert.Equal(isUsable ? AuthorDefect.None : AuthorDefect.Malformed, author.Defect);
        Assert.Equal(isUsable ? "example.com" : null, author.Domain?.ToString());
    }

    // Obsolete, which nobody may generate (RFC 5322 section 4): many readers show an address at "machine".
    [Fact]
    public void A_second_opinion_differs_when_it_cannot_read_the_list_or_finds_others()
    {
        var domain = DomainName.Parse("b.example").Value!;
        Assert.True(AddressCrossCheck.Agrees("a@b.example, c@B.example"u8, domain, 2));
        Assert.False(AddressCrossCheck.Agrees("a@b.example, c@b.example"u8, domain, 1));
        Assert.False(AddressCrossCheck.Agrees("a@b.example"u8, domain, 2));
        Assert.False(AddressCrossCheck.Agrees("a@b.example, c@d.example"u8, domain, 2));
        Assert.False(AddressCrossCheck.Agrees("(a@b.example"u8, domain, 1));
        Assert.True(AddressCrossCheck.Agrees("=?utf-8?q?x <a@b.example>"u8, domain, 1));
    }

    [Fact]
    public void Example_A_6_3_of_RFC_5322_is_malformed() =>
        Assert.Equal(AuthorDefect.Malformed, Find("From  : John Doe <jdoe@machine(comment).  example>\r\n").Defect);

    [Theory]
    [MemberData(nameof(Disguises))]
    public void A_disguise_never_gives_the_domain_of_someone_else(string what)
    {
        var disguise = AuthorDisguises.All.Single(d => d.What == what);
        var author = Author.Find(HeaderBlock.Parse(disguise.Header));
        Assert.Equal((disguise.Defect, disguise.Domain), (author.Defect, author.Domain?.ToString()));
        Assert.Equal(disguise.Defect == AuthorDefect.None, author.Reason is null);
        Assert.Equal(author.Domain is null, author.LocalPart is null);
    }

    [Theory]
    [MemberData(nameof(DisguisesOfAnyLine))]
    public void A_disguise_is_found_anywhere_in_the_header(string what)
    {
        var disguise = AuthorDisguises.All.Single(d => d.What == what);
        byte[] header = [.. "Received: from x\r\n\tby y\r\n"u8, .. disguise.Header, .. "To: c@example.com\r\nSubject: from: z\r\n"u8];
        Assert.Equal(disguise.Defect, Author.Find(HeaderBlock.Parse(header)).Defect);
    }

    [Theory]
    [InlineData("Subject: x\r\n From: a@bank.example\r\n")] // folded as it should be: the subject goes on
    [InlineData("X-From: a@bank.example\r\n")]
    [InlineData("Fro: a@bank.example\r\n")]
    [InlineData("Fromm: a@bank.example\r\n")]
    [InlineData("From a@bank.example\r\n")] // no colon
    [InlineData("From a@bank.example Mon Nov 24 23:00:00 2025\r\n")] // an mbox separator
    [InlineData("Subject: x\n y\r\n")]
    public void A_field_that_no_reader_reads_as_From_does_not_count(string lines)
    {
        Assert.Equal(AuthorDefect.NoField, Find(lines).Defect);
        Assert.Equal("example.com", Find(lines + "From: a@example.com\r\n").Domain?.ToString());
    }

    [Theory]
    [InlineData("a.b+c", "a.b+c")]
    [InlineData("\"a b\"", "a b")]
    [InlineData("\"a\\\"b\"", "a\"b")]
    [InlineData("a . b", "a.b")] // obs-local-part
    [InlineData("\"a\".b", "a.b")]
    [InlineData("J\u00f6rg", "J\u00f6rg")] // RFC 6532
    public void The_local_part_is_without_quotes_and_comments(string written, string expected) =>
        Assert.Equal(expected, Find($"From: {written}@example.com\r\n").LocalPart);

    [Fact]
    public void A_local_part_that_is_not_utf_8_is_malformed() => Assert.Equal(
        AuthorDefect.Malformed, Author.Find(HeaderBlock.Parse(Encoding.Latin1.GetBytes("From: J\u00f6rg@example.com\r\n"))).Defect);

    [Fact]
    public void A_display_name_in_another_charset_does_no_harm() => Assert.Equal(
        "example.com", Author.Find(HeaderBlock.Parse(Encoding.Latin1.GetBytes("From: J\u00f6rg <j@example.com>\r\n"))).Domain?.ToString());

    [Fact]
    public void The_domains_of_all_fields_are_kept_as_evidence()
    {
        var author = Find("From: a@bank.example, b@bank.example\r\nFrom: m@evil.example\r\nFrom: broken\r\n");
        Assert.Equal(3, author.FieldCount);
        Assert.Equal("bank.example evil.example", string.Join(' ', author.Domains));
    }

    [Fact]
    public void A_header_that_was_cut_off_has_no_usable_author()
    {
        var header = HeaderBlock.Parse(
            Encoding.ASCII.GetBytes("From: a@example.com\r\n" + string.Concat(Enumerable.Repeat("X: y\r\n", 100))),
            new MessageLimits { MaxHeaderFields = 16 });
        var author = Author.Find(header);
        Assert.Equal(AuthorDefect.IncompleteHeader, author.Defect);
        Assert.Contains("MaxHeaderFields", author.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void A_field_of_a_session_that_holds_a_line_break_is_seen_as_two()
    {
        using var builder = new HeaderBlockBuilder(MessageLimits.Default);
        builder.Add("Subject"u8, " x\r\nFrom: a@bank.example"u8);
        builder.Add("From"u8, " m@evil.example"u8);
        Assert.Equal(AuthorDefect.SeveralFields, Author.Find(builder.Build()).Defect);
    }

    [Theory]
    [InlineData("(")]
    [InlineData("\"")]
    [InlineData("<")]
    [InlineData("a,")]
    [InlineData("a.")]
    [InlineData("x:")]
    [InlineData("@a,")]
    [InlineData("<@a:")]
    [InlineData("\u00fc@\u00fc,")]
    [InlineData("\n")]
    [InlineData("\r")]
    [InlineData("(\\")]
    [InlineData("(a@b)")]
    [InlineData("=?")]
    [InlineData("=?a?q")]
    [InlineData(".xn--a")]
    public void Long_fields_are_refused_in_linear_time(string unit)
    {
        var author = Find("From: a@example.com" + string.Concat(Enumerable.Repeat(unit, 500_000 / unit.Length)) + "\r\n");
        Assert.NotEqual(AuthorDefect.None, author.Defect);
    }

    [Property(MaxTest = 2000)]
    public void The_reader_never_throws_and_finds_no_domain_in_a_field_without_one(byte[] value)
    {
        var author = Author.Find(HeaderBlock.Parse((byte[])[.. "From: "u8, .. value, .. "\r\n\r\n"u8]));
        Assert.Equal(author.Defect == AuthorDefect.None, author.Domain is not null);
        Assert.True(author.Domain is null || value.Contains((byte)'@'));
    }

    [Property(MaxTest = 5000)]
    public void No_sequence_of_tokens_makes_the_reader_throw_or_find_a_domain_that_is_not_written(byte[] choices)
    {
        string[] tokens = ["a@b.example", "a", ".", "@", "<", ">", ",", ":", ";", "(", ")", "\"", "\\", " ", "\r\n ", "\r", "\n", "b.example", "[", "]", "\u00fc", "\0", "=?utf-8?q?a?="];
        var field = string.Concat((choices ?? []).Select(choice => tokens[choice % tokens.Length]));
        var author = Find("From: " + field + "\r\n");
        Assert.Equal(author.Defect == AuthorDefect.None, author.Domain is not null);
    }

    // Also where the reader trusts itself (the plain forms) and where MimeKit is not asked to be strict.
    [Property(MaxTest = 5000)]
    public void A_domain_that_is_found_is_the_one_that_other_readers_find(DoNotSize<int> seed)
    {
        var random = new Random(seed.Item);
        string[] names = ["", "Name ", "J. Q. Public ", "\"a@bank.example\" ", "\"x, y\" ", "\"\\\"<a@bank.example>\" ", "=?utf-8?q?a=40bank=2Eexample?= ", "J\u00f6rg "];
        string[] locals = ["m", "a.b", "\"a b\"", "\"a@bank.example\"", "a . b", "=?utf-8?q?a?=", "m(x)"];
        string[] domains = ["evil.example", "EVIL.example", "evil.example", "evil . example", "(x)evil.example", "b\u00fccher.example"];
        string[] noise = ["", " ", "\r\n ", "(a@bank.example)", "(", ")", "<", ">", ",", ";", ":", "@", "\"", "\\", ".", "@a:", "Group:"];
        string Pick(string[] from) => from[random.Next(from.Length)];
        string Noise() => random.Next(8) == 0 ? Pick(noise) : "";
        var address = Noise() + Pick(locals) + Noise() + "@" + Noise() + Pick(domains) + Noise();
        var text = random.Next(3) == 0 ? address : Noise() + Pick(names) + Noise() + "<" + address + ">" + Noise();
        text = random.Next(6) == 0 ? text + ", " + Pick(locals) + "@" + Pick(domains) : text;

        var author = Find("From: " + text + "\r\n");
        if (author.Domain is null)
        {
            return;
        }

        Assert.True(InternetAddressList.TryParse(Encoding.UTF8.GetBytes(text), out var lenient), text);
        Assert.All(lenient.Mailboxes, mailbox => Assert.Equal(author.Domain, DomainName.Parse(mailbox.Domain).Value));
        var strict = new ParserOptions { AddressParserComplianceMode = RfcComplianceMode.Strict };
        Assert.True(InternetAddressList.TryParse(strict, Encoding.UTF8.GetBytes(text), out var addresses), text);
        Assert.NotEmpty(addresses.Mailboxes);
    }

    [Fact]
    public void The_plain_forms_need_no_second_parser_and_little_memory()
    {
        var header = HeaderBlock.Parse("Received: x\r\n y\r\nFrom: \"Name\" <someone@mail.example.com>\r\nSubject: x\r\n"u8.ToArray());
        _ = Author.Find(header);
        var before = GC.GetAllocatedBytesForCurrentThread();
        _ = Author.Find(header);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 600);
    }

    private static Author Find(string header) => Author.Find(HeaderBlock.Parse(Encoding.UTF8.GetBytes(header)));
}
