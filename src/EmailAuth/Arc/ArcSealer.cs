using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using EmailAuth.Cryptography;
using EmailAuth.Messages;
using EmailAuth.Results;
using EmailAuth.Signatures;
using EmailAuth.Syntax;

namespace EmailAuth.Arc;

/// <summary>
/// Adds a set to the chain of a message that is passed on (RFC 8617 section 5.1): what was found when it arrived, a signature over the
/// message as it leaves, and a seal over the chain. Thread-safe.
/// </summary>
/// <remarks>
/// The chain's status belongs to the message as it arrived: verify it with an <see cref="ArcVerifier"/> before anything of it is changed,
/// then hand in that result together with the message as it leaves. A message with LF line ends (<see cref="LineEndings.AreLineFeeds"/>) is
/// sealed as it leaves, with CRLF. A header with a bare CR or LF is not sealed, because hosts on the way may read other fields in it. A body with one
/// is: the message is somebody else's and travels on as it is, a host that repairs it would break an older set as well, and until then the set is of
/// use. What is sealed as found on arrival is what the caller hands in: of <see cref="ReadResults"/> and
/// <see cref="ReadTopmostResults"/> choose by whether forged fields are sure to have been removed.
/// </remarks>
/// <example>
/// <code>
/// using EmailAuth.Arc;
/// using EmailAuth.Dns;
/// using EmailAuth.Syntax;
///
/// using var sealer = new ArcSealer(
///     await File.ReadAllTextAsync("private-key.pem"),
///     new ArcSealerOptions { Domain = DomainName.Parse("forwarder.example").Value!, Selector = "s1" });
///
/// // The chain as it arrived, and what this host found then, as its own Authentication-Results field says.
/// byte[] message = await File.ReadAllBytesAsync("message.eml");
/// ArcResult arrived = await new ArcVerifier(new StubResolver()).VerifyAsync(message);
/// var results = ArcSealer.ReadTopmostResults(message, authservId: "mx.forwarder.example");
///
/// // The message as it leaves; here nothing of it was changed.
/// ArcSealing sealing = sealer.Seal(message, arrived, results);
/// foreach (string field in sealing.Fields) // they go on top of the message, in this order
/// {
///     Console.WriteLine(field);
/// }
/// </code>
/// </example>
public sealed class ArcSealer : IDisposable
{
    private const string Canonicalization = "relaxed/relaxed";

    // RFC 8617 section 4.1.2: existing signatures should be covered. Authentication-Results should not: later hosts remove them.
    private static readonly ImmutableArray<string> SealedNames = [.. FieldsToSign.Default, "dkim-signature"];

    // What the caller hands in may be longer than the header of a message that arrives.
    private static readonly MessageLimits Unlimited = new() { MaxHeaderBytes = int.MaxValue };

    private readonly ArcSealerOptions _options;
    private readonly TimeProvider _time;
    private readonly SigningKey _key;
    private readonly bool _ownsKey;
    private readonly string _selector;

    /// <summary>Makes a sealer.</summary>
    /// <param name="privateKey">The key in PEM: RSA of 1,024 to 8,192 bits (PKCS#1 or PKCS#8) or Ed25519 (PKCS#8, RFC 8410), not encrypted.
    /// RSA is what RFC 8617 knows and every verifier reads; several cannot verify an Ed25519 seal.</param>
    /// <param name="options">In whose name it seals.</param>
    /// <param name="timeProvider">The clock, or null for the system's.</param>
    /// <exception cref="ArgumentException">The key or the selector cannot be used.</exception>
    /// <exception cref="CryptographicException">OpenSSL is needed and cannot be loaded.</exception>
    public ArcSealer(string privateKey, ArcSealerOptions options, TimeProvider? timeProvider = null)
    {
        ArgumentNullException.ThrowIfNull(privateKey);
        ArgumentNullException.ThrowIfNull(options);
        (_options, _selector, _time) = (options, SelectorOf(options), timeProvider ?? TimeProvider.System);
        (_key, _ownsKey) = (Load(privateKey), true);
    }

    /// <summary>Makes a sealer with a key that was read before, as from a file that is encrypted with a passphrase.</summary>
    /// <param name="key">The key. The sealer does not dispose of it.</param>
    /// <param name="options">In whose name it seals.</param>
    /// <param name="timeProvider">The clock, or null for the system's.</param>
    /// <exception cref="ArgumentException">The selector cannot be used.</exception>
    public ArcSealer(PemSigningKey key, ArcSealerOptions options, TimeProvider? timeProvider = null)
    {
        ArgumentNullException.ThrowIfNull(key);
        ArgumentNullException.ThrowIfNull(options);
        (_options, _selector, _time) = (options, SelectorOf(options), timeProvider ?? TimeProvider.System);
        _key = key.Key;
    }

    /// <summary>
    /// What the message says that this host found: the results of all its Authentication-Results fields with an authserv-id, top first, as
    /// an ARC-Authentication-Results field records them (RFC 8617 section 4.1.1).
    /// </summary>
    /// <remarks>Only for mail whose forged fields were removed on arrival (RFC 8601 section 5). Fields that cannot be read are passed over.</remarks>
    /// <param name="message">The message.</param>
    /// <param name="authservId">The authserv-id, compared without case.</param>
    public static AuthenticationResults ReadResults(ReadOnlyMemory<byte> message, string authservId)
    {
        ArgumentException.ThrowIfNullOrEmpty(authservId);
        return ArcRecordedResults.Read(HeaderBlock.Parse(LineEndings.ToCrlf(message)), authservId);
    }

    /// <summary>
    /// The results of the topmost Authentication-Results field alone that claims an authserv-id: the one that the last host in that name put
    /// on top. Empty when that field cannot be read, and without such a field.
    /// </summary>
    /// <remarks>
    /// For messages whose forged fields may not have been removed on arrival: those are below. When this host itself did not add a field,
    /// the topmost may still be forged.
    /// </remarks>
    /// <param name="message">The message.</param>
    /// <param name="authservId">The authserv-id; a field claims it in any letter case, with comments, quotes or a version.</param>
    public static AuthenticationResults ReadTopmostResults(ReadOnlyMemory<byte> message, string authservId)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(authservId);
        return ArcRecordedResults.ReadTopmost(HeaderBlock.Parse(LineEndings.ToCrlf(message)), authservId);
    }

    /// <summary>Makes the set for a message that is at hand.</summary>
    /// <param name="message">The message as it leaves.</param>
    /// <param name="arrived">What an <see cref="ArcVerifier"/> said of the message as it arrived.</param>
    /// <param name="results">What was found when it arrived. The instance is set here.</param>
    /// <exception cref="ArgumentException"><paramref name="results"/> hold what cannot be written (<see cref="AuthenticationResultsWriter"/>).</exception>
    public ArcSealing Seal(ReadOnlyMemory<byte> message, ArcResult arrived, AuthenticationResults results)
    {
        using var run = new Run(_options.MessageLimits, _key.Algorithm.Hash, arrived, results);
        run.Feed.Append(message.Span);
        return Seal(run);
    }

    /// <summary>Makes the set for a message as it is read. Nothing of its body is kept.</summary>
    /// <param name="message">The message as it leaves; read to its end and left open.</param>
    /// <param name="arrived">What an <see cref="ArcVerifier"/> said of the message as it arrived.</param>
    /// <param name="results">What was found when it arrived. The instance is set here.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <exception cref="ArgumentException"><paramref name="results"/> hold what cannot be written (<see cref="AuthenticationResultsWriter"/>).</exception>
    public async ValueTask<ArcSealing> SealAsync(
        Stream message, ArcResult arrived, AuthenticationResults results, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(message);
        using var run = new Run(_options.MessageLimits, _key.Algorithm.Hash, arrived, results);
        await run.Feed.ReadAsync(message, cancellationToken).ConfigureAwait(false);
        return Seal(run);
    }

    /// <summary>Releases the key, unless the caller gave one that was read before.</summary>
    public void Dispose()
    {
        if (_ownsKey)
        {
            _key.Dispose();
        }
    }

    // The selector as it is written, in A-labels.
    private static string SelectorOf(ArcSealerOptions options) => KeyName.Of(options.Selector, options.Domain, nameof(options)).Selector;

    private static SigningKey Load(string privateKey)
    {
        PlatformCryptography.Require();
        var key = SigningKey.FromPem(privateKey);
        try
        {
            key.RequireFit(nameof(privateKey));
            return key;
        }
        catch
        {
            key.Dispose();
            throw;
        }
    }

    private ArcSealing Seal(Run run)
    {
        run.Complete();
        if (run.Fields!.Header.LimitReason is { } limit)
        {
            return new ArcSealing { Fault = new ArcSealingFault(ArcSealingReason.HeaderLimit, $"the message is not sealed: {limit}") };
        }

        return Seal(run.Fields, run.BodyHash!.Value, run.Arrived, run.Results);
    }

    /// <summary>Makes the set, once the body has ended.</summary>
    /// <param name="fields">The header of the message as it leaves.</param>
    /// <param name="bodyHash">The hash of its whole relaxed body, made by the function that the key signs with.</param>
    /// <param name="arrived">What was said of the chain that arrived.</param>
    /// <param name="results">What was found when it arrived.</param>
    internal ArcSealing Seal(HeaderFieldIndex fields, ReadOnlySpan<byte> bodyHash, ArcResult arrived, AuthenticationResults results)
    {
        var chain = ArcChain.Read(fields, ArcChain.MaxInstance, AlgorithmTable.Default);
        if ((RefuseHeader(fields.Header) ?? Refuse(chain, arrived)) is { } fault)
        {
            return new ArcSealing { Fault = fault };
        }

        var instance = chain.HighestInstance + 1;
        var now = _time.GetUtcNow().ToUnixTimeSeconds();

        // RFC 8601 section 2.5: only an internationalized message has an authserv-id in UTF-8.
        var authservId = Ascii.IsValid(fields.Header.Bytes.Span) ? InternationalizedLabel.ToALabels(results.AuthservId) : results.AuthservId;
        var resultsField = AuthenticationResultsWriter.WriteField(
            new AuthenticationResults { Instance = instance, AuthservId = authservId, Version = results.Version, Results = results.Results });
        var messageSignature = SignMessage(fields, bodyHash, instance, now);
        var seal = SignChain(fields.Header, chain, arrived.Code, instance, now, resultsField, messageSignature);
        return new ArcSealing
        {
            Fields = [seal, messageSignature, resultsField],
            Instance = instance,
        };
    }

    private static ArcSealingFault? RefuseHeader(HeaderBlock header)
    {
        // RFC 5322 section 2.2.3: a line that starts with white space goes on with the field above it, which would be the one that is added.
        if (!header.Bytes.IsEmpty && CharacterClasses.IsWsp(header.Bytes.Span[0]))
        {
            return new ArcSealingFault(
                ArcSealingReason.LeadingWhiteSpace,
                "the message starts with white space: its first line would become part of the field above it (RFC 5322 section 2.2.3)");
        }

        // The next host must read the fields that are signed. In a body, a repair only changes the hash: the chain is then worth as little as without the set.
        return (header.Defects & (HeaderDefects.BareCarriageReturn | HeaderDefects.BareLineFeed)) == HeaderDefects.None
            ? null
            : new ArcSealingFault(
                ArcSealingReason.BareLineBreak,
                "the header has a CR without LF or an LF without CR, which hosts on the way repair or read as another field (RFC 5322 section 2.2)");
    }

    private static ArcSealingFault? Refuse(ArcChain chain, ArcResult arrived)
    {
        if (arrived.IsClosed || chain.IsClosed)
        {
            return new ArcSealingFault(ArcSealingReason.ChainClosed, "the chain is closed: a seal says cv=fail (RFC 8617 section 5.1)");
        }

        if (chain.HighestInstance >= ArcChain.MaxInstance)
        {
            return new ArcSealingFault(ArcSealingReason.SetLimit, $"the chain cannot grow beyond {ArcChain.MaxInstance} sets (RFC 8617 section 4.2.1)");
        }

        // A chain that passed can be extended only as it arrived; a chain that failed gets its closing set, whatever is left of it.
        return arrived.Code != ArcResultCode.Fail && (chain.Fault is not null || chain.HighestInstance != arrived.HighestInstance)
            ? new ArcSealingFault(
                ArcSealingReason.ChainChanged, "the chain in the message that leaves is not the one that arrived (RFC 8617 section 5.1)")
            : null;
    }

    // RFC 8617 section 4.1.2.
    private string SignMessage(HeaderFieldIndex fields, ReadOnlySpan<byte> bodyHash, int instance, long now)
    {
        var names = _options.FieldNames.IsEmpty ? FieldsToSign.Of(fields, SealedNames, ["from"]) : _options.FieldNames;
        var unsigned = Start("ARC-Message-Signature", instance)
            .Tag("c", Canonicalization).Tag("d", _options.Domain.ToString()).Tag("s", _selector).Tag("t", now)
            .FieldNames(names)
            .Tag("bh", Convert.ToBase64String(bodyHash))
            .Unsigned();
        using var canonical = new CanonicalHeader(SignatureCanonicalization.Relaxed);
        canonical.AppendSelected(fields, names, except: -1);
        canonical.AppendSignature(FieldOf(unsigned));
        return SignatureFieldText.Signed(unsigned, Sign(canonical.Written));
    }

    // RFC 8617 sections 4.1.3 and 5.1.1; section 5.1.2: of a chain that failed nothing is covered but the set that is added.
    private string SignChain(
        HeaderBlock header, ArcChain chain, ArcResultCode chainValidation, int instance, long now, string resultsField, string messageSignature)
    {
        var unsigned = Start("ARC-Seal", instance)
            .Tag("cv", chainValidation.Keyword()).Tag("d", _options.Domain.ToString()).Tag("s", _selector).Tag("t", now)
            .Unsigned();
        using var canonical = new CanonicalHeader(SignatureCanonicalization.Relaxed);
        if (chainValidation != ArcResultCode.Fail)
        {
            foreach (var set in chain.Sets)
            {
                canonical.Append(header[set.ResultsField]);
                canonical.Append(header[set.MessageSignatureField]);
                canonical.Append(header[set.SealField]);
            }
        }

        canonical.Append(FieldOf(resultsField));
        canonical.Append(FieldOf(messageSignature));
        canonical.AppendSignature(FieldOf(unsigned));
        return SignatureFieldText.Signed(unsigned, Sign(canonical.Written));
    }

    private SignatureFieldText Start(string name, int instance) => new SignatureFieldText(name).Tag("i", instance).Tag("a", _key.Algorithm.Name);

    private byte[] Sign(ReadOnlySpan<byte> signed)
    {
        Span<byte> hash = stackalloc byte[SignatureHash.MaxLength];
        hash = hash[.._key.Algorithm.Hash.Length];
        _key.Algorithm.Hash.Compute(signed, hash);
        return _key.Sign(hash);
    }

    private static HeaderField FieldOf(string field) => HeaderBlock.Parse(Encoding.UTF8.GetBytes(field), Unlimited)[0];

    // One message on its way through.
    private sealed class Run : IDisposable
    {
        private readonly BodyHashes _body = new();

        public Run(MessageLimits limits, SignatureHash hash, ArcResult arrived, AuthenticationResults results)
        {
            ArgumentNullException.ThrowIfNull(arrived);
            ArgumentNullException.ThrowIfNull(results);
            (Arrived, Results) = (arrived, results);
            Feed = new MessageSplitter(
                limits,
                header =>
                {
                    Fields = new HeaderFieldIndex(header);
                    BodyHash = _body.Request(SignatureCanonicalization.Relaxed, hash, null);
                },
                chunk => _body.Append(chunk));
        }

        public MessageSplitter Feed { get; }

        public ArcResult Arrived { get; }

        public AuthenticationResults Results { get; }

        public HeaderFieldIndex? Fields { get; private set; }

        public BodyHash? BodyHash { get; private set; }

        public void Complete()
        {
            Feed.Complete();
            _body.Complete();
        }

        public void Dispose()
        {
            Fields?.Dispose();
            _body.Dispose();
            Feed.Dispose();
        }
    }
}
