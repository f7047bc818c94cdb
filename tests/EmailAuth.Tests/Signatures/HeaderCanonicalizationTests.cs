using System.Text;
using EmailAuth.Messages;
using EmailAuth.Signatures;
using EmailAuth.Tests.Dkim;
using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;
using Xunit;

namespace EmailAuth.Tests.Signatures;

public class HeaderCanonicalizationTests
{
    // RFC 6376 section 3.4.5.
    [Fact]
    public void The_example_of_section_3_4_5()
    {
        Assert.Equal("a:X\r\n", Canonical("A: X\r\n", SignatureCanonicalization.Relaxed));
        Assert.Equal("b:Y Z\r\n", Canonical("B : Y\t\r\n\tZ  \r\n", SignatureCanonicalization.Relaxed));
        Assert.Equal("B : Y\t\r\n\tZ  \r\n", Canonical("B : Y\t\r\n\tZ  \r\n", SignatureCanonicalization.Simple));
    }

    [Theory]
    [InlineData("Subject:\r\n folded at once\r\n", "subject:folded at once\r\n")] // no space is left of the fold after the colon
    [InlineData("Subject: \r\n\t folded at once\r\n", "subject:folded at once\r\n")]
    [InlineData("SUBJECT:x\r\n", "subject:x\r\n")]
    [InlineData("Subject \t:x\r\n", "subject:x\r\n")]
    [InlineData("Subject:\r\n", "subject:\r\n")] // empty
    [InlineData("Subject:  \t \r\n", "subject:\r\n")]
    [InlineData("Subject: \r\n \r\n\t\r\n", "subject:\r\n")] // empty and folded
    [InlineData("Subject: a\r\n b\r\n\tc\r\n", "subject:a b c\r\n")]
    [InlineData("Subject: a \t b \r\n", "subject:a b\r\n")]
    [InlineData("Subject: a\tb\r\n", "subject:a b\r\n")] // a single tab becomes a space
    [InlineData("Subject: a\r\n \r\n", "subject:a\r\n")] // ends in an empty continuation
    [InlineData("Subject: a\rb\nc\r\n", "subject:a\rb\nc\r\n")] // bare CR and LF stay
    [InlineData("Subject: a\r \nb\r\n", "subject:a\r \nb\r\n")]
    [InlineData("Subject: a\r\r\n b\r\n", "subject:a\r b\r\n")]
    [InlineData("Subject: \u00e9\u00a0\0\v\r\n", "subject:\u00e9\u00a0\0\v\r\n")] // 8-bit and NUL; a no-break space is no white space
    [InlineData("Subject: a: b: c\r\n", "subject:a: b: c\r\n")]
    [InlineData("Subject: not ended", "subject:not ended\r\n")]
    public void Relaxed_corners(string field, string expected) => Assert.Equal(expected, Canonical(field, SignatureCanonicalization.Relaxed));

    [Theory]
    [InlineData("Subject:\r\n \tX\r\n  \r\n")]
    [InlineData("sUBJECT : \t a\t\r\n")]
    [InlineData("Subject: a\rb\nc\0\u00e9\r\n")]
    public void Simple_changes_nothing(string field) => Assert.Equal(field, Canonical(field, SignatureCanonicalization.Simple));

    [Fact]
    public void Simple_ends_a_field_that_the_end_of_the_message_cut_off() =>
        Assert.Equal("Subject: x\r\n", Canonical("Subject: x", SignatureCanonicalization.Simple));

    [Theory]
    [InlineData("DKIM-Signature: b=abc; bh=def\r\n", "DKIM-Signature: b=; bh=def")]
    [InlineData("DKIM-Signature: bh=def; b=abc", "DKIM-Signature: bh=def; b=")]
    [InlineData("DKIM-Signature: bh=b=x;\r\n\tb = abc\r\n\t def==;\r\n\tz=b=q\r\n", "DKIM-Signature: bh=b=x;\r\n\tb =;\r\n\tz=b=q")] // the fold goes with it
    [InlineData("DKIM-Signature: bb=1; xb=2; b=\r\n  abc \r\n ; s=b\r\n", "DKIM-Signature: bb=1; xb=2; b=; s=b")]
    [InlineData("DKIM-Signature: s=b; i=@b=.example; b=;\r\n", "DKIM-Signature: s=b; i=@b=.example; b=;")]
    [InlineData("DKIM-Signature: B=x; b=y \r\n\t\r\n", "DKIM-Signature: B=x; b=")] // tag names are case-sensitive; white space at the end is around the value
    [InlineData("DKIM-Signature: b\r\n =x;a=1\r\n", "DKIM-Signature: b\r\n =;a=1")]
    [InlineData("DKIM-Signature: a=1; n=b; b=x;\r\n", "DKIM-Signature: a=1; n=b; b=;")]
    public void Only_the_value_of_b_is_taken_out_of_a_signature(string field, string expected)
    {
        Assert.Equal(expected, CanonicalSignature(field, SignatureCanonicalization.Simple));
        Assert.Equal(PlainCanonicalization.RelaxedField(expected)[..^2], CanonicalSignature(field, SignatureCanonicalization.Relaxed));
    }

    [Fact]
    public void Fields_are_selected_from_the_bottom_up_without_regard_to_case_and_absent_ones_are_nothing()
    {
        const string header = "X: 1\r\nTo: a\r\nx: 2\r\nFrom: f\r\nX : 3\r\nDKIM-Signature: s\r\n";
        Assert.Equal("x:3\r\nfrom:f\r\nx:2\r\nx:1\r\n", Selected(header, ["x", "absent", "from", "x", "x", "x", "from"], -1));
    }

    [Fact]
    public void The_signatures_own_field_is_never_selected()
    {
        const string header = "DKIM-Signature: 1\r\nDKIM-Signature: 2\r\nDKIM-Signature: 3\r\n";
        Assert.Equal("dkim-signature:3\r\ndkim-signature:1\r\n", Selected(header, ["dkim-signature", "dkim-signature", "dkim-signature"], 1));
        Assert.Equal("dkim-signature:2\r\ndkim-signature:1\r\n", Selected(header, ["dkim-signature", "dkim-signature", "dkim-signature"], 2));
    }

    [Fact]
    public void A_line_that_is_not_a_field_is_never_selected() =>
        Assert.Equal("from:b\r\n", Selected("Fr om: a\r\nFrom: b\r\n: c\r\nno colon\r\n", ["from", "from", "fr om", "no colon"], -1));

    [Fact]
    public void Ten_thousand_names_against_ten_thousand_fields_take_as_many_steps_as_there_are()
    {
        // Each name is another one, then all are one: neither a chain in the table nor a chain of instances is walked more than once.
        var header = HeaderBlock.Parse(Encoding.ASCII.GetBytes(string.Concat(Enumerable.Range(0, 5000).Select(i => $"X-{i}: v\r\nSame: {i}\r\n"))));
        Assert.Equal(10_000, header.Count);
        using var fields = new HeaderFieldIndex(header);
        var names = Enumerable.Range(0, 10_000).Select(i => i % 2 == 0 ? $"x-{i / 2}" : "same").ToArray();
        fields.BeginSelection();
        for (var i = 0; i < names.Length; i++)
        {
            Assert.Equal(i % 2 == 0 ? i : 10_000 - i, fields.SelectNext(names[i], -1));
        }

        Assert.False(fields.HasUnselected("same"));
        Assert.Equal(5000, fields.CountOf("same"));
    }

    [Property(MaxTest = 500)]
    public Property Any_field_equals_the_plainly_written_form() =>
        Prop.ForAll(Arb.From(Fields), field => Canonical(field, SignatureCanonicalization.Relaxed) == PlainCanonicalization.RelaxedField(field));

    [Property(MaxTest = 200)]
    public Property Relaxed_is_idempotent() =>
        Prop.ForAll(Arb.From(Fields), field =>
        {
            var once = Canonical(field, SignatureCanonicalization.Relaxed);
            return Canonical(once, SignatureCanonicalization.Relaxed) == once;
        });

    private static Gen<string> Fields =>
        Gen.ListOf(Gen.Elements("a", "bc:", " ", "  ", "\t", "\r\n ", "\r\n\t", "\r\n \r\n ", "\0", "\u00e4", "\rx", "\nx", "a word and more of them, past a vector's width"))
            .Select(parts => "X-Test" + ":" + string.Concat(parts) + "\r\n");

    private static string Canonical(string field, SignatureCanonicalization canonicalization)
    {
        var header = HeaderBlock.Parse(TestSigner.Bytes(field));
        Assert.Equal(1, header.Count);
        using var canonical = new CanonicalHeader(canonicalization);
        canonical.Append(header[0]);
        return Encoding.Latin1.GetString(canonical.Written);
    }

    private static string CanonicalSignature(string field, SignatureCanonicalization canonicalization)
    {
        using var canonical = new CanonicalHeader(canonicalization);
        canonical.AppendSignature(HeaderBlock.Parse(TestSigner.Bytes(field))[0]);
        return Encoding.Latin1.GetString(canonical.Written);
    }

    private static string Selected(string header, string[] names, int except)
    {
        using var fields = new HeaderFieldIndex(HeaderBlock.Parse(TestSigner.Bytes(header)));
        using var canonical = new CanonicalHeader(SignatureCanonicalization.Relaxed);
        canonical.AppendSelected(fields, [.. names], except);
        return Encoding.Latin1.GetString(canonical.Written);
    }
}
