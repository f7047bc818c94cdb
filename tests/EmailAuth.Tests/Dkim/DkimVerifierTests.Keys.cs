using System.Text;
using EmailAuth.Dkim;
using EmailAuth.Signatures;
using EmailAuth.Tests.TestSupport;
using Xunit;

namespace EmailAuth.Tests.Dkim;

/// <summary>Which keys a signature is verified with, and which are refused.</summary>
public partial class DkimVerifierTests
{
    [Theory]
    [InlineData("", true)]
    [InlineData(" i=joe@example.com;", true)]
    [InlineData(" i=joe@sub.example.com;", false)]
    public async Task A_key_with_t_s_wants_the_very_domain(string identity, bool passes)
    {
        var result = await Verify(Signer.Sign(Text, more: identity), Signer.Resolver(Signer.Record + "; t=s"));
        Assert.Equal(passes ? SignatureResultCode.Pass : SignatureResultCode.PermError, result.Code);
        if (!passes)
        {
            Assert.Contains("t=s", result.Reason, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_testing_key_is_flagged()
    {
        var result = await Verify(Signer.Sign(Text), Signer.Resolver(Signer.Record + "; t=y"));
        AssertPass(result);
        Assert.True(result.IsTesting);
        Assert.Equal("2048-bit key, testing key t=y counted", result.ToMethodResult().Comment);
    }

    [Fact]
    public async Task A_testing_key_is_ignored_when_the_operator_says_so()
    {
        var ignore = new DkimOptions { TestingKeys = TestingKeys.Ignore };
        var testing = Signer.Resolver(Signer.Record + "; t=y");
        var ignored = await Verify(Signer.Sign(Text), testing, ignore);
        Assert.Equal((SignatureResultCode.Policy, true), (ignored.Code, ignored.IsTesting));
        Assert.Contains("t=y", ignored.Reason, StringComparison.Ordinal);
        Assert.Equal("2048-bit key, testing key t=y", ignored.ToMethodResult().Comment);

        // RFC 6376 section 3.6.1: "even should the signature fail to verify": what does not hold is no better than it was.
        Assert.Equal(SignatureResultCode.Fail, (await Verify(DkimSamples.Replace(Signer.Sign(Text), "see you", "see me"), testing, ignore)).Code);
        AssertPass(await Verify(Signer.Sign(Text), Signer.Resolver(), ignore));
        Assert.Throws<ArgumentOutOfRangeException>(() => new DkimOptions { TestingKeys = (TestingKeys)2 });
    }

    [Theory]
    [InlineData("v=DKIM1; k=rsa; p=", "revoked")]
    [InlineData("v=DKIM1.0; k=rsa; p={p}", "v= is not DKIM1")]
    [InlineData("k=rsa; v=DKIM1; p={p}", "v= is not the first")]
    [InlineData("v=DKIM1; k=ed25519; p={p}", "k= does not fit")]
    [InlineData("v=DKIM1; k=dsa; p={p}", "k= does not fit")]
    [InlineData("v=DKIM1; h=sha1; p={p}", "h= does not admit")]
    [InlineData("v=DKIM1; h=; p={p}", "h= does not admit")]
    [InlineData("v=DKIM1; s=chat; p={p}", "s= does not admit")]
    [InlineData("v=DKIM1; p={p}; p={p}", "more than once")]
    [InlineData("V=DKIM1; K=rsa; P={p}", "p= is missing")]
    [InlineData("v=DKIM1; p=AAAA", "not an RSA public key")]
    [InlineData("v=DKIM1; p={p}AAAA", "not an RSA public key")] // octets after the key
    [InlineData("some text", "malformed")]
    public async Task An_unfit_key_record_is_a_permerror_that_says_why(string record, string reason)
    {
        var result = await Verify(Signer.Sign(Text), Signer.Resolver(record.Replace("{p}", Signer.PublicKey, StringComparison.Ordinal)));
        Assert.Equal(SignatureResultCode.PermError, result.Code);
        Assert.Contains(reason, result.Reason, StringComparison.Ordinal);
        Assert.Contains("s._domainkey.example.com", result.Reason, StringComparison.Ordinal);
        Assert.Equal((DkimCheck.NotChecked, DkimCheck.NotChecked), (result.HeaderCheck, result.BodyCheck));
    }

    // RFC 8460 section 3: such a key signs reports and no mail.
    [Theory]
    [InlineData("v=DKIM1; s=tlsrpt; p={p}", false, true)]
    [InlineData("v=DKIM1; s=other; p={p}", false, false)]
    public async Task A_key_that_is_not_for_mail_says_whether_it_is_for_reports(string record, bool isForMail, bool isForReports)
    {
        var result = await Verify(Signer.Sign(Text), Signer.Resolver(record.Replace("{p}", Signer.PublicKey, StringComparison.Ordinal)));
        Assert.Equal((SignatureResultCode.PermError, isForMail, isForReports), (result.Code, result.IsKeyForMail, result.IsKeyForTlsReports));
    }

    [Theory]
    [InlineData("p={p}")]
    [InlineData("k=rsa; p={p}")]
    [InlineData("v=DKIM1; p={p}")]
    [InlineData("v=DKIM1; h=sha256; k=rsa; s=email; p={p};")]
    [InlineData("v=DKIM1; h=sha1:sha256:other; s=*; n=a note; p={p}")]
    public async Task A_fit_key_record_in_any_form_verifies(string record)
    {
        var key = Signer.PublicKey;
        foreach (var written in new[] { key, key.Insert(64, " ").Insert(30, "\t "), key + " ", key.TrimEnd('='), Convert.ToBase64String(Signer.RsaKey.ExportRSAPublicKey()) })
        {
            AssertPass(await Verify(Signer.Sign(Text), Signer.Resolver(record.Replace("{p}", written, StringComparison.Ordinal))));
        }
    }

    [Fact]
    public async Task Two_records_are_a_permerror_though_one_fits()
    {
        var result = await Verify(Signer.Sign(Text), TestSigner.ResolverOf(Signer.Record, "v=DKIM1; p="));
        Assert.Equal(SignatureResultCode.PermError, result.Code);
        Assert.Contains("2 TXT records", result.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task No_key_is_a_permerror_and_no_answer_a_temperror()
    {
        var message = Signer.Sign(Text);
        var absent = await Verify(message, new ZoneResolver(new Zone()));
        Assert.Equal(SignatureResultCode.PermError, absent.Code);
        Assert.Contains("no key for the signature", absent.Reason, StringComparison.Ordinal);
        var noData = await Verify(message, new ZoneResolver(new Zone().Add("s._domainkey.example.com", ZoneEntryKind.A, "192.0.2.1")));
        Assert.Equal(SignatureResultCode.PermError, noData.Code);
        var slow = await Verify(message, new ZoneResolver(new Zone().Add("s._domainkey.example.com", ZoneEntryKind.Timeout)));
        Assert.Equal(SignatureResultCode.TempError, slow.Code);
        Assert.Equal("example.com", slow.Domain?.ToString());
    }

    [Fact]
    public async Task A_key_behind_an_alias_is_found()
    {
        var zone = new Zone().Add("s._domainkey.example.com", ZoneEntryKind.CName, "k1.mailer.example").Add("k1.mailer.example", ZoneEntryKind.Txt, Signer.Record);
        AssertPass(await Verify(Signer.Sign(Text), new ZoneResolver(zone)));
    }

    [Fact]
    public async Task Rsa_sha1_is_recognised_and_refused_but_for_archives()
    {
        var message = Signer.Sign(Text, sha1: true);
        var refused = await Verify(message, Signer.Resolver());
        Assert.Equal(SignatureResultCode.PermError, refused.Code);
        Assert.Contains("RFC 8301", refused.Reason, StringComparison.Ordinal);
        Assert.Equal(SignatureAlgorithm.RsaSha1, refused.Signature?.Algorithm);

        AssertPass(await Verify(message, Signer.Resolver(), ArchiveOptions.Dkim));
        AssertHalves(await Verify(DkimSamples.Replace(message, "see you", "never"), Signer.Resolver(), ArchiveOptions.Dkim), header: true, body: false);
    }

    [Theory]
    [InlineData(512, false, true)]
    [InlineData(768, false, true)]
    [InlineData(1016, false, true)]
    [InlineData(1024, true, true)]
    [InlineData(4096, true, true)]
    public async Task Short_rsa_keys_are_refused_but_for_archives(int bits, bool passes, bool passesInArchives)
    {
        var signer = TestSigner.Rsa(bits);
        var message = signer.Sign(Text);
        var result = await Verify(message, signer.Resolver());
        Assert.Equal(passes ? SignatureResultCode.Pass : SignatureResultCode.PermError, result.Code);
        Assert.Equal(bits, result.KeyBits);
        Assert.Equal(passesInArchives ? SignatureResultCode.Pass : SignatureResultCode.PermError, (await Verify(message, signer.Resolver(), ArchiveOptions.Dkim)).Code);
    }

    [Fact]
    public async Task Huge_rsa_keys_and_exponents_are_refused_before_any_arithmetic()
    {
        var message = Signer.Sign(Text);
        var huge = await Verify(message, TestSigner.ResolverOf("p=" + Convert.ToBase64String(RsaKeyBytes(2048, [1, 0, 1]))));
        Assert.Equal(SignatureResultCode.PermError, huge.Code);
        Assert.Equal(16384, huge.KeyBits);
        Assert.Contains("at most 8192", huge.Reason, StringComparison.Ordinal);

        var wide = await Verify(message, TestSigner.ResolverOf("p=" + Convert.ToBase64String(RsaKeyBytes(256, [1, 0, 0, 0, 1, 1]))));
        Assert.Equal(SignatureResultCode.PermError, wide.Code);
        Assert.Contains("exponent", wide.Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("0000000000000000000000000000000000000000000000000000000000000000")] // y = 0: order 4
    [InlineData("0100000000000000000000000000000000000000000000000000000000000000")] // the neutral point
    [InlineData("ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f")] // order 2
    [InlineData("26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05")] // order 8
    [InlineData("c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a")] // order 8
    [InlineData("0200000000000000000000000000000000000000000000000000000000000000")] // not on the curve
    [InlineData("01")] // too short
    public async Task Ed25519_points_of_low_order_are_refused(string octets)
    {
        var result = await Verify(TestSigner.Ed25519.Sign(Text), TestSigner.ResolverOf("k=ed25519; p=" + Convert.ToBase64String(Convert.FromHexString(octets))));
        Assert.Equal(SignatureResultCode.PermError, result.Code);
        Assert.Contains("malformed", result.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Each_key_name_is_asked_for_once_and_all_at_once()
    {
        var text = Encoding.Latin1.GetString(Signer.Sign(Text));
        var field = text[..text.IndexOf("From:", StringComparison.Ordinal)];
        var resolver = ScriptedResolver.Held(Signer.Resolver());
        var message = TestSigner.Bytes(field + field.Replace("s=s", "s=other", StringComparison.Ordinal) + field + text);
        var pending = new DkimVerifier(resolver).VerifyAsync(message, Cancellation);
        Assert.False(pending.IsCompleted);
        Assert.Equal(["s._domainkey.example.com", "other._domainkey.example.com"], resolver.Names.Order(StringComparer.Ordinal).Reverse());
        resolver.AnswerRound();
        var results = await pending;
        Assert.Equal(
            [SignatureResultCode.Pass, SignatureResultCode.PermError, SignatureResultCode.Pass, SignatureResultCode.Pass], results.Signatures.Select(result => result.Code));
    }

    // An RSAPublicKey whose modulus has that many octets, all ones.
    private static byte[] RsaKeyBytes(int modulusOctets, byte[] exponent)
    {
        var writer = new System.Formats.Asn1.AsnWriter(System.Formats.Asn1.AsnEncodingRules.DER);
        var modulus = new byte[modulusOctets];
        Array.Fill(modulus, (byte)0xff);
        using (writer.PushSequence())
        {
            writer.WriteIntegerUnsigned(modulus);
            writer.WriteIntegerUnsigned(exponent);
        }

        return writer.Encode();
    }
}
