using System.Security.Cryptography;
using System.Text;
using EmailAuth.Messages;
using EmailAuth.Signatures;
using EmailAuth.Tests.Dkim;
using EmailAuth.Tests.TestSupport;
using Xunit;

namespace EmailAuth.Tests.Signatures;

/// <summary>Fields of every short text against the plainly written form, and of every length around the size of the buffer.</summary>
public class CanonicalHeaderTests
{
    [Fact]
    public void Every_short_value_equals_the_plainly_written_form()
    {
        var count = 0;
        foreach (var value in ShortTexts.Of("a \t\r\n", 5))
        {
            var header = HeaderBlock.Parse(TestSigner.Bytes("Xy \t:" + value + "\r\n"));
            if (header.Count != 1 || header[0].Raw.Length != value.Length + 7)
            {
                continue;
            }

            count++;
            Assert.Equal(PlainCanonicalization.RelaxedField("Xy:" + value + "\r\n"), Canonical(SignatureCanonicalization.Relaxed, header[0]));
            Assert.Equal("Xy \t:" + value + "\r\n", Canonical(SignatureCanonicalization.Simple, header[0]));
        }

        Assert.InRange(count, 2000, 3906);
    }

    // The neighbors of white space among the octets are text.
    [Fact]
    public void Every_octet_in_a_value_stays_but_white_space()
    {
        for (var octet = 0; octet < 256; octet++)
        {
            if (octet is '\n' or '\r')
            {
                continue;
            }

            var c = (char)octet;
            foreach (var value in (string[])[$"{c}", $"a{c}b", $"{c}{c}", $"a{c}{c}b", $"a {c}", $"{c} a", $"a{c}\r\n b", $"a\r\n {c}b"])
            {
                Assert.Equal(PlainCanonicalization.RelaxedField($"X:{value}\r\n"), Canonical(SignatureCanonicalization.Relaxed, Field($"X:{value}\r\n")));
            }
        }
    }

    [Fact]
    public void Every_name_is_in_lower_case()
    {
        for (var c = '!'; c <= '~'; c++)
        {
            if (c != ':')
            {
                Assert.Equal($"a{char.ToLowerInvariant(c)}:x\r\n", Canonical(SignatureCanonicalization.Relaxed, Field($"A{c} : x\r\n")));
            }
        }
    }

    // The buffer has 4,096 octets at first, then twice as many, or what one field needs.
    [Theory]
    [InlineData("relaxed")]
    [InlineData("simple")]
    public void Fields_of_every_length_fit(string word)
    {
        var canonicalization = Enum.Parse<SignatureCanonicalization>(word, ignoreCase: true);
        var small = Field("b:x\r\n");
        var open = Field("b:x");
        foreach (var length in Enumerable.Range(4080, 20).Concat(Enumerable.Range(8180, 16)).Concat([16_384, 20_000, 70_000]))
        {
            var text = "a:" + new string('y', length - 4) + "\r\n";
            var (whole, cut) = (Field(text), Field(text[..^2]));
            Assert.Equal(text, Canonical(canonicalization, whole));
            Assert.Equal(text, Canonical(canonicalization, cut));
            Assert.Equal(text + "b:x\r\n" + text + "b:x\r\n", Canonical(canonicalization, whole, small, cut, open));
            Assert.Equal("b:x\r\n" + text + "b:x\r\n", Canonical(canonicalization, small, cut, small));

            using var signed = new CanonicalHeader(canonicalization);
            signed.Append(small);
            signed.AppendSignature(Field("a:b=AAAA;c=" + new string('y', length) + "\r\n"));
            Assert.Equal("b:x\r\na:b=;c=" + new string('y', length), Encoding.ASCII.GetString(signed.Written));
        }
    }

    // A field that another instance of the name follows above, the signature's own between them.
    [Fact]
    public void Each_signature_selects_anew()
    {
        using var fields = new HeaderFieldIndex(HeaderBlock.Parse("A:1\r\nS:2\r\nA:3\r\nB:4\r\n\r\n"u8.ToArray()));
        using var canonical = new CanonicalHeader(SignatureCanonicalization.Relaxed);
        canonical.AppendSelected(fields, ["a", "s", "b", "a", "a"], 1);
        Assert.Equal("a:3\r\nb:4\r\na:1\r\n", Encoding.ASCII.GetString(canonical.Written));
        canonical.AppendSelected(fields, ["a"], 1);
        Assert.Equal("a:3\r\nb:4\r\na:1\r\na:3\r\n", Encoding.ASCII.GetString(canonical.Written));
        canonical.Clear();
        Assert.Equal(0, canonical.Written.Length);
        canonical.AppendSelected(fields, ["s", "b"], 0);
        Assert.Equal("s:2\r\nb:4\r\n", Encoding.ASCII.GetString(canonical.Written));

        var hash = new byte[32];
        canonical.Hash(SignatureHash.Sha256, hash);
        Assert.Equal(SHA256.HashData("s:2\r\nb:4\r\n"u8), hash);
    }

    private static string Canonical(SignatureCanonicalization canonicalization, params ReadOnlySpan<HeaderField> fields)
    {
        using var canonical = new CanonicalHeader(canonicalization);
        foreach (var field in fields)
        {
            canonical.Append(field);
        }

        return Encoding.Latin1.GetString(canonical.Written);
    }

    private static HeaderField Field(string text)
    {
        var header = HeaderBlock.Parse(TestSigner.Bytes(text));
        Assert.Equal(1, header.Count);
        return header[0];
    }
}
