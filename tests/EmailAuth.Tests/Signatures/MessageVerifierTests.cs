using System.Buffers;
using System.IO.Pipelines;
using EmailAuth.Dns;
using EmailAuth.Messages;
using EmailAuth.Signatures;
using EmailAuth.Syntax;
using EmailAuth.Tests.Dkim;
using Xunit;

namespace EmailAuth.Tests.Signatures;

/// <summary>How a message reaches a verification, in each of the forms in which it comes, and what is released when it is over.</summary>
public class MessageVerifierTests
{
    private const string Text = "From: 1\r\nB: 2\r\n\r\nbody\r\nend\r\n";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Each_form_of_a_message_is_verified_alike(bool isLate)
    {
        foreach (var (text, expected) in ((string, string)[])[(Text, "2 fields, 11 octets"), (Text.ReplaceLineEndings("\n"), "2 fields, 11 octets"), ("\r\nx", "0 fields, 3 octets"), ("A: 1", "1 fields, 2 octets"), ("", "0 fields, 2 octets")])
        {
            var octets = TestSigner.Bytes(text);
            foreach (var verify in (Func<MessageVerifier<string>, ValueTask<string>>[])
            [
                verifier => verifier.VerifyAsync(octets.AsMemory(), Token),
                verifier => verifier.VerifyAsync(new ReadOnlySequence<byte>(octets), Token),
                verifier => verifier.VerifyAsync(new ChunkedStream(octets, 3), Token),
                verifier => verifier.VerifyAsync(PipeReader.Create(new MemoryStream(octets)), Token),
                verifier => verifier.FeedAsync(
                    feed =>
                    {
                        foreach (var octet in octets)
                        {
                            feed.Append((byte[])[octet]);
                        }

                        return ValueTask.CompletedTask;
                    },
                    Token),
            ])
            {
                var begun = new Verifications(isLate);
                Assert.Equal(expected, await verify(begun.Verifier()));
                Assert.Equal((1, 1), (begun.Begun, begun.Completed));
                Assert.True(begun.Asked.IsCancellationRequested, text);
                Assert.Throws<IndexOutOfRangeException>(() => begun.Last!.Fields.CountOf("a"));
            }
        }
    }

    [Fact]
    public async Task A_cancelled_verification_does_not_begin()
    {
        using var cancelled = new CancellationTokenSource();
        await cancelled.CancelAsync();
        var begun = new Verifications(false);
        var verifier = begun.Verifier();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await verifier.VerifyAsync(TestSigner.Bytes(Text).AsMemory(), cancelled.Token));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await verifier.VerifyAsync(new ReadOnlySequence<byte>(TestSigner.Bytes(Text)), cancelled.Token));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await verifier.VerifyAsync(new MemoryStream(), cancelled.Token));
        var fed = 0;
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await verifier.FeedAsync(_ => ValueTask.FromException(new InvalidDataException($"{++fed}")), cancelled.Token));
        Assert.Equal((0, 0), (begun.Begun, fed));
    }

    // A header beyond its limit has no body that could be found.
    [Fact]
    public async Task Behind_a_header_beyond_its_limit_nothing_is_hashed()
    {
        var text = string.Concat(Enumerable.Repeat("A: 1\r\n", 17)) + "\r\nbody\r\n";
        var begun = new Verifications(false);
        var verifier = begun.Verifier(new MessageLimits { MaxHeaderFields = 16 });
        Assert.Equal("16 fields, 2 octets", await verifier.VerifyAsync(TestSigner.Bytes(text).AsMemory(), Token));
        Assert.Equal("16 fields, 2 octets", await verifier.VerifyAsync(new ReadOnlySequence<byte>(TestSigner.Bytes(text)), Token));
    }

    [Fact]
    public async Task What_a_form_throws_comes_out()
    {
        var begun = new Verifications(false);
        await Assert.ThrowsAsync<InvalidDataException>(async () => await begun.Verifier().FeedAsync(_ => throw new InvalidDataException(), Token));
        Assert.Equal(0, begun.Begun);
    }

    // All that a verification is asked for, counted.
    private sealed class Verifications(bool isLate) : IDnsResolver
    {
        private SignedMessage? _message;

        public int Begun { get; private set; }

        public int Completed { get; private set; }

        public SignedMessage? Last => _message;

        public MessageVerifier<string> Verifier(MessageLimits? limits = null) => new(this, TimeProvider.System, limits ?? MessageLimits.Default, Begin);

        // Of a question that nobody answers before it is given up.
        public CancellationToken Asked { get; private set; }

        public async ValueTask<DnsResponse> QueryAsync(DnsQuestion question, CancellationToken cancellationToken)
        {
            Asked = cancellationToken;
            await Task.Delay(Timeout.Infinite, cancellationToken);
            return DnsResponse.NoData();
        }

        private Verification Begin(SignedMessage message)
        {
            Begun++;
            _message = message;
            message.Dns.Begin(DnsPurpose.DkimKeys, 1).Prefetch(new DnsQuestion(DomainName.Parse("example.com").Value!, DnsRecordType.Txt), isNeeded: true);
            return new Verification(this, message, isLate);
        }

        private sealed class Verification(Verifications owner, SignedMessage message, bool isLate) : ISignatureVerification<string>
        {
            private readonly BodyHash _hash = message.Body.Request(SignatureCanonicalization.Simple, SignatureHash.Sha256, null);

            public async ValueTask<string> CompleteAsync(CancellationToken cancellationToken)
            {
                if (isLate)
                {
                    await Task.Yield();
                }

                owner.Completed++;
                return $"{message.Header.Count} fields, {_hash.CanonicalLength} octets";
            }
        }
    }
}
