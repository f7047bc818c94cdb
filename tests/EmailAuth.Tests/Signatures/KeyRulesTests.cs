using EmailAuth.Dkim;
using EmailAuth.Dns;
using EmailAuth.Signatures;
using EmailAuth.Syntax;
using EmailAuth.Tests.Dkim;
using Xunit;

namespace EmailAuth.Tests.Signatures;

/// <summary>Each answer to a question for a key and each rule for the key in it, with the whole verdict (RFC 6376 section 6.1.2, RFC 8301 section 3).</summary>
public class KeyRulesTests
{
    private const string Name = "s._domainkey.example.com";

    private static readonly string Rsa = TestSigner.Rsa2048.PublicKey;
    private static readonly string Edwards = TestSigner.Ed25519.PublicKey;

    public static TheoryData<string, string, string> Records => new()
    {
        { "p={rsa}", "rsa-sha256", "Pass 2048" },
        { "v=DKIM1; k=rsa; h=sha256; s=email; p={rsa}", "rsa-sha256", "Pass 2048" },
        { "k=RSA; h=SHA256; s=EMAIL; p={rsa}", "rsa-sha256", "Pass 2048" },
        { "h=sha1:sha256; s=*; p={rsa}", "rsa-sha256", "Pass 2048" },
        { "k=ed25519; p={edwards}", "ed25519-sha256", "Pass 256" },
        { "p={rsa}", "ed25519-sha256", "PermError 2048 KeyTypeMismatch the key record's k= does not fit a=ed25519-sha256 (RFC 6376 section 6.1.2)" },
        { "k=ed25519; p={edwards}", "rsa-sha256", "PermError 256 KeyTypeMismatch the key record's k= does not fit a=rsa-sha256 (RFC 6376 section 6.1.2)" },
        { "k=x; p=AAAA", "rsa-sha256", "PermError KeyTypeMismatch the key record's k= does not fit a=rsa-sha256 (RFC 6376 section 6.1.2)" },
        { "k=x; p=", "rsa-sha256", "PermError KeyRevoked the key is revoked: p= is empty (RFC 6376 section 3.6.1)" },
        { "p=", "rsa-sha256", "PermError KeyRevoked the key is revoked: p= is empty (RFC 6376 section 3.6.1)" },
        { "h=sha1; p={rsa}", "rsa-sha256", "PermError 2048 KeyHashRefused the key record's h= does not admit the hash of a=rsa-sha256 (RFC 6376 section 6.1.2)" },
        { "h=; p={rsa}", "rsa-sha256", "PermError 2048 KeyHashRefused the key record's h= does not admit the hash of a=rsa-sha256 (RFC 6376 section 6.1.2)" },
        { "h=sha1; p={rsa}", "rsa-sha1", "Pass 2048" },
        { "h=sha256; p={rsa}", "rsa-sha1", "PermError 2048 KeyHashRefused the key record's h= does not admit the hash of a=rsa-sha1 (RFC 6376 section 6.1.2)" },
        { "s=tlsrpt; p={rsa}", "rsa-sha256", "PermError 2048 KeyNotForMail the key record's s= does not admit mail (RFC 6376 section 3.6.1)" },
        { "s=; p={rsa}", "rsa-sha256", "PermError 2048 KeyNotForMail the key record's s= does not admit mail (RFC 6376 section 3.6.1)" },
        { "s=tlsrpt:email; p={rsa}", "rsa-sha256", "Pass 2048" },
        { "p=AAAA", "rsa-sha256", "PermError KeySyntax the key record is malformed: p= is not an RSA public key (RFC 6376 section 3.6.1)" },
        { "k=ed25519; p=AAAA", "ed25519-sha256", "PermError KeySyntax the key record is malformed: p= holds 3 octets where an Ed25519 key has 32 (RFC 8463 section 4)" },
        { "k=rsa", "rsa-sha256", "PermError KeySyntax the key record is malformed: the required tag p= is missing (RFC 6376 section 3.6.1)" },
        { "h=sha1; s=x; p=AAAA", "rsa-sha256", "PermError KeyHashRefused the key record's h= does not admit the hash of a=rsa-sha256 (RFC 6376 section 6.1.2)" },
        { "s=x; p=AAAA", "rsa-sha256", "PermError KeyNotForMail the key record's s= does not admit mail (RFC 6376 section 3.6.1)" },
    };

    [Theory]
    [MemberData(nameof(Records))]
    public void Each_record_has_its_verdict(string record, string algorithm, string expected)
    {
        record = record.Replace("{rsa}", Rsa, StringComparison.Ordinal).Replace("{edwards}", Edwards, StringComparison.Ordinal);
        Assert.Equal(expected, Shown(Judge(DnsResponse.OfTexts([record]), algorithm)));
    }

    [Fact]
    public void A_key_for_reports_of_TLS_is_admitted_where_options_say_so()
    {
        var options = new DkimOptions { AcceptTlsReportKeys = true };
        Assert.Equal("Pass 2048", Shown(Judge(DnsResponse.OfTexts([$"s=tlsrpt; p={Rsa}"]), options: options)));
        Assert.Equal("Pass 2048", Shown(Judge(DnsResponse.OfTexts([$"p={Rsa}"]), options: options)));
        Assert.StartsWith("PermError 2048 KeyNotForMail ", Shown(Judge(DnsResponse.OfTexts([$"s=x; p={Rsa}"]), options: options)), StringComparison.Ordinal);
    }

    [Fact]
    public void Answers_without_one_record_have_no_key()
    {
        Assert.Equal(
            $"TempError DnsFailure the key at {Name} could not be fetched: SERVFAIL (RFC 6376 section 6.1.2)", Shown(Judge(DnsResponse.Failed(DnsFailure.ServerFailure)), false));
        foreach (var response in (DnsResponse[])[DnsResponse.NoData(), DnsResponse.NameError()])
        {
            Assert.Equal($"PermError NoKey no key for the signature: there is no TXT record at {Name} (RFC 6376 section 6.1.2)", Shown(Judge(response), false));
        }

        foreach (var count in (int[])[2, 3])
        {
            Assert.Equal(
                $"PermError SeveralKeys {count} TXT records at {Name} where one key record must be (RFC 6376 section 3.6.2.2)",
                Shown(Judge(DnsResponse.OfTexts([.. Enumerable.Repeat("p=" + Rsa, count)])), false));
        }
    }

    [Theory]
    [InlineData(1023, 1024, 8192, "KeyTooShort the RSA key has 1023 bits where at least 1024 are required (RFC 8301 section 3.2)")]
    [InlineData(1024, 1024, 8192, null)]
    [InlineData(1025, 1024, 8192, null)]
    [InlineData(2047, 2048, 8192, "KeyTooShort the RSA key has 2047 bits where at least 2048 are required (RFC 8301 section 3.2)")]
    [InlineData(8191, 1024, 8192, null)]
    [InlineData(8192, 1024, 8192, null)]
    [InlineData(8193, 1024, 8192, "KeyTooLong the RSA key has 8193 bits where at most 8192 are accepted (MaxRsaBits)")]
    [InlineData(2049, 1024, 2048, "KeyTooLong the RSA key has 2049 bits where at most 2048 are accepted (MaxRsaBits)")]
    public void A_size_is_accepted_between_the_limits(int bits, int least, int most, string? expected)
    {
        var options = new SignatureOptions { MinRsaBits = least, MaxRsaBits = most };
        var fault = SignatureAlgorithm.RsaSha256.KeyType.RefuseSize(bits, options);
        Assert.Equal(expected, fault is { } found ? $"{found.Reason} {found.Text}" : null);
        Assert.Null(SignatureAlgorithm.Ed25519Sha256.KeyType.RefuseSize(bits, options));

        byte[] modulus = [.. new byte[(bits + 7) / 8]];
        modulus[0] = (byte)(1 << ((bits - 1) % 8));
        modulus[^1] |= 1;
        var record = "p=" + Convert.ToBase64String(PublicKey(modulus));
        Assert.Equal(
            expected is null ? $"Pass {bits}" : $"PermError {bits} {expected}", Shown(Judge(DnsResponse.OfTexts([record]), options: options)));
    }

    [Fact]
    public void What_is_known_of_a_key_type_is_exact()
    {
        var (rsa, edwards) = (SignatureAlgorithm.RsaSha256.KeyType, SignatureAlgorithm.Ed25519Sha256.KeyType);
        Assert.Same(rsa, SignatureAlgorithm.RsaSha1.KeyType);
        Assert.Equal(("rsa", "RSA", 1024, true), (rsa.Name, rsa.Title, rsa.MinSigningBits, rsa.HasSizes));
        Assert.Equal(("ed25519", "Ed25519", 0, false), (edwards.Name, edwards.Title, edwards.MinSigningBits, edwards.HasSizes));
        Assert.Equal(0, edwards.MaxObjects(new SignatureOptions()));
        Assert.Equal(Math.Clamp(Environment.ProcessorCount, 2, 16), rsa.MaxObjects(new SignatureOptions { FastKeyImport = false }));
        Assert.Equal(EmailAuth.Cryptography.OpenSslRsa.IsUsable ? 1 : Math.Clamp(Environment.ProcessorCount, 2, 16), rsa.MaxObjects(new SignatureOptions()));
        Assert.Equal([rsa, edwards], AlgorithmTable.Default.KeyTypes);
        Assert.Equal([SignatureAlgorithm.RsaSha256, SignatureAlgorithm.Ed25519Sha256], AlgorithmTable.Default.Signing);
        Assert.Same(edwards, AlgorithmTable.Default.FindKeyType("ed25519"));
        Assert.Same(rsa, AlgorithmTable.Default.FindKeyType("rsa"));
        Assert.Null(AlgorithmTable.Default.FindKeyType("RSA"));
        Assert.Null(AlgorithmTable.Default.FindKeyType(""));
        Assert.Equal(("RSA", "RSA", "Ed25519", null), (KeyRecord.KeyTypeTitle("rsa"), KeyRecord.KeyTypeTitle("Rsa"), KeyRecord.KeyTypeTitle("ED25519"), KeyRecord.KeyTypeTitle("dsa")));
    }

    internal static byte[] PublicKey(byte[] modulus, params byte[] exponent)
    {
        byte[] number = (modulus[0] & 0x80) != 0 ? [0, .. modulus] : modulus;
        exponent = exponent.Length == 0 ? [1, 0, 1] : exponent;
        byte[] inside = [0x02, .. Length(number.Length), .. number, 0x02, (byte)exponent.Length, .. exponent];
        return [0x30, .. Length(inside.Length), .. inside];

        static byte[] Length(int length) => [0x82, (byte)(length >> 8), (byte)length];
    }

    private static KeyVerdict Judge(DnsResponse response, string algorithm = "rsa-sha256", SignatureOptions? options = null)
    {
        options ??= new SignatureOptions();
        return new KeyRules(options, new KeyCache(options)).Judge(DomainName.Parse(Name).Value!, response, AlgorithmTable.Default.Find(algorithm)!);
    }

    private static string Shown(KeyVerdict verdict, bool hasKey = true)
    {
        Assert.Equal(hasKey, verdict.Key is not null);
        var text = verdict.Fault?.Text;
        if (text is not null && hasKey)
        {
            Assert.EndsWith("; key at " + Name, text, StringComparison.Ordinal);
            text = text[..^("; key at " + Name).Length];
        }

        Assert.Equal(verdict.Fault?.Reason.Keyword(), verdict.Fault?.Word);
        return string.Join(' ', new[] { verdict.Code.ToString(), verdict.UnfitBits?.ToString(), verdict.Fault?.Reason.ToString(), text }.Where(static part => part is not null));
    }
}
