using System.Runtime.InteropServices;
using EmailAuth.Cryptography;
using EmailAuth.Dns;
using EmailAuth.Syntax;

namespace EmailAuth.Dkim;

/// <summary>
/// The verification of one message's signatures, in two steps: made when the header has ended, it parses the signatures, asks for their keys
/// and for the body hashes; when the body has ended too, <see cref="CompleteAsync"/> decides.
/// </summary>
internal sealed class DkimVerification
{
    private readonly SignedMessage _message;
    private readonly DkimOptions _options;
    private readonly KeyRules _rules;
    private readonly TimeProvider _time;
    private DnsAsker? _keys;
    private readonly List<Candidate> _candidates;
    private readonly string? _limitReason;

    public DkimVerification(
        SignedMessage message, DkimOptions options, KeyRules rules, TimeProvider time, IReadOnlyList<DomainName>? preferredDomains)
    {
        _message = message;
        _options = options;
        _rules = rules;
        _time = time;
        _limitReason = message.Header.LimitReason;
        _candidates = new List<Candidate>(message.Fields.CountOf("dkim-signature"));
        if (_limitReason is null)
        {
            ParseSignatures();
            ChooseSignatures(preferredDomains ?? []);
            Ask();
        }
    }

    /// <summary>How many signatures the message has, malformed ones included.</summary>
    public int SignatureCount => _candidates.Count;

    /// <summary>The domain of a signature that will be checked, before it is known whether it passes; null for one that will not.</summary>
    /// <param name="index">Which signature, from the top.</param>
    public DomainName? SigningDomain(int index) => _candidates[index] is { IsChosen: true } candidate ? candidate.Signature!.Domain : null;

    /// <summary>Decides, once the body's hashes are complete. Waits for keys that are still on their way.</summary>
    public ValueTask<DkimResults> CompleteAsync(CancellationToken cancellationToken)
    {
        foreach (ref var candidate in CollectionsMarshal.AsSpan(_candidates))
        {
            if (candidate.Result is null)
            {
                var key = _keys!.QueryAsync(candidate.KeyQuestion, cancellationToken);
                if (!key.IsCompletedSuccessfully)
                {
                    return AwaitKeysAsync(key, cancellationToken);
                }

                candidate.Key = key.Result;
            }
        }

        return new ValueTask<DkimResults>(Decide());
    }

    // All were asked when the header ended, so they are awaited one after the other and come all at once.
    private async ValueTask<DkimResults> AwaitKeysAsync(ValueTask<DnsResponse> pending, CancellationToken cancellationToken)
    {
        await pending.ConfigureAwait(false);
        for (var index = 0; index < _candidates.Count; index++)
        {
            if (_candidates[index] is { Result: null } candidate)
            {
                candidate.Key ??= await _keys!.QueryAsync(candidate.KeyQuestion, cancellationToken).ConfigureAwait(false);
                _candidates[index] = candidate;
            }
        }

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
        var parsed = DkimSignature.Parse(_message.Header[field].Value, out var domain, out var selector);
        if (!parsed.IsSuccess)
        {
            return new Candidate
            {
                Field = field,
                Result = new DkimResult
                {
                    Code = DkimResultCode.PermError,
                    Reason = $"the signature is malformed: {parsed.Error.Reason}",
                    Domain = domain,
                    Selector = selector,
                    FieldIndex = field,
                },
            };
        }

        var candidate = new Candidate { Field = field, Signature = parsed.Value };
        var (code, reason) = JudgeBeforeKey(parsed.Value);
        if (reason is not null)
        {
            candidate.Result = Result(candidate, code, reason);
        }

        return candidate;
    }

    private (DkimResultCode Code, string? Reason) JudgeBeforeKey(DkimSignature signature)
    {
        if (_rules.Refuse(signature.Algorithm) is { } refused)
        {
            return (DkimResultCode.PermError, refused);
        }

        if (_options.JudgeExpiryAtSigningTime)
        {
            return default;
        }

        var now = _time.GetUtcNow();
        if (signature.SignedAt - now > (_options.FutureTolerance ?? _options.ClockSkew))
        {
            return (DkimResultCode.PermError, $"the signature is from the future: t= is {SignatureTags.TextOf(signature.SignedAt)} (RFC 6376 section 3.5)");
        }

        return now - signature.ExpiresAt > _options.ClockSkew
            ? (_options.ExpiredResult, $"the signature expired at {signature.ExpiresAt:u} (RFC 6376 section 6.1.1)")
            : default;
    }

    // Of more signatures than are checked, those go first that may authenticate the author (RFC 9989 section 4.4): a preferred domain signs,
    // a parent of one, or one below it.
    private void ChooseSignatures(IReadOnlyList<DomainName> preferredDomains)
    {
        var candidates = CollectionsMarshal.AsSpan(_candidates);
        var free = _options.MaxSignatures;
        if (candidates.Length > free)
        {
            foreach (ref var candidate in candidates)
            {
                if (free > 0 && candidate.Result is null && IsPreferred(candidate.Signature!.Domain))
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
                candidate.Result = Result(
                    candidate, DkimResultCode.Policy, $"not checked: {_options.MaxSignatures} signatures of the message are (MaxSignatures)");
            }
        }

        bool IsPreferred(DomainName domain)
        {
            foreach (var preferred in preferredDomains)
            {
                if (preferred.IsEqualToOrBelow(domain) || domain.IsEqualToOrBelow(preferred))
                {
                    return true;
                }
            }

            return false;
        }
    }

    private void Ask()
    {
        var fault = _candidates.Count > 0 ? PlatformCryptography.Fault : null;
        foreach (ref var candidate in CollectionsMarshal.AsSpan(_candidates))
        {
            if (candidate.Result is null && fault is not null)
            {
                candidate.Result = Result(candidate, DkimResultCode.TempError, $"cannot verify: {fault}");
            }
            else if (candidate.Result is null)
            {
                var signature = candidate.Signature!;
                _keys ??= _message.Dns.Begin(DnsPurpose.DkimKeys, _options.MaxSignatures);
                _keys.Prefetch(candidate.KeyQuestion, isNeeded: true);
                candidate.Body = _message.Body.Request(
                    signature.BodyCanonicalization, DkimNames.HashOf(signature.Algorithm), signature.BodyLength);
            }
        }
    }

    private DkimResults Decide()
    {
        if (_limitReason is not null)
        {
            return new DkimResults
            {
                Signatures = [new DkimResult { Code = DkimResultCode.PermError, Reason = $"signatures were not looked for: {_limitReason}" }],
            };
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
        var started = _time.GetTimestamp();
        var signature = candidate.Signature!;
        var verdict = _rules.Judge(signature.KeyName, candidate.Key!, signature.Algorithm);
        if (verdict.Code != DkimResultCode.Pass)
        {
            return Result(candidate, verdict.Code, verdict.Reason!) with
            {
                IsChecked = true,
                KeyBits = verdict.Key is { Bits: > 0 } unfit ? unfit.Bits : null,
                IsTesting = verdict.Key?.Record?.IsTesting ?? false,
                KeyLookupTime = _keys!.ElapsedOf(candidate.KeyQuestion),
            };
        }

        var key = verdict.Key!;
        var headerCheck = CheckHeader(candidate, key, out var displayed);
        var body = candidate.Body!;
        var bodyCheck = body.Value.SequenceEqual(signature.BodyHash.AsSpan()) ? DkimCheck.Matches : DkimCheck.Differs;
        var (code, reason) = Judge(signature, key.Record!, body, headerCheck, bodyCheck, displayed.CopiesLeftOpen);
        return new DkimResult
        {
            Code = code,
            Reason = reason,
            Domain = signature.Domain,
            Selector = signature.Selector,
            Signature = signature,
            FieldIndex = candidate.Field,
            IsChecked = true,
            HeaderCheck = headerCheck,
            BodyCheck = bodyCheck,
            KeyBits = key.Bits,
            IsTesting = key.Record!.IsTesting,
            UnsignedBodyLength = body.UncoveredLength,
            DisplayedSigned = displayed.Signed,
            DisplayedUnsigned = displayed.Unsigned,
            CopiesLeftOpen = displayed.CopiesLeftOpen,
            KeyLookupTime = _keys!.ElapsedOf(candidate.KeyQuestion),
            VerificationTime = _time.GetElapsedTime(started),
        };
    }

    private DkimCheck CheckHeader(in Candidate candidate, VerificationKey key, out Displayed displayed)
    {
        var signature = candidate.Signature!;
        var hash = DkimNames.HashOf(signature.Algorithm);
        Span<byte> value = stackalloc byte[HashPool.MaxHashLength];
        value = value[..HashPool.LengthOf(hash)];
        using (var header = new CanonicalHeader(signature.HeaderCanonicalization))
        {
            header.AppendSelected(_message.Fields, signature.FieldNames, candidate.Field);
            displayed = NoteDisplayed(signature);
            header.AppendSignature(_message.Header[candidate.Field]);
            header.Hash(hash, value);
        }

        return key.Verify(hash, value, ImmutableCollectionsMarshal.AsArray(signature.SignatureValue)!) ? DkimCheck.Matches : DkimCheck.Differs;
    }

    private Displayed NoteDisplayed(DkimSignature signature)
    {
        var (signed, unsigned) = (0u, 0u);
        for (var index = 0; index < DisplayedFields.Names.Length; index++)
        {
            var name = DisplayedFields.Names[index];
            if (_message.Fields.HasUnselected(name))
            {
                unsigned |= 1u << index;
            }
            else if (_message.Fields.CountOf(name) > 0)
            {
                signed |= 1u << index;
            }
        }

        return new Displayed(signed, unsigned, _message.Copies.LeftOpen(_message.Fields, signature.FieldNames));
    }

    private (DkimResultCode Code, string? Reason) Judge(
        DkimSignature signature, DkimKeyRecord record, BodyHash body, DkimCheck headerCheck, DkimCheck bodyCheck, uint copies)
    {
        // RFC 6376 section 3.6.1: with t=s the domains of i= and d= must be the same.
        if (record.RequiresExactDomain && signature.IdentityDomain != signature.Domain)
        {
            return (DkimResultCode.PermError, $"the key record's t=s wants the domain of i= to be {signature.Domain} (RFC 6376 section 3.6.1)");
        }

        var (headerMatches, bodyMatches) = (headerCheck == DkimCheck.Matches, bodyCheck == DkimCheck.Matches);
        if (!headerMatches || !bodyMatches)
        {
            return (DkimResultCode.Fail, SignatureMismatch.Describe(headerMatches, bodyMatches, body, signature.BodyLengthText));
        }

        // RFC 6376 section 3.5: l= must not exceed the body. That the hash fits all the same is no excuse.
        if (body.IsBeyondEnd)
        {
            return (DkimResultCode.PermError, $"l={signature.BodyLengthText} exceeds the canonical body of {body.CanonicalLength} octets (RFC 6376 section 3.5)");
        }

        if (body.UncoveredLength > 0 && !_options.AcceptPartialBody)
        {
            return (DkimResultCode.Policy, $"l= leaves {body.UncoveredLength} octets of the body unsigned (RFC 6376 section 8.2)");
        }

        if ((copies & SingleFields.Judged) is not 0 and var open && !_options.AcceptUnsignedCopies)
        {
            return (DkimResultCode.Policy, $"the message has a further {SingleFields.Text(open)} that differs and is not signed (RFC 6376 section 8.15)");
        }

        if (FirstNotOversigned(signature) is { } field)
        {
            return (DkimResultCode.Policy, $"h= does not name {field} once more than the message has it (RequiredOversignedFields)");
        }

        return record.IsTesting && _options.TestingKeys == TestingKeys.Ignore
            ? (DkimResultCode.Policy, "the key record says t=y: the domain is testing DKIM (TestingKeys, RFC 6376 section 3.6.1)")
            : (DkimResultCode.Pass, null);
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

    private static DkimResult Result(in Candidate candidate, DkimResultCode code, string reason) => new()
    {
        Code = code,
        Reason = reason,
        Domain = candidate.Signature!.Domain,
        Selector = candidate.Signature.Selector,
        Signature = candidate.Signature,
        FieldIndex = candidate.Field,
    };

    // What a signature covers of the fields shown to people, as sets.
    [StructLayout(LayoutKind.Auto)]
    private readonly record struct Displayed(uint Signed, uint Unsigned, uint CopiesLeftOpen);

    // One DKIM-Signature field on its way to a result.
    [StructLayout(LayoutKind.Auto)]
    private struct Candidate
    {
        public int Field;
        public DkimSignature? Signature;
        public bool IsChosen;
        public DnsResponse? Key;
        public BodyHash? Body;
        public DkimResult? Result;

        public readonly DnsQuestion KeyQuestion => new(Signature!.KeyName, DnsRecordType.Txt);
    }
}
