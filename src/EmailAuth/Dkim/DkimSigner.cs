using System.Buffers;
using System.Collections.Immutable;
using System.IO.Pipelines;
using System.Text;
using EmailAuth.Dns;
using EmailAuth.Messages;
using EmailAuth.Signatures;

namespace EmailAuth.Dkim;

/// <summary>
/// Signs messages (RFC 6376 section 5, RFC 8463): one signature of each identity, all in one pass over the message. The whole body is always
/// signed (<c>l=</c> is never written). Thread-safe.
/// </summary>
/// <remarks>
/// Sign last, after every change of the message, and sign only mail of senders that you know. A message that cannot be signed well is not signed, with the
/// reason (<see cref="DkimSigning.Reason"/>): no From field or several, a bare CR or LF in header or body, a NUL in the header, lines of more than 998
/// octets. A message with LF line ends (<see cref="LineEndings.AreLineFeeds"/>) is signed as it leaves, with CRLF.
/// </remarks>
/// <example>
/// <code>
/// using EmailAuth.Dkim;
/// using EmailAuth.Signatures;
/// using EmailAuth.Syntax;
///
/// using var key = PemSigningKey.Load(await File.ReadAllTextAsync("private-key.pem"));
/// var signer = new DkimSigner([new DkimSigningIdentity { Domain = DomainName.Parse("example.com").Value!, Selector = "s1", Key = key }]);
///
/// byte[] message = await File.ReadAllBytesAsync("message.eml");
/// DkimSigning signing = await signer.SignAsync(message);
/// Console.WriteLine(signing.Reason ?? signing.Fields[0]); // the fields go on top of the message
/// </code>
/// </example>
public sealed class DkimSigner
{
    private const int GoodRsaBits = 2048;
    private const int MostRsaBits = 4096;

    private readonly ImmutableArray<SigningIdentity> _signers;
    private readonly DkimSignerOptions _options;
    private readonly PublishedKey? _published;
    private readonly TimeProvider _time;

    /// <summary>Makes a signer.</summary>
    /// <param name="identities">In whose name it signs, at least one, each with a selector or domain of its own; the field of the first is the topmost.</param>
    /// <param name="options">What is signed and how, or null for <see cref="DkimSignerOptions.Default"/>.</param>
    /// <param name="resolver">
    /// Null, or a resolver with which the published record of each key is fetched: a message is not signed when the record does not verify its signature. The resolver
    /// should keep answers, as <see cref="StubResolver"/> does.
    /// </param>
    /// <param name="timeProvider">The clock, or null for the system's.</param>
    /// <exception cref="ArgumentException">
    /// There is no identity, two have the same domain and selector, a selector or user identity is not valid, or a key is of an unknown algorithm or is an RSA
    /// key of fewer than 1,024 bits (RFC 8301 section 3.2) or more than 8,192.
    /// </exception>
    public DkimSigner(
        ImmutableArray<DkimSigningIdentity> identities, DkimSignerOptions? options = null, IDnsResolver? resolver = null, TimeProvider? timeProvider = null)
    {
        if (identities.IsDefaultOrEmpty)
        {
            throw new ArgumentException("A signer needs an identity to sign for.", nameof(identities));
        }

        _signers = [.. identities.Select(identity => new SigningIdentity(identity))];
        if (_signers.GroupBy(static signer => signer.KeyName).FirstOrDefault(static same => same.Skip(1).Any()) is { } several)
        {
            throw new ArgumentException(
                $"Two identities sign with {several.Key}, where one key can be published: give each key a selector of its own (RFC 6376 section 3.6.2.2).", nameof(identities));
        }

        Warnings = [.. _signers.Select(Warning).OfType<string>()];
        _options = options ?? DkimSignerOptions.Default;
        _time = timeProvider ?? TimeProvider.System;
        _published = resolver is null ? null : new PublishedKey(resolver, _time);
    }

    /// <summary>What is signed and how.</summary>
    public DkimSignerOptions Options => _options;

    /// <summary>
    /// What is weak or unusual in its keys, a line for each: an RSA key of fewer than 2,048 or more than 4,096 bits; empty without such a key. Every signing
    /// repeats them.
    /// </summary>
    public ImmutableArray<string> Warnings { get; }

    /// <summary>Signs a message that is at hand.</summary>
    /// <param name="message">The message as it leaves.</param>
    /// <param name="cancellationToken">Ends the signing.</param>
    public ValueTask<DkimSigning> SignAsync(ReadOnlyMemory<byte> message, CancellationToken cancellationToken = default) =>
        SignAsync(new ReadOnlySequence<byte>(message), cancellationToken);

    /// <summary>Signs a message that is at hand in pieces. Nothing of its body is copied.</summary>
    /// <param name="message">The message as it leaves, cut anywhere.</param>
    /// <param name="cancellationToken">Ends the signing.</param>
    public ValueTask<DkimSigning> SignAsync(ReadOnlySequence<byte> message, CancellationToken cancellationToken = default) =>
        FeedAsync(
            feed =>
            {
                feed.Append(message);
                return ValueTask.CompletedTask;
            },
            cancellationToken);

    /// <summary>Signs a message as it is read. Nothing of its body is kept.</summary>
    /// <param name="message">The message as it leaves; read to its end and left open.</param>
    /// <param name="cancellationToken">Ends the signing.</param>
    public ValueTask<DkimSigning> SignAsync(Stream message, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(message);
        return FeedAsync(feed => feed.ReadAsync(message, cancellationToken), cancellationToken);
    }

    /// <summary>Signs a message that comes through a pipe. The body is not kept.</summary>
    /// <param name="message">
    /// The message as it leaves; read to its end and not completed. A read that is cancelled (<see cref="PipeReader.CancelPendingRead"/>)
    /// ends the signing with an <see cref="OperationCanceledException"/>.
    /// </param>
    /// <param name="cancellationToken">Ends the signing.</param>
    public ValueTask<DkimSigning> SignAsync(PipeReader message, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(message);
        return FeedAsync(feed => feed.ReadAsync(message, cancellationToken), cancellationToken);
    }

    /// <summary>Signs a message as something gives it piece by piece.</summary>
    internal async ValueTask<DkimSigning> FeedAsync(Func<MessageSplitter, ValueTask> fill, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        using var hashed = new HashedMessage(_options);
        using var feed = new MessageSplitter(_options.MessageLimits, hashed.Begin, hashed.AppendBody);
        await fill(feed).ConfigureAwait(false);
        feed.Complete();
        return await SignAsync(hashed, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Signs a message that has been hashed, if its options are those of this signer.</summary>
    /// <param name="message">The message.</param>
    /// <param name="cancellationToken">Ends the signing.</param>
    internal async ValueTask<DkimSigning> SignAsync(HashedMessage message, CancellationToken cancellationToken)
    {
        if (message.Complete() is { } fault)
        {
            return new DkimSigning { Fault = fault };
        }

        var fields = ImmutableArray.CreateBuilder<string>(_signers.Length);
        var warnings = Warnings;
        foreach (var signer in _signers)
        {
            var (unsigned, hash) = Prepare(signer, message.Fields!, message.BodyHash(signer.Algorithm.Hash));
            var signature = await signer.Key.SignAsync(hash, cancellationToken).ConfigureAwait(false);
            if (_published is not null)
            {
                var (mismatch, warning) = await _published.CheckAsync(signer, hash, signature, cancellationToken).ConfigureAwait(false);
                if (mismatch is not null)
                {
                    return new DkimSigning { Fault = new(DkimSigningReason.KeyMismatch, mismatch), Warnings = warnings };
                }

                warnings = warning is null ? warnings : warnings.Add(warning);
            }

            fields.Add(SignatureFieldText.Signed(unsigned, signature));
        }

        return new DkimSigning { Fields = fields.MoveToImmutable(), Warnings = warnings };
    }

    // The field up to the value of b=, and the hash of what is signed (RFC 6376 section 3.7).
    private (string Unsigned, byte[] Hash) Prepare(SigningIdentity signer, HeaderFieldIndex fields, ReadOnlySpan<byte> bodyHash)
    {
        var names = FieldsToSign.Of(fields, _options.FieldNames, Oversigned(fields));
        var now = _time.GetUtcNow();
        var text = new SignatureFieldText("DKIM-Signature")
            .Tag("v", "1")
            .Tag("a", signer.Algorithm.Name)
            .Tag("c", $"{_options.HeaderCanonicalization.Keyword()}/{_options.BodyCanonicalization.Keyword()}")
            .Tag("d", signer.Domain.ToString())
            .Tag("s", signer.Selector);
        if (signer.UserIdentity is { } user)
        {
            text.Pieces("i", user);
        }

        if (_options.WritesTime)
        {
            text.Tag("t", now.ToUnixTimeSeconds());
        }

        if (_options.Lifetime is { } lifetime)
        {
            // At the end of the calendar now and lifetime together are no time.
            text.Tag("x", now.ToUnixTimeSeconds() + (long)lifetime.TotalSeconds);
        }

        var unsigned = text.FieldNames(names).Tag("bh", Convert.ToBase64String(bodyHash)).Unsigned();
        var hash = new byte[signer.Algorithm.Hash.Length];
        using var canonical = new CanonicalHeader(_options.HeaderCanonicalization);
        canonical.AppendSelected(fields, names, except: -1);
        canonical.AppendSignature(HeaderBlock.Parse(Encoding.UTF8.GetBytes(unsigned + "\r\n"))[0]);
        canonical.Hash(signer.Algorithm.Hash, hash);
        return (unsigned, hash);
    }

    private static string? Warning(SigningIdentity signer) => !signer.Algorithm.KeyType.HasSizes ? null : signer.Key.Bits switch
    {
        < GoodRsaBits => $"the key {signer.KeyName} has {signer.Key.Bits} bits: {GoodRsaBits} or more should be used (RFC 8301 section 3.2)",
        > MostRsaBits => $"the key {signer.KeyName} has {signer.Key.Bits} bits: verifiers need not support more than {MostRsaBits} (RFC 8301 section 3.2)",
        _ => null,
    };

    private ImmutableArray<string> Oversigned(HeaderFieldIndex fields) =>
        _options.OversignedFieldNames.RemoveAll(name => name is "date" or "message-id" or "mime-version" && fields.CountOf(name) == 0);
}
