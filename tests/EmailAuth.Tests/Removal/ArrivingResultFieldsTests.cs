using System.Runtime.ExceptionServices;
using System.Text;
using EmailAuth.Messages;
using EmailAuth.Removal;
using FsCheck;
using FsCheck.Xunit;
using Xunit;

namespace EmailAuth.Tests.Removal;

public class ArrivingResultFieldsTests
{
    private const string Ours = "mx.example.org";

    [Theory]
    [InlineData("mx.example.org; spf=pass")]
    [InlineData("mx.example.org")]
    [InlineData("MX.Example.ORG; spf=pass")] // letter case
    [InlineData("(x) mx.example.org; spf=pass")] // a comment before it
    [InlineData("(a(b)\\)) mx.example.org (c) 1 (d); spf=pass")] // a version after it
    [InlineData("mx.example.org 1; spf=pass")]
    [InlineData("mx.example.org 2; spf=pass")] // a version that nobody knows
    [InlineData("\r\n mx.example.org\r\n ; spf=pass")] // folding
    [InlineData("\t mx.example.org;spf=pass")]
    [InlineData("\"mx.example.org\"; spf=pass")] // quoted
    [InlineData("\"m\\x.example.\\org\"; spf=pass")] // with escapes
    [InlineData("mx.example.org.; spf=pass")] // trailing dot
    [InlineData("\"mx.example.org.\"; spf=pass")]
    [InlineData("\" mx.example.org \"; spf=pass")] // white space a reader may trim
    [InlineData("mx.example.org\0; spf=pass")] // a NUL that ends a C string
    [InlineData("mx\u00ad.example.org; spf=pass")] // a character that IDNA maps to nothing
    [InlineData("mx。example.org; spf=pass")] // a dot to IDNA
    [InlineData("ｍｘ.example.org; spf=pass")] // full-width letters
    [InlineData("mx.example.org (; spf=pass")] // cannot be read, but starts so
    [InlineData("mx.example.org garbage; spf=pass")]
    [InlineData("mx.example.org=; spf=pass")]
    [InlineData("mx.example.org; spf=")]
    [InlineData("(mx.example.org; spf=pass")] // the comment never ends: for some readers it is none
    [InlineData("\"mx.example.org; spf=pass")]
    [InlineData("=?utf-8?q?mx.example.org?=; spf=pass")] // an encoded word
    [InlineData("i=1; mx.example.org; spf=pass")] // an instance that does not belong here
    [InlineData("spf=fail smtp.helo=a; mx.example.org; dkim=pass")] // some products name one before each method
    [InlineData("other.example; mx.example.org; dkim=pass")]
    [InlineData("mx.example.org/1; dkim=pass")] // a token ends at the slash
    [InlineData("mx.example.org,x; dkim=pass")]
    [InlineData("mx.example.org@x; dkim=pass")]
    [InlineData("\"mx.example.org; dkim=pass\"; none")] // the quotes dropped
    [InlineData("(a (b) mx.example.org; dkim=pass (c)) other.example; none")] // a comment that ends at its first parenthesis, to some
    [InlineData("(a\\) mx.example.org; dkim=pass) other.example; none")] // a backslash that means nothing to some
    [InlineData("(a=\\) mx.example.org; dkim=pass")]
    [InlineData("(a (=\\) \"mx.example.org\" (b); dkim=pass")] // both
    [InlineData("mx.(x)example.org; dkim=pass")] // a comment in our name, as OpenDMARC reads it
    [InlineData("m(x)x.example.org; dkim=pass")]
    [InlineData("mx(x).example.org; dkim=pass")]
    [InlineData("mx.example.(x)org 1; dkim=pass")]
    [InlineData("(a)m(b)x(c).(d)example(e).(f)org(g); dkim=pass")] // several
    [InlineData("mx.(a(b)c)example.org; dkim=pass")] // nested
    [InlineData("mx.(a\\)b)example.org; dkim=pass")] // with a quoted pair
    [InlineData("mx.(a(b)example.org; dkim=pass")] // nested, to those who do not know that
    [InlineData("mx.(a\\)example.org; dkim=pass")] // a backslash that means nothing to some
    [InlineData("mx.(\")example.org; dkim=pass (\")")] // quotes in comments
    [InlineData("mx . (x) example\r\n\t(y)\r\n . org; dkim=pass")] // with white space and folding
    [InlineData("\"mx\".(x)\"example\".org; dkim=pass")]
    [InlineData("\"mx.(x)example.org\"; dkim=pass")] // no comment in quotes, but to some
    [InlineData("MX.(x)EXAMPLE.org; dkim=pass")]
    [InlineData("\uff4dx.(x)example\u3002org; dkim=pass")]
    [InlineData("=?utf-8?q?mx=2E?=(x)example.org; dkim=pass")]
    [InlineData("=?utf-8?q?mx.(x)example.org?=; dkim=pass")]
    [InlineData("other.example; mx.(x)example.org; dkim=pass")]
    [InlineData("a=\"(\"; mx.example.org; dkim=pass")] // a parenthesis in quotes, to those who see a comment there
    [InlineData("a=\")\"; mx.example.org; dkim=pass")]
    [InlineData("a=\"; mx.example.org; dkim=pass")] // quotes that do not end
    [InlineData("a=b=\"c\"; mx.example.org; dkim=pass")]
    [InlineData("\"x\" mx.example.org; dkim=pass")] // quoted-strings taken out
    [InlineData("mx.\"x\"example.org; dkim=pass")]
    [InlineData("\"(\" mx.example.org \")\"; dkim=pass")]
    [InlineData("(\")\" mx.example.org; dkim=pass")]
    [InlineData("(a) other.example; spf=pass (b) mx.example.org; dkim=pass")] // from the first parenthesis to the last
    [InlineData("((a) b (c)) mx.example.org; dkim=pass")]
    [InlineData("\u2003mx.example.org; dmarc=pass")] // white space of Unicode
    [InlineData("other.example;\u3000mx.example.org; dmarc=pass")]
    [InlineData("=?utf-8?q?=E2=80=83mx.example.org?=; spf=pass")]
    [InlineData("\u00e9mx.example.org; spf=pass")] // to a reader that drops what is not ASCII
    public void A_field_that_claims_our_authserv_id_is_found(string value)
    {
        var forged = Assert.Single(Find($"Authentication-Results: {value}\r\n", Ours));
        Assert.Equal((0, 1, "Authentication-Results"), (forged.Index, forged.Occurrence, forged.Name));
        Assert.Contains("RFC 8601 section 5", forged.Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("bücher.example", "xn--bcher-kva.example; spf=pass")]
    [InlineData("xn--bcher-kva.example", "bücher.example; spf=pass")]
    [InlineData("xn--bcher-kva.example", "bücher.example;spf=pass;dkim=pass")] // several pieces, and no white space
    [InlineData("xn--bcher-kva.example", "\"BÜCHER.example.\" 1; spf=pass")]
    [InlineData("xn--bcher-kva.example", "b(x)\u00fccher.(y)example; spf=pass")] // a comment in it
    [InlineData("xn--bcher-kva.example", "xn--(x)bcher-kva.example; spf=pass")]
    [InlineData("xn--bcher-kva.example", "bu\u0308cher.example; spf=pass")] // the letter and its mark apart
    [InlineData("mail filter", "\"mail filter\"; spf=pass")]
    [InlineData("mx/1", "mx/1; spf=pass")]
    public void Forms_of_one_name_are_the_same(string ours, string value) =>
        Assert.Single(Find($"Authentication-Results: {value}\r\n", ours));

    [Theory]
    [InlineData("other.example; spf=pass")]
    [InlineData("mx.example.org.evil.example; spf=pass")]
    [InlineData("notmx.example.org; spf=pass")]
    [InlineData("example.org; spf=pass")]
    [InlineData("other.example; spf=pass smtp.helo=mx.example.org")]
    [InlineData("other.example (mx.example.org); spf=pass")]
    [InlineData("(mx.example.org) other.example; spf=pass")]
    [InlineData("(a (b) c) other.example; spf=pass (d (e) mx.example.org; f)")]
    [InlineData("other.example; spf=pass (mx.) smtp.mailfrom=(x)example.org")]
    [InlineData("mx.(example.org); spf=pass")]
    [InlineData("mx.(x)example.organisation; spf=pass")]
    [InlineData("notmx.(x)example.org; spf=pass")]
    [InlineData("(a (b) (c) other.example) third.example; spf=pass smtp.helo=mx.example.org")]
    [InlineData("spf=pass (sender IP is 192.0.2.1) smtp.mailfrom=mx.example.org; dkim=none")] // without authserv-id; ours is a domain in it
    [InlineData("")]
    public void A_field_of_another_stays(string value) => Assert.Empty(Find($"Authentication-Results: {value}\r\n", Ours));

    [Theory]
    [InlineData("authentication-results")]
    [InlineData("AUTHENTICATION-RESULTS")]
    [InlineData("Authentication-Results ")]
    [InlineData("Authentication-Results\t ")]
    [InlineData("Authentication-Results\r\n ")] // folded before the colon
    [InlineData("Authentication-Results\x01")]
    [InlineData("Authentication\0-Results")]
    [InlineData("\u200bAuthentication-Results")]
    public void A_disguised_name_is_seen_through(string name) => Assert.Single(Find($"{name}: {Ours}; spf=pass\r\n", Ours));

    [Theory]
    [InlineData("X-Authentication-Results")]
    [InlineData("X-ARC-Authentication-Results")]
    [InlineData("Authentication-Results-Original")]
    [InlineData("Authentication-Result")]
    [InlineData("Subject")]
    public void Other_fields_are_left_alone(string name) => Assert.Empty(Find($"{name}: {Ours}; spf=pass\r\n", Ours));

    // RFC 8617 section 4.1.1, outside any chain.
    [Theory]
    [InlineData("ARC-Authentication-Results: i=1; mx.example.org; dmarc=pass")]
    [InlineData("arc-authentication-results : (x) i = 1 (y); mx.(x)example.org; dmarc=pass")]
    [InlineData("ARC-Authentication-Results: i=1; mx . example.org; dmarc=pass")]
    [InlineData("ARC-Authentication-Results: mx.example.org; dmarc=pass")] // without an instance
    [InlineData("ARC-Authentication-Results: i=1;\u2003mx.example.org; dmarc=pass")]
    [InlineData("ARC-Authentication-Results: i=1; \u00e9 mx.example.org; dmarc=pass")]
    [InlineData("ARC-Authentication-Results\x01: i=1; mx.example.org; dmarc=pass")]
    [InlineData("Subject: x\nARC-Authentication-Results: i=1; mx.example.org; dmarc=pass")]
    public void A_claim_in_ARC_s_field_is_found(string field)
    {
        Assert.Single(Find(field + "\r\n", Ours));
        Assert.Empty(Find(field.Replace("example.org", "other.example", StringComparison.Ordinal) + "\r\n", Ours));
    }

    [Fact]
    public void Looking_at_fields_of_others_costs_next_to_nothing()
    {
        var header = HeaderBlock.Parse(Encoding.ASCII.GetBytes(
            "Subject: x\r\nAuthentication-Results: other.example; spf=pass smtp.mailfrom=a@b.example;\r\n dkim=pass (2048-bit key) header.d=b.example\r\n\r\n"));
        Assert.Empty(ArrivingResultFields.Find(header, Ours));
        var before = GC.GetAllocatedBytesForCurrentThread();
        ArrivingResultFields.Find(header, Ours);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 600); // the table that counts names, and our name in its canonical form
    }

    [Fact]
    public void Fields_are_counted_as_a_milter_counts_them()
    {
        var found = Find(
            "Received: x\r\n"
            + "Authentication-Results: other.example; none\r\n"
            + "authentication-results: mx.example.org; spf=pass\r\n"
            + "Subject: y\r\n"
            + "Authentication-Results\x01: mx.example.org; spf=pass\r\n"
            + "Authentication-Results : mx.example.org; spf=pass\r\n",
            Ours);
        Assert.Equal([(2, 2), (4, 1), (5, 3)], found.Select(f => (f.Index, f.Occurrence)));
    }

    [Theory]
    [InlineData("Subject: x\nAuthentication-Results: mx.example.org; spf=pass\r\n", 0)]
    [InlineData("Subject: x\rAuthentication-Results: mx.example.org; spf=pass\r\n", 0)]
    [InlineData("A: b\r\nSubject: x\n\nAuthentication-Results : mx.example.org;\n spf=pass\r\n", 1)]
    [InlineData("Authentication-Results: other.example; none\nauthentication-results: mx.example.org; spf=pass\r\n", 0)]
    [InlineData("no colon\nAuthentication-Results: mx.example.org; spf=pass\r\n", 0)]
    public void A_field_that_hides_one_behind_a_bare_line_end_is_found(string header, int index)
    {
        var forged = Assert.Single(Find(header, Ours));
        Assert.Equal(index, forged.Index);
        Assert.Contains("RFC 8601 section 5", forged.Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Subject: x\n Authentication-Results: mx.example.org; spf=pass\r\n")] // folded, even so
    [InlineData("Subject: x\nAuthentication-Results: other.example; spf=pass\r\n")]
    [InlineData("Subject: x\r\n Authentication-Results: mx.example.org; spf=pass\r\n")]
    [InlineData("Subject: Authentication-Results: mx.example.org\n\r\n")]
    public void Text_that_only_mentions_one_stays(string header) => Assert.Empty(Find(header, Ours));

    [Theory]
    [InlineData('x')]
    [InlineData('(')]
    [InlineData('=')]
    public void Padding_does_not_hide_a_claim(char padding)
    {
        var filler = padding == 'x' ? new string('x', 200_000) : string.Concat(Enumerable.Repeat($"\\{padding}", 100_000));
        Assert.Single(Find($"Authentication-Results: ({filler}) mx.example.org; spf=pass\r\n", Ours));
        Assert.Single(Find($"Authentication-Results: other.example; x=y ({filler}); mx.example.org; spf=pass\r\n", Ours));
    }

    [Fact]
    public void A_field_too_long_to_be_read_still_counts_when_it_starts_so() =>
        Assert.Single(Find($"Authentication-Results: mx.example.org; spf=pass ({new string('x', 100_000)})\r\n", Ours));

    [Theory]
    [InlineData("\n", ":")]
    [InlineData("\r", ":")]
    [InlineData("\nAuthentication-Results: other.example;", "")]
    [InlineData("=?utf-8?q?=", "")]
    [InlineData("=?utf-8?q?a?= ", "")]
    [InlineData("(", "")]
    [InlineData("\"", "")]
    [InlineData("; a", "")]
    [InlineData("=", ";")]
    public void A_megabyte_of_one_thing_takes_work_in_proportion(string thing, string end)
    {
        // Were the work quadratic, this would take minutes.
        var header = "Authentication-Results: " + string.Concat(Enumerable.Repeat(thing, 900_000 / thing.Length)) + end + "\r\n";
        Assert.Empty(Find(header, Ours));
    }

    [Fact]
    public void Many_fields_take_work_in_proportion()
    {
        var header = string.Concat(Enumerable.Range(0, 9_000).Select(i => $"Authentication-Results: mx.example.org; x{i}=pass\r\n"));
        Assert.Equal(9_000, Find(header, Ours)[^1].Occurrence);
    }

    // The characters of our name in order, our name in no reading, and all that a reader can take out.
    [Theory]
    [InlineData("maxa.aexaample.aorg (\"(x)\") \"y\"; ")]
    [InlineData("=?utf-8?q?maxa.aexaample.aorg=28=22=29=22?= ")]
    public void A_field_that_all_readings_must_look_at_takes_bounded_work(string thing)
    {
        // Were each of some sixty readings to walk through a megabyte, this would take half a minute.
        var header = HeaderBlock.Parse(Encoding.ASCII.GetBytes(
            $"Authentication-Results: {string.Concat(Enumerable.Repeat(thing, 900_000 / thing.Length))}\r\n\r\n"));
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var count = 0; count < 20; count++)
        {
            Assert.Single(ArrivingResultFields.Find(header, Ours));
        }

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 20 * 900_000L * 40);
    }

    [Fact]
    public void A_long_field_of_another_stays_unless_it_may_hold_our_name()
    {
        var filler = string.Concat(Enumerable.Repeat("; dkim=pass header.d=other.test (a)", 1_000));
        Assert.Empty(Find($"Authentication-Results: other.test{filler}\r\n", Ours));
        Assert.Single(Find($"Authentication-Results: other.test{filler} header.d=mx.example.org\r\n", Ours));
    }

    [Theory]
    [InlineData("ü..a")]
    [InlineData("xn--ü")]
    [InlineData("a.xn--ü.b")]
    [InlineData("\u0301a")] // a mark first
    [InlineData("\u0378")] // not assigned
    [InlineData("\ufffd")]
    public void Names_that_have_no_A_labels_throw_nothing_on_the_way(string name)
    {
        // A stranger may write one to every few bytes, and an exception costs more than all else.
        foreach (var ours in (string[])[Ours, "xn--bcher-kva.example", "bücher.example"])
        {
            Assert.Equal(0, ThrownBy(() => Assert.Empty(Find($"Authentication-Results: {name}; {name}=pass\r\n", ours))));
        }
    }

    // As many as there are bytes to write them in. The work is counted in what is allocated and in exceptions, each of which takes some
    // thousand times what a character does.
    [Theory]
    [InlineData("\u0301;")]
    [InlineData("\u0378;")]
    [InlineData("ü.\u0301;")]
    [InlineData("a\u0301\u0323;")]
    [InlineData("xn--ü;")]
    [InlineData("(x)ü;")]
    [InlineData("=?utf-8?q?=CC=81?=;")]
    public void A_field_of_labels_that_IDNA_refuses_takes_bounded_work(string label)
    {
        _ = Find($"Authentication-Results: {label} x={Ours}\r\n", Ours); // the first encoded word has the charsets looked for
        foreach (var ours in (string[])[Ours, "xn--bcher-kva.example"])
        {
            // Our name at the end has the whole field looked at in each way that there is.
            var value = string.Concat(Enumerable.Repeat(label, 750_000 / Encoding.UTF8.GetByteCount(label)));
            var header = HeaderBlock.Parse(Encoding.UTF8.GetBytes($"Authentication-Results: {value} x={ours}\r\n\r\n"));
            var before = GC.GetAllocatedBytesForCurrentThread();
            Assert.Equal(0, ThrownBy(() => ArrivingResultFields.Find(header, ours)));
            Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 750_000L * 3_000);
        }
    }

    // What the most lenient reader makes of a name: without comments, white space, quotes and escapes it is ours.
    [Property(MaxTest = 3000)]
    public void No_mutation_of_our_name_that_a_lenient_reader_takes_for_it_stays(DoNotSize<int> seed)
    {
        var random = new System.Random(seed.Item);
        string[] between = ["(x)", "(a(b)c)", "(a\\)b)", "(\\()", "()", "(\")", "(mx.example.org)", "(;)", "(a b)", " ", "\t", "\r\n ", "\"", "\\", "\0", "\u200b", "\u00ad"];
        var name = new StringBuilder();
        foreach (var c in Ours)
        {
            for (var count = random.Next(5) == 0 ? random.Next(1, 3) : 0; count > 0; count--)
            {
                name.Append(between[random.Next(between.Length)]);
            }

            name.Append(random.Next(4) == 0 ? char.ToUpperInvariant(c) : c);
        }

        var value = $"{(random.Next(3) == 0 ? "(x) " : "")}{name}{(random.Next(3) == 0 ? " 1" : "")}; dkim=pass";
        var field = random.Next(4) == 0 ? $"ARC-Authentication-Results: i=1; {value}" : $"Authentication-Results: {value}";
        if (AsLenientReader(value).StartsWith(Ours + ";", StringComparison.Ordinal) || AsLenientReader(value).StartsWith(Ours + "1;", StringComparison.Ordinal))
        {
            Assert.True(Find(field + "\r\n", Ours).Length == 1, field);
        }
    }

    private static string AsLenientReader(string value)
    {
        var (read, depth) = (new StringBuilder(), 0);
        for (var i = 0; i < value.Length; i++)
        {
            var c = value[i];
            i += c == '\\' && depth > 0 ? 1 : 0;
            depth += c == '(' ? 1 : c == ')' && depth > 0 ? -1 : 0;
            read.Append(char.ToLowerInvariant(c), depth == 0 && c is > ' ' and < '\x7f' and not (')' or '"' or '\\') ? 1 : 0);
        }

        return read.ToString();
    }

    private static int ThrownBy(Action action)
    {
        var (thread, thrown) = (Environment.CurrentManagedThreadId, 0);
        void Count(object? sender, FirstChanceExceptionEventArgs e) => thrown += Environment.CurrentManagedThreadId == thread ? 1 : 0;
        AppDomain.CurrentDomain.FirstChanceException += Count;
        try
        {
            action();
        }
        finally
        {
            AppDomain.CurrentDomain.FirstChanceException -= Count;
        }

        return thrown;
    }

    private static System.Collections.Immutable.ImmutableArray<FieldToRemove> Find(string header, string authservId) =>
        ArrivingResultFields.Find(HeaderBlock.Parse(Encoding.UTF8.GetBytes(header + "\r\n")), authservId);
}
