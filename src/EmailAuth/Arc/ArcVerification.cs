using System.Collections.Immutable;
using System.Globalization;
using EmailAuth.Cryptography;
using EmailAuth.Dns;
using EmailAuth.Results;
using EmailAuth.Signatures;
using EmailAuth.Syntax;

namespace EmailAuth.Arc;

/// <summary>
/// The verification of one message's chain, in two steps: made when the header has ended, it checks the chain's structure, asks for keys and
/// for body hashes; when the body has ended too, <see cref="CompleteAsync"/> decides (RFC 8617 section 5.2).
/// </summary>
internal sealed class ArcVerification : ISignatureVerification<ArcResult>
{
    // They only show where the message changed, so not all of them need to be checked.
    private const int OlderSignatures = 10;

    private readonly SignedMessage _message;
    private readonly SignatureJudge _judge;
    private readonly ArcChain _chain;
    private readonly DnsAsker? _keys;
    private ArcSignatureResult? _unverified;
    private List<ArcSignatureCheck>? _checks;
    private ArcFault? _fault;

    public ArcVerification(SignedMessage message, ArcOptions options, SignatureJudge judge)
    {
        _message = message;
        _judge = judge;
        _chain = ArcChain.Read(message.Fields, options.MaxSets, options.Signatures.Algorithms);
        if (message.Header.LimitReason is { } limit)
        {
            Fail(ArcReason.HeaderLimit, null, $"a chain was not looked for: {limit}");
        }
        else if (_chain.IsClosedByNewest)
        {
            // RFC 8617 section 5.2, step 2, which comes before the structure: nothing else is checked.
            FailClosed("step 2");
        }
        else if (_chain.Fault is not null)
        {
            _fault = _chain.Fault;
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

    public ValueTask<ArcResult> CompleteAsync(CancellationToken cancellationToken)
    {
        var keys = KeyAnswers.CollectAsync(_keys, _checks, cancellationToken);
        return keys.IsCompletedSuccessfully ? new ValueTask<ArcResult>(Decide()) : DecideAsync(keys);
    }

    private async ValueTask<ArcResult> DecideAsync(ValueTask keys)
    {
        await keys.ConfigureAwait(false);
        return Decide();
    }

    private void JudgeTimes()
    {
        var newest = _chain.Newest.MessageSignature.Value!;
        if (_judge.JudgeTimes(newest.SignedAt, newest.ExpiresAt) is { } fault)
        {
            var reason = fault.Reason == SignatureReason.Expired ? ArcReason.MessageSignatureExpired : ArcReason.DatedInFuture;
            Fail(reason, newest.Instance, $"the message signature of set {Text(newest.Instance)} {fault.Text}");
        }

        for (var index = _chain.Sets.Count - 1; index >= 0; index--)
        {
            var seal = _chain.Sets[index].Seal.Value!;
            if (_judge.JudgeTimes(seal.SignedAt, null) is { } sealFault)
            {
                Fail(ArcReason.DatedInFuture, seal.Instance, $"the seal of set {Text(seal.Instance)} {sealFault.Text}");
            }
        }
    }

    // RFC 8617 section 5.2 has no temporary result: a chain that cannot be verified vouches for nothing. The signature's own result is
    // temperror.
    private void JudgePlatform()
    {
        if (_fault is null && PlatformCryptography.Fault is { } fault)
        {
            var text = $"cannot verify: {fault}";
            _unverified = new ArcSignatureResult
            {
                Code = SignatureResultCode.TempError,
                Fault = new SignatureFault(SignatureReason.PlatformFault, text),
            };
            Fail(ArcReason.PlatformFault, _chain.Newest.Instance, text);
        }
    }

    // No key is looked up for a chain that cannot pass. The keys that decide come first: the older message signatures only show where the
    // message changed.
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
            Ask(set.SealCheck = new ArcSignatureCheck(set.Seal.Value!), isNeeded: true);
        }

        for (var index = _chain.Sets.Count - 2; index >= 0; index--)
        {
            var set = _chain.Sets[index];
            if (set.MessageSignature.Value is not { } signature || _judge.JudgeTimes(signature.SignedAt, signature.ExpiresAt) is not null)
            {
                // Those below it are not checked either.
                break;
            }

            AskForMessageSignature(set, isNeeded: false);
        }
    }

    private void AskForMessageSignature(ArcChainSet set, bool isNeeded)
    {
        var signature = set.MessageSignature.Value!;
        set.MessageSignatureCheck = new ArcSignatureCheck(
            signature,
            RequestBody(signature.BodyCanonicalization ?? SignatureCanonicalization.Relaxed),
            signature.BodyCanonicalization is null ? RequestBody(SignatureCanonicalization.Simple) : null);
        Ask(set.MessageSignatureCheck, isNeeded);

        BodyHash RequestBody(SignatureCanonicalization canonicalization) =>
            _message.Body.Request(canonicalization, signature.Algorithm.Hash, signature.BodyLength);
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
            Fault = _fault,
            Sets = _chain.Fault is null && !_chain.IsEmpty ? SetsFromNewest() : [],
            HighestInstance = _chain.HighestInstance,
            IsClosed = _chain.IsClosed,
            OldestPass = oldestPass,
        };
    }

    // RFC 8617 section 5.2, step 4.
    private bool IsNewestMessageSignatureValid()
    {
        var set = _chain.Newest;
        return Check(set).Code == SignatureResultCode.Pass
            || Fail(
                ArcReason.MessageSignatureFailed,
                set.Instance,
                $"the message signature of set {Text(set.Instance)} does not hold: {set.MessageSignatureCheck!.Result!.Reason}");
    }

    // RFC 8617 section 5.2, step 6: from the newest to the oldest.
    private bool AreSealsValid()
    {
        Span<byte> hashes = stackalloc byte[SignatureHash.MaxLength * ArcChain.MaxInstance];
        ArcSealScope.HashAll(_message.Header, _chain.Sets, hashes);
        for (var index = _chain.Sets.Count - 1; index >= 0; index--)
        {
            var set = _chain.Sets[index];
            var result = CheckSeal(set, hashes.Slice(index * SignatureHash.MaxLength, SignatureHash.MaxLength));
            if (result.Code != SignatureResultCode.Pass)
            {
                return Fail(ArcReason.SealFailed, set.Instance, $"the seal of set {Text(set.Instance)} does not hold: {result.Reason}");
            }
        }

        return true;
    }

    // RFC 8617 section 5.2, step 5. It never changes the status, so it comes last and is done only when the status is pass.
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
        var verdict = _judge.JudgeKey(signature, check.Key!);
        if (verdict.Code != SignatureResultCode.Pass)
        {
            return check.Result = Refused(verdict);
        }

        check.Result = CheckMessageSignature(set, verdict.Key!, signature.HeaderCanonicalization ?? SignatureCanonicalization.Relaxed, check.Body!);
        if (check.Result.Code != SignatureResultCode.Pass && check.SimpleBody is { } simpleBody)
        {
            check.Result = CheckMessageSignature(set, verdict.Key!, SignatureCanonicalization.Simple, simpleBody);
        }

        return check.Result;
    }

    private ArcSignatureResult CheckMessageSignature(ArcChainSet set, VerificationKey key, SignatureCanonicalization canonicalization, BodyHash body)
    {
        var signature = set.MessageSignature.Value!;
        var headerMatches = SignatureJudge.HeaderMatches(_message, set.MessageSignatureField, signature, canonicalization, key);
        var coversAuthor = _message.Fields.CountOf("from") > 0 && !_message.Fields.HasUnselected("from");
        var copies = _message.Copies.LeftOpen(_message.Fields, signature.FieldNames);
        var (code, fault) = _judge.Judge(signature, key, body, headerMatches, body.Value.SequenceEqual(signature.BodyHash.AsSpan()));
        return Result(code, fault, key, coversAuthor, copies, body.UncoveredLength);
    }

    private ArcSignatureResult CheckSeal(ArcChainSet set, ReadOnlySpan<byte> hashRoom)
    {
        var (seal, check) = (set.Seal.Value!, set.SealCheck!);
        var verdict = _judge.JudgeKey(seal, check.Key!);
        if (verdict.Code != SignatureResultCode.Pass)
        {
            return check.Result = Refused(verdict);
        }

        return check.Result = seal.IsMadeBy(verdict.Key!, hashRoom[..seal.Algorithm.Hash.Length])
            ? Result(SignatureResultCode.Pass, null, verdict.Key!)
            : Result(SignatureResultCode.Fail, SignatureMismatch.OfSeal(seal.OpenedBy(verdict.Key!).Opening), verdict.Key!);
    }

    private static ArcSignatureResult Refused(in KeyVerdict verdict) => new()
    {
        Code = verdict.Code,
        Fault = verdict.Fault,
        KeyBits = verdict.UnfitBits,
    };

    private static ArcSignatureResult Result(
        SignatureResultCode code, SignatureFault? fault, VerificationKey key, bool coversAuthor = false, uint copies = 0, long unsigned = 0) => new()
        {
            Code = code,
            Fault = fault,
            KeyBits = key.Bits,
            IsTesting = key.Record!.IsTesting,
            CoversAuthor = coversAuthor,
            CopiesLeftOpen = copies,
            UnsignedBodyLength = unsigned,
        };

    private ImmutableArray<ArcSet> SetsFromNewest()
    {
        var sets = ImmutableArray.CreateBuilder<ArcSet>(_chain.Sets.Count);
        for (var index = _chain.Sets.Count - 1; index >= 0; index--)
        {
            var set = _chain.Sets[index];
            var results = AuthenticationResultsReader.Parse(_message.Header[set.ResultsField].Value);
            sets.Add(new ArcSet(set.Instance, set.Seal.Value!)
            {
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
            ? new ArcSignatureResult
            {
                Code = SignatureResultCode.PermError,
                Fault = new SignatureFault(
                    error.Code == SyntaxErrorCode.Unsupported ? SignatureReason.SignatureUnsupported : SignatureReason.SignatureSyntax,
                    $"the message signature is malformed: {error.Reason}"),
            }
            : _unverified ?? ArcSignatureResult.NotChecked;

    private void FailClosed(string step) => Fail(
        ArcReason.ChainClosed,
        _chain.ClosingInstance,
        $"set {Text(_chain.ClosingInstance)} closed the chain: its seal says cv=fail (RFC 8617 section 5.2, {step})");

    private bool Fail(ArcReason reason, int? instance, string text)
    {
        _fault ??= new ArcFault(reason, text, instance);
        return false;
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
