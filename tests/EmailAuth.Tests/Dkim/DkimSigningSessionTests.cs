using System.Text;
using EmailAuth.Dkim;
using EmailAuth.Messages;
using EmailAuth.Signatures;
using EmailAuth.Syntax;
using Xunit;

namespace EmailAuth.Tests.Dkim;

/// <summary>A message that is signed as it leaves, field by field and cut anywhere.</summary>
public class DkimSigningSessionTests
{
    private static readonly DkimSigningIdentity Identity = new()
    {
        Domain = DomainName.Parse("example.com").Value!,
        Selector = "s",
        Key = PemSigningKey.Load(TestSigner.Rsa2048.Pem),
    };

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task What_it_signs_verifies(bool hasOptions)
    {
        var options = hasOptions ? new DkimSignerOptions { HeaderCanonicalization = SignatureCanonicalization.Simple } : null;
        using var session = new DkimSigningSession(options);
        session.AddHeaderField("From"u8, " a@example.com"u8);
        session.AddHeaderField("Subject"u8, " one"u8);
        session.EndOfHeaders();
        session.AppendBody("first line\r\nsec"u8);
        session.AppendBody("ond line\r\n"u8);
        var signing = await session.CompleteAsync(new DkimSigner([Identity], options), Token);

        Assert.Null(signing.Reason);
        Assert.Equal("example.com", session.Author.Domain?.ToString());
        var field = Assert.Single(signing.Fields);
        Assert.Contains(hasOptions ? "c=simple/relaxed" : "c=relaxed/relaxed", field, StringComparison.Ordinal);
        var message = Encoding.ASCII.GetBytes($"{field}\r\nFrom: a@example.com\r\nSubject: one\r\n\r\nfirst line\r\nsecond line\r\n");
        var result = Assert.Single((await new DkimVerifier(TestSigner.Rsa2048.Resolver()).VerifyAsync(message, Token)).Signatures);
        Assert.True(result.Code == SignatureResultCode.Pass, result.Reason);
    }

    [Fact]
    public async Task The_domain_of_a_user_identity_begins_behind_the_last_at_sign()
    {
        var identity = new DkimSigningIdentity { Domain = Identity.Domain, Selector = "s", Key = Identity.Key, UserIdentity = "\"a@b\"@news.example.com" };
        var message = "From: a@example.com\r\n\r\nx\r\n";
        var signing = await new DkimSigner([identity]).SignAsync(Encoding.ASCII.GetBytes(message), Token);
        var results = await new DkimVerifier(TestSigner.Rsa2048.Resolver()).VerifyAsync(Encoding.ASCII.GetBytes($"{signing.Fields[0]}\r\n{message}"), Token);
        Assert.Equal("\"a@b\"@news.example.com", Assert.Single(results.Signatures).Signature!.Identity);
    }

    [Fact]
    public async Task A_call_out_of_order_is_the_callers_mistake()
    {
        var signer = new DkimSigner([Identity]);
        using var session = new DkimSigningSession();
        Assert.Throws<InvalidOperationException>(() => session.Author);
        Assert.Throws<InvalidOperationException>(() => session.AppendBody("x"u8));
        await Assert.ThrowsAsync<InvalidOperationException>(async () => await session.CompleteAsync(signer, Token));
        session.AddHeaderField("From"u8, " a@example.com"u8);
        session.EndOfHeaders();
        Assert.Throws<InvalidOperationException>(() => session.AddHeaderField("From"u8, " b@example.com"u8));
        Assert.Throws<InvalidOperationException>(session.EndOfHeaders);
        await Assert.ThrowsAsync<ArgumentNullException>(async () => await session.CompleteAsync(null!, Token));
        await Assert.ThrowsAsync<ArgumentException>(async () => await session.CompleteAsync(new DkimSigner([Identity], new DkimSignerOptions { Lifetime = TimeSpan.FromDays(1) }), Token));
        session.AppendBody("x\r\n"u8);
        Assert.Null((await session.CompleteAsync(signer, Token)).Reason);
        Assert.Throws<InvalidOperationException>(() => session.AppendBody("x"u8));
        await Assert.ThrowsAsync<InvalidOperationException>(async () => await session.CompleteAsync(signer, Token));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_session_that_was_disposed_of_takes_nothing_more(bool hasHeader)
    {
        var session = new DkimSigningSession();
        session.AddHeaderField("From"u8, " a@example.com"u8);
        if (hasHeader)
        {
            session.EndOfHeaders();
        }

        session.Dispose();
        session.Dispose();
        Assert.Throws<ObjectDisposedException>(() => session.AddHeaderField("Subject"u8, " b"u8));
        Assert.Throws<ObjectDisposedException>(() => session.EndOfHeaders());
        Assert.Throws<ObjectDisposedException>(() => session.AppendBody("x"u8));
        await Assert.ThrowsAsync<ObjectDisposedException>(async () => await session.CompleteAsync(new DkimSigner([Identity]), Token));
    }

    [Fact]
    public async Task Options_that_say_the_same_are_the_same()
    {
        using var session = new DkimSigningSession(new DkimSignerOptions { FieldNames = ["From", "To"] });
        session.AddHeaderField("From"u8, " a@example.com"u8);
        session.EndOfHeaders();
        Assert.Null((await session.CompleteAsync(new DkimSigner([Identity], new DkimSignerOptions { FieldNames = ["from", "to"] }), Token)).Reason);
    }

    [Fact]
    public void Options_differ_in_any_of_their_values()
    {
        var plain = new DkimSignerOptions();
        Assert.Equal((plain, plain.GetHashCode()), (new DkimSignerOptions(), new DkimSignerOptions().GetHashCode()));
        DkimSignerOptions[] others =
        [
            plain with { HeaderCanonicalization = SignatureCanonicalization.Simple },
            plain with { BodyCanonicalization = SignatureCanonicalization.Simple },
            plain with { WritesTime = false },
            plain with { Lifetime = TimeSpan.FromDays(1) },
            plain with { MessageLimits = new MessageLimits { MaxHeaderFields = 16 } },
            plain with { FieldNames = ["from"] },
            plain with { OversignedFieldNames = ["from"] },
        ];

        // Each value that can be chosen is among them.
        Assert.Equal(typeof(DkimSignerOptions).GetProperties().Count(static property => property.SetMethod is not null), others.Length);
        Assert.All(others, other => Assert.NotEqual(plain, other));
    }

    // As many fields as need more room than the first array has, and one past each limit.
    [Fact]
    public void A_header_of_any_number_of_fields_is_built_as_it_would_be_read()
    {
        var limits = new MessageLimits { MaxHeaderBytes = 1024, MaxHeaderFields = 70 };
        foreach (var (count, length, reason) in ((int, int, string?)[])[(33, 1, null), (70, 1, null), (71, 1, "the header has more than 70 fields (MaxHeaderFields)"), (32, 26, null), (32, 27, "the header has more than 1024 bytes (MaxHeaderBytes)")])
        {
            using var builder = new HeaderBlockBuilder(limits);
            var text = new StringBuilder();
            for (var i = 0; i < count; i++)
            {
                var value = new string((char)('a' + (i % 26)), length);
                builder.Add("X-1"u8, Encoding.ASCII.GetBytes(value));
                text.Append("X-1:").Append(value).Append("\r\n");
            }

            var block = builder.Build();
            Assert.Equal(reason, block.LimitReason);
            Assert.Equal(HeaderBlock.Parse(Encoding.ASCII.GetBytes(text.ToString()), limits).LimitReason, block.LimitReason);
            if (reason is null)
            {
                Assert.Equal(text.ToString(), string.Concat(Enumerable.Range(0, block.Count).Select(i => block[i].ToString())));
            }
        }
    }
}
