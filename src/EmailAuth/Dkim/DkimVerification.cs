using System.Runtime.InteropServices;
using EmailAuth.Cryptography;
using EmailAuth.Dns;
using EmailAuth.Messages;
using EmailAuth.Signatures;
using EmailAuth.Syntax;

namespace EmailAuth.Dkim;

/// <summary>
/// The verification of one message's signatures, in two steps: made when the header has ended, it parses the signatures, asks for their keys
/// and for the body hashes; when the body has ended too, <see cref="CompleteAsync"/> decides.
/// </summary>
internal sealed class DkimVerification : ISignatureVerification<DkimResults>
{
    private readonly SignedMessage _message;
    private readonly DkimOptions _options;
    private readonly SignatureJudge _judge;
    private DnsAsker? _keys;
    private readonly List<Candidate> _candidates;

    public DkimVerification(SignedMessage message, DkimOptions options, SignatureJudge judge)
    {
        _message = message;
        _options = options;
        _judge = judge;
        _candidates = new List<Candidate>(message.Fields.CountOf("dkim-signature"));
        if (message.Header.LimitReason is null)
        {
            ParseSignatures();
            ChooseSignatures();
            Ask();
        }
    }

    /// <summary>How many signatures the message has, malformed ones included.</summary>
    public int SignatureCount => _candidates.Count;

    /// <summary>The domain of a signature that will be checked, before it is known whether it passes; null for one that will not.</summary>
    /// <param name="index">Which signature, from the top.</param>
    public DomainName? SigningDomain(int index) => _candidates[index] is { IsChosen: true } candidate ? candidate.Signature!.Domain : null;

    public ValueTask<DkimResults> CompleteAsync(CancellationToken cancellationToken)
    {
        var keys = KeyAnswers.CollectAsync(_keys, _candidates, cancellationToken);
        return keys.IsCompletedSuccessfully ? new ValueTask<DkimResults>(Decide()) : DecideAsync(keys);
    }

    private async ValueTask<DkimResults> DecideAsync(ValueTask keys)
    {
        await keys.ConfigureAwait(false);
        return Decide();
    }

    // RFC 6376 section 6.1.1. The index lists a name's fields from the bottom up; results go from the top down.
    private void ParseSignatures()
    {
        for (var field = _message.Fields.LowestOf("dkim-signature"); field >= 0; field = _message.Fields.Above(field))
        {
            _candidates.Add(Parse(field));
        }

        _candidates.Reverse();
    }

    private Candidate Parse(int field)
    {
        var parsed = DkimSignature.Parse(_message.Header[field].Value, _options.Algorithms, out var domain, out var selector);
        if (!parsed.IsSuccess)
        {
            var fault = new SignatureFault(ReasonOf(parsed.Error), $"the signature is malformed: {parsed.Error.Reason}");
            return new Candidate
            {
                Field = field,
                Result = new DkimResult { Code = SignatureResultCode.PermError, Fault = fault, Domain = domain, Selector = selector },
            };
        }

        var candidate = new Candidate { Field = field, Signature = parsed.Value };
        if (_judge.Refuse(parsed.Value.Algorithm) is { } refused)
        {
            candidate.Result = Result(candidate, SignatureResultCode.PermError, refused);
        }
        else if (_judge.JudgeTimes(parsed.Value.SignedAt, parsed.Value.ExpiresAt) is { } times)
        {
            var code = times.Reason == SignatureReason.Expired ? _options.ExpiredResult : SignatureResultCode.PermError;
            candidate.Result = Result(candidate, code, times with { Text = $"the signature {times.Text}" });
        }

        return candidate;
    }

    private static SignatureReason ReasonOf(SyntaxError error) =>
        ReferenceEquals(error, DkimSignature.UnsignedFrom) ? SignatureReason.UnsignedFrom
        : error.Code == SyntaxErrorCode.Unsupported ? SignatureReason.SignatureUnsupported
        : SignatureReason.SignatureSyntax;

    // When there are more signatures than are checked, those that may authenticate the author go first (RFC 9989 section 4.4): the author
    // domain, a domain above it or a domain below it signs.
    private void ChooseSignatures()
    {
        var candidates = CollectionsMarshal.AsSpan(_candidates);
        var free = _options.MaxSignatures;
        if (candidates.Length > free && Author.Find(_message.Header).Domain is { } author)
        {
            foreach (ref var candidate in candidates)
            {
                if (free > 0 && candidate.Result is null && IsOf(author, candidate.Signature!.Domain))
                {
                    candidate.IsChosen = true;
                    free--;
                }
            }
        }

        foreach (ref var candidate in candidates)
        {
            if (candidate.Result is not null || candidate.IsChosen)
            {
                continue;
            }

            if (free > 0)
            {
                candidate.IsChosen = true;
                free--;
            }
            else
            {
                candidate.Result = Result(candidate, SignatureResultCode.Policy, new SignatureFault(
                    SignatureReason.SignatureLimit, $"not checked: the message has more signatures than MaxSignatures ({_options.MaxSignatures})"));
            }
        }
    }

    private static bool IsOf(DomainName author, DomainName signer) => author.IsEqualToOrBelow(signer) || signer.IsEqualToOrBelow(author);

    private void Ask()
    {
        var fault = _candidates.Count > 0 ? PlatformCryptography.Fault : null;
        foreach (ref var candidate in CollectionsMarshal.AsSpan(_candidates))
        {
            if (candidate.Result is null && fault is not null)
            {
                candidate.Result = Result(
                    candidate, SignatureResultCode.TempError, new SignatureFault(SignatureReason.PlatformFault, $"cannot verify: {fault}"));
            }
            else if (candidate.Result is null)
            {
                var signature = candidate.Signature!;
                _keys ??= _message.Dns.Begin(DnsPurpose.DkimKeys, _options.MaxSignatures);
                _keys.Prefetch(candidate.KeyQuestion, isNeeded: true);
                candidate.Body = _message.Body.Request(
                    signature.BodyCanonicalization, signature.Algorithm.Hash, signature.BodyLength);
            }
        }
    }

    private DkimResults Decide()
    {
        if (_message.Header.LimitReason is { } limit)
        {
            var fault = new SignatureFault(SignatureReason.HeaderLimit, $"signatures were not looked for: {limit}");
            return new DkimResults { Signatures = [new DkimResult { Code = SignatureResultCode.PermError, Fault = fault }] };
        }

        if (_candidates.Count == 0)
        {
            return DkimResults.None;
        }

        var results = new DkimResult[_candidates.Count];
        for (var index = 0; index < results.Length; index++)
        {
            var candidate = _candidates[index];
            results[index] = candidate.Result ?? Decide(candidate);
        }

        return new DkimResults { Signatures = ImmutableCollectionsMarshal.AsImmutableArray(results), MaxChecked = _options.MaxSignatures };
    }

    // RFC 6376 sections 6.1.2 and 6.1.3.
    private DkimResult Decide(in Candidate candidate)
    {
        var signature = candidate.Signature!;
        var verdict = _judge.JudgeKey(signature, candidate.Key!);
        if (verdict.Code != SignatureResultCode.Pass)
        {
            return new DkimResult
            {
                Code = verdict.Code,
                Fault = verdict.Fault,
                Domain = signature.Domain,
                Selector = signature.Selector,
                Signature = signature,
                IsChecked = true,
                KeyBits = verdict.UnfitBits,
                IsTesting = verdict.Key?.Record?.IsTesting ?? false,
                IsKeyForMail = verdict.Key?.Record?.IsForEmail ?? false,
                IsKeyForTlsReports = verdict.Key?.Record?.IsForTlsReports ?? false,
            };
        }

        var key = verdict.Key!;
        var headerMatches = SignatureJudge.HeaderMatches(_message, candidate.Field, signature, signature.HeaderCanonicalization, key);
        var unsigned = DisplayedFields.NotCovered(_message.Fields);
        var copies = _message.Copies.LeftOpen(_message.Fields, signature.FieldNames);
        var body = candidate.Body!;
        var bodyMatches = body.Value.SequenceEqual(signature.BodyHash.AsSpan());
        var (code, fault) = Judge(signature, key, body, headerMatches, bodyMatches, copies);
        return new DkimResult
        {
            Code = code,
            Fault = fault,
            Domain = signature.Domain,
            Selector = signature.Selector,
            Signature = signature,
            IsChecked = true,
            HeaderCheck = Check(headerMatches),
            BodyCheck = Check(bodyMatches),
            KeyBits = key.Bits,
            IsTesting = key.Record!.IsTesting,
            IsKeyForMail = key.Record!.IsForEmail,
            IsKeyForTlsReports = key.Record!.IsForTlsReports,
            UnsignedBodyLength = body.UncoveredLength,
            DisplayedUnsigned = unsigned,
            CopiesLeftOpen = copies,
        };
    }

    /// <summary>Why a key may not sign for the identity, or null (RFC 6376 section 3.6.1): with <c>t=s</c> the domains of <c>i=</c> and <c>d=</c> must be the same.</summary>
    /// <param name="record">The record of the key.</param>
    /// <param name="domain">The domain of <c>d=</c>.</param>
    /// <param name="identityDomain">The domain of <c>i=</c>; without one that of <c>d=</c>.</param>
    internal static SignatureFault? RefuseIdentity(KeyRecord record, DomainName domain, DomainName identityDomain) =>
        record.RequiresExactDomain && identityDomain != domain
            ? new SignatureFault(SignatureReason.IdentityNotExact, $"the key record's t=s wants the domain of i= to be {domain} (RFC 6376 section 3.6.1)")
            : null;

    private static DkimCheck Check(bool matches) => matches ? DkimCheck.Matches : DkimCheck.Differs;

    private (SignatureResultCode Code, SignatureFault? Fault) Judge(
        DkimSignature signature, VerificationKey key, BodyHash body, bool headerMatches, bool bodyMatches, uint copies)
    {
        var record = key.Record!;

        if (RefuseIdentity(record, signature.Domain, signature.IdentityDomain) is { } refused)
        {
            return (SignatureResultCode.PermError, refused);
        }

        var verdict = _judge.Judge(signature, key, body, headerMatches, bodyMatches);
        if (verdict.Code != SignatureResultCode.Pass)
        {
            return verdict;
        }

        if ((copies & SingleFields.Judged) is not 0 and var open && !_options.AcceptUnsignedCopies)
        {
            return (SignatureResultCode.Policy, new SignatureFault(
                SignatureReason.UnsignedCopy,
                $"the message has a further {SingleFields.Text(open)} that differs and is not signed (RFC 6376 section 8.15)"));
        }

        if (FirstNotOversigned(signature) is { } field)
        {
            return (SignatureResultCode.Policy, new SignatureFault(
                SignatureReason.NotOversigned, $"h= does not name {field} once more than the message has it (RequiredOversignedFields)"));
        }

        return record.IsTesting && _options.TestingKeys == TestingKeys.Ignore
            ? (SignatureResultCode.Policy, new SignatureFault(
                SignatureReason.TestingKey, "the key record says t=y: the domain is testing DKIM (TestingKeys, RFC 6376 section 3.6.1)"))
            : verdict;
    }

    private string? FirstNotOversigned(DkimSignature signature)
    {
        foreach (var field in _options.RequiredOversignedFields)
        {
            var named = 0;
            foreach (var name in signature.FieldNames)
            {
                named += name == field ? 1 : 0;
            }

            if (named <= _message.Fields.CountOf(field))
            {
                return field;
            }
        }

        return null;
    }

    private static DkimResult Result(in Candidate candidate, SignatureResultCode code, SignatureFault fault) => new()
    {
        Code = code,
        Fault = fault,
        Domain = candidate.Signature!.Domain,
        Selector = candidate.Signature.Selector,
        Signature = candidate.Signature,
    };

    // One DKIM-Signature field on its way to a result.
    [StructLayout(LayoutKind.Auto)]
    private struct Candidate : IKeyedCheck
    {
        public int Field;
        public DkimSignature? Signature;
        public bool IsChosen;
        public BodyHash? Body;
        public DkimResult? Result;

        public DnsResponse? Key { get; set; }

        public readonly bool NeedsKey => Result is null;

        public readonly DnsQuestion KeyQuestion => new(Signature!.KeyName, DnsRecordType.Txt);
    }
}
