using System.Collections.Immutable;
using System.Globalization;
using System.Runtime.InteropServices;
using EmailAuth.Cryptography;
using EmailAuth.Dns;
using EmailAuth.Results;
using EmailAuth.Signatures;

namespace EmailAuth.Arc;

/// <summary>
/// The verification of one message's chain, in two steps: made when the header has ended, it checks the chain's structure, asks for keys and
/// for body hashes; when the body has ended too, <see cref="CompleteAsync"/> decides (RFC 8617 section 5.2).
/// </summary>
internal sealed class ArcVerification
{
    // They only tell where the message changed, so that they need not all be looked at.
    private const int OlderSignatures = 10;

    private readonly SignedMessage _message;
    private readonly SignatureOptions _options;
    private readonly KeyRules _rules;
    private readonly TimeProvider _time;
    private readonly ArcChain _chain;
    private readonly DnsAsker? _keys;
    private ArcSignatureResult? _unverified;
    private List<ArcSignatureCheck>? _checks;
    private string? _fault;
    private int? _faultInstance;

    public ArcVerification(SignedMessage message, ArcOptions options, KeyRules rules, TimeProvider time)
    {
        _message = message;
        _options = options.Signatures;
        _rules = rules;
        _time = time;
        _chain = ArcChain.Read(message.Fields, options.MaxSets);
        if (message.Header.LimitReason is { } limit)
        {
            Fail(null, $"a chain was not looked for: {limit}");
        }
        else if (_chain.IsClosedByNewest)
        {
            // RFC 8617 section 5.2, step 2, which comes before the structure: nothing else is looked at.
            FailClosed("step 2");
        }
        else if (_chain.Fault is not null)
        {
            Fail(_chain.FaultInstance, _chain.Fault);
        }
        else if (_chain.IsClosed)
        {
            FailClosed("step 3");
        }
        else if (!_chain.IsEmpty)
        {
            // A seal each, the newest message signature, and of the older ones as many as there is room for.
            _keys = message.Dns.Begin(DnsPurpose.ArcKeys, options.MaxSets + OlderSignatures);
            JudgeTimes();
            JudgePlatform();
            Ask();
        }
    }

    /// <summary>Decides, once the body's hashes are complete. Waits for keys that are still on their way.</summary>
    public ValueTask<ArcResult> CompleteAsync(CancellationToken cancellationToken)
    {
        for (var index = 0; index < _checks?.Count; index++)
        {
            var key = _keys!.QueryAsync(_checks[index].KeyQuestion, cancellationToken);
            if (!key.IsCompletedSuccessfully)
            {
                return AwaitKeysAsync(key, _checks, cancellationToken);
            }

            _checks[index].Key = key.Result;
        }

        return new ValueTask<ArcResult>(Decide());
    }

    private async ValueTask<ArcResult> AwaitKeysAsync(ValueTask<DnsResponse> pending, List<ArcSignatureCheck> checks, CancellationToken cancellationToken)
    {
        await pending.ConfigureAwait(false);
        foreach (var check in checks)
        {
            check.Key ??= await _keys!.QueryAsync(check.KeyQuestion, cancellationToken).ConfigureAwait(false);
        }

        return Decide();
    }

    private void JudgeTimes()
    {
        var newest = _chain.Newest.MessageSignature.Value!;
        if (JudgeTimes(newest.SignedAt, newest.ExpiresAt) is { } fault)
        {
            Fail(newest.Instance, $"the message signature of set {Text(newest.Instance)} {fault}");
        }

        for (var index = _chain.Sets.Count - 1; index >= 0; index--)
        {
            var seal = _chain.Sets[index].Seal.Value!;
            if (JudgeTimes(seal.SignedAt, null) is { } sealFault)
            {
                Fail(seal.Instance, $"the seal of set {Text(seal.Instance)} {sealFault}");
            }
        }
    }

    // RFC 8617 section 5.2 has no temporary result: a chain that cannot be verified vouches for nothing. The signature's own result says
    // that it is temporary.
    private void JudgePlatform()
    {
        if (_fault is null && PlatformCryptography.Fault is { } fault)
        {
            var reason = $"cannot verify: {fault}";
            _unverified = new ArcSignatureResult { Code = SignatureResultCode.TempError, Reason = reason };
            Fail(_chain.Newest.Instance, reason);
        }
    }

    private string? JudgeTimes(DateTimeOffset? signedAt, DateTimeOffset? expiresAt)
    {
        if (_options.JudgeExpiryAtSigningTime || (signedAt is null && expiresAt is null))
        {
            return null;
        }

        var now = _time.GetUtcNow();
        return signedAt - now > (_options.FutureTolerance ?? _options.ClockSkew)
            ? $"is from the future: t= is {SignatureTags.TextOf(signedAt)} (RFC 6376 section 3.5)"
            : now - expiresAt > _options.ClockSkew
                ? $"expired at {expiresAt:u} (RFC 6376 section 6.1.1)"
                : null;
    }

    // A chain that cannot pass asks for nothing. First what decides: the older message signatures only tell where the message changed.
    private void Ask()
    {
        if (_fault is not null)
        {
            return;
        }

        AskForMessageSignature(_chain.Newest, isNeeded: true);
        for (var index = _chain.Sets.Count - 1; index >= 0; index--)
        {
            var set = _chain.Sets[index];
            Ask(set.SealCheck = new ArcSignatureCheck(set.Seal.Value!.KeyName), isNeeded: true);
        }

        for (var index = _chain.Sets.Count - 2; index >= 0; index--)
        {
            var set = _chain.Sets[index];
            if (set.MessageSignature.Value is not { } signature || JudgeTimes(signature.SignedAt, signature.ExpiresAt) is not null)
            {
                // Those below it are not looked at either.
                break;
            }

            AskForMessageSignature(set, isNeeded: false);
        }
    }

    private void AskForMessageSignature(ArcChainSet set, bool isNeeded)
    {
        var signature = set.MessageSignature.Value!;
        set.MessageSignatureCheck = new ArcSignatureCheck(
            signature.KeyName,
            RequestBody(signature.BodyCanonicalization ?? SignatureCanonicalization.Relaxed),
            signature.BodyCanonicalization is null ? RequestBody(SignatureCanonicalization.Simple) : null);
        Ask(set.MessageSignatureCheck, isNeeded);

        BodyHash RequestBody(SignatureCanonicalization canonicalization) =>
            _message.Body.Request(canonicalization, SignatureHash.Sha256, signature.BodyLength);
    }

    private void Ask(ArcSignatureCheck check, bool isNeeded)
    {
        _keys!.Prefetch(check.KeyQuestion, isNeeded);
        (_checks ??= []).Add(check);
    }

    private ArcResult Decide()
    {
        if (_chain.IsEmpty && _fault is null)
        {
            return ArcResult.None;
        }

        int? oldestPass = null;
        var code = ArcResultCode.Fail;
        if (_fault is null && IsNewestMessageSignatureValid() && AreSealsValid())
        {
            code = ArcResultCode.Pass;
            oldestPass = FindOldestPass();
        }

        return new ArcResult
        {
            Code = code,
            Reason = _fault,
            FailingInstance = _faultInstance,
            Sets = _chain.Fault is null && !_chain.IsEmpty ? SetsFromNewest() : [],
            HighestInstance = _chain.HighestInstance,
            IsClosed = _chain.IsClosed,
            OldestPass = oldestPass,
            LookupCount = _keys?.Asked ?? 0,
        };
    }

    // RFC 8617 section 5.2, step 4.
    private bool IsNewestMessageSignatureValid()
    {
        var set = _chain.Newest;
        return Check(set).Code == SignatureResultCode.Pass
            || Fail(set.Instance, $"the message signature of set {Text(set.Instance)} does not hold: {set.MessageSignatureCheck!.Result!.Reason}");
    }

    // RFC 8617 section 5.2, step 6: from the newest to the oldest.
    private bool AreSealsValid()
    {
        Span<byte> hashes = stackalloc byte[HashPool.MaxHashLength * ArcChain.MaxInstance];
        ArcSealScope.HashAll(_message.Header, _chain.Sets, hashes);
        for (var index = _chain.Sets.Count - 1; index >= 0; index--)
        {
            var set = _chain.Sets[index];
            var result = CheckSeal(set, hashes.Slice(index * HashPool.MaxHashLength, HashPool.MaxHashLength));
            if (result.Code != SignatureResultCode.Pass)
            {
                return Fail(set.Instance, $"the seal of set {Text(set.Instance)} does not hold: {result.Reason}");
            }
        }

        return true;
    }

    // RFC 8617 section 5.2, step 5. It never changes the status, so it comes last and only where the status is pass.
    private int FindOldestPass()
    {
        for (var index = _chain.Sets.Count - 2; index >= 0; index--)
        {
            var set = _chain.Sets[index];
            if (set.MessageSignatureCheck is null || Check(set).Code != SignatureResultCode.Pass)
            {
                return set.Instance + 1;
            }
        }

        return 0;
    }

    private ArcSignatureResult Check(ArcChainSet set)
    {
        var check = set.MessageSignatureCheck!;
        var signature = set.MessageSignature.Value!;
        if (!TryGetKey(check, signature.Algorithm, out var key, out var refusal))
        {
            return check.Result = refusal!;
        }

        check.Result = CheckMessageSignature(
            set, key!, signature.HeaderCanonicalization ?? SignatureCanonicalization.Relaxed, check.Body!);
        if (check.Result.Code != SignatureResultCode.Pass && check.SimpleBody is { } simpleBody)
        {
            check.Result = CheckMessageSignature(set, key!, SignatureCanonicalization.Simple, simpleBody);
        }

        return check.Result;
    }

    private ArcSignatureResult CheckMessageSignature(ArcChainSet set, VerificationKey key, SignatureCanonicalization canonicalization, BodyHash body)
    {
        var signature = set.MessageSignature.Value!;
        bool coversAuthor;
        uint copies;
        Span<byte> hash = stackalloc byte[HashPool.MaxHashLength];
        using (var header = new CanonicalHeader(canonicalization))
        {
            header.AppendSelected(_message.Fields, signature.FieldNames, set.MessageSignatureField);
            coversAuthor = _message.Fields.CountOf("from") > 0 && !_message.Fields.HasUnselected("from");
            copies = _message.Copies.LeftOpen(_message.Fields, signature.FieldNames);
            header.AppendSignature(_message.Header[set.MessageSignatureField]);
            header.Hash(SignatureHash.Sha256, hash);
        }

        var (code, reason) = Judge(
            signature,
            body,
            key.Verify(SignatureHash.Sha256, hash, ImmutableCollectionsMarshal.AsArray(signature.SignatureValue)!),
            body.Value.SequenceEqual(signature.BodyHash.AsSpan()));
        return new ArcSignatureResult
        {
            Code = code,
            Reason = reason,
            KeyBits = key.Bits,
            KeyLookupTime = _keys!.ElapsedOf(set.MessageSignatureCheck!.KeyQuestion),
            CoversAuthor = coversAuthor,
            CopiesLeftOpen = copies,
            IsTesting = key.Record!.IsTesting,
            UnsignedBodyLength = body.UncoveredLength,
        };
    }

    private (SignatureResultCode Code, string? Reason) Judge(ArcMessageSignature signature, BodyHash body, bool headerMatches, bool bodyMatches)
    {
        if (!headerMatches || !bodyMatches)
        {
            return (SignatureResultCode.Fail, SignatureMismatch.Describe(headerMatches, bodyMatches, body, signature.BodyLengthText));
        }

        if (body.IsBeyondEnd)
        {
            return (SignatureResultCode.PermError, $"l={signature.BodyLengthText} exceeds the canonical body of {body.CanonicalLength} octets (RFC 6376 section 3.5)");
        }

        return body.UncoveredLength > 0 && !_options.AcceptPartialBody
            ? (SignatureResultCode.Policy, $"l= leaves {body.UncoveredLength} octets of the body unsigned (RFC 6376 section 8.2)")
            : (SignatureResultCode.Pass, null);
    }

    private ArcSignatureResult CheckSeal(ArcChainSet set, ReadOnlySpan<byte> hash)
    {
        var (seal, check) = (set.Seal.Value!, set.SealCheck!);
        if (!TryGetKey(check, seal.Algorithm, out var key, out var refusal))
        {
            return check.Result = refusal!;
        }

        var holds = key!.Verify(SignatureHash.Sha256, hash, ImmutableCollectionsMarshal.AsArray(seal.SignatureValue)!);
        return check.Result = new ArcSignatureResult
        {
            Code = holds ? SignatureResultCode.Pass : SignatureResultCode.Fail,
            Reason = holds ? null : "a field of the chain was changed, or another key signed (RFC 8617 section 5.1.1)",
            KeyBits = key.Bits,
            IsTesting = key.Record!.IsTesting,
            KeyLookupTime = _keys!.ElapsedOf(check.KeyQuestion),
        };
    }

    private bool TryGetKey(ArcSignatureCheck check, SignatureAlgorithm algorithm, out VerificationKey? key, out ArcSignatureResult? refusal)
    {
        var verdict = _rules.Judge(check.KeyName, check.Key!, algorithm);
        key = verdict.Key;
        refusal = verdict.Code == SignatureResultCode.Pass
            ? null
            : new ArcSignatureResult
            {
                Code = verdict.Code,
                Reason = verdict.Reason,
                KeyBits = verdict.Key is { Bits: > 0 } unfit ? unfit.Bits : null,
                KeyLookupTime = _keys!.ElapsedOf(check.KeyQuestion),
            };
        return refusal is null;
    }

    private ImmutableArray<ArcSet> SetsFromNewest()
    {
        var sets = ImmutableArray.CreateBuilder<ArcSet>(_chain.Sets.Count);
        for (var index = _chain.Sets.Count - 1; index >= 0; index--)
        {
            var set = _chain.Sets[index];
            var results = AuthenticationResultsReader.Parse(_message.Header[set.ResultsField].Value);
            sets.Add(new ArcSet
            {
                Instance = set.Instance,
                Seal = set.Seal.Value!,
                SealResult = set.SealCheck?.Result ?? _unverified ?? ArcSignatureResult.NotChecked,
                MessageSignature = set.MessageSignature.Value,
                MessageSignatureResult = set.MessageSignatureCheck?.Result ?? Unchecked(set),
                Results = results.Value,
                ResultsDefect = results.Error?.ToString(),
            });
        }

        return sets.MoveToImmutable();
    }

    private ArcSignatureResult Unchecked(ArcChainSet set) =>
        set.MessageSignature.Error is { } error
            ? new ArcSignatureResult { Code = SignatureResultCode.PermError, Reason = $"the message signature is malformed: {error.Reason}" }
            : _unverified ?? ArcSignatureResult.NotChecked;

    private void FailClosed(string step) => Fail(
        _chain.ClosingInstance,
        $"set {Text(_chain.ClosingInstance)} closed the chain: its seal says cv=fail (RFC 8617 section 5.2, {step})");

    private bool Fail(int? instance, string reason)
    {
        if (_fault is null)
        {
            _fault = reason;
            _faultInstance = instance;
        }

        return false;
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
