using System.Collections.Immutable;
using EmailAuth.Dkim;
using EmailAuth.Dns;
using EmailAuth.Signatures;
using EmailAuth.Syntax;

namespace EmailAuth.Inspection.Signatures;

/// <summary>
/// Names the change that keeps a DKIM signature from holding: a bounded search for the message as it was signed. Only a candidate with exactly
/// the signed hash counts, so no cause is guessed.
/// </summary>
/// <remarks>Thread-safe. Nothing is kept. No verdict depends on it.</remarks>
public static class SignatureDoctor
{
    /// <summary>Diagnoses the signatures of a message that do not hold.</summary>
    /// <param name="message">The message that was verified.</param>
    /// <param name="results">The results, all from <see cref="DkimVerifier"/>.</param>
    /// <param name="resolver">Where keys are looked up: the signature's own, and when another key signed, those of other selectors.</param>
    /// <param name="options">How far to search, or null for <see cref="SignatureDoctorOptions.Default"/>.</param>
    /// <param name="cancellationToken">Ends the search.</param>
    /// <returns>A diagnosis of each signature that was checked and does not pass, in the order of the results. They share the limits.</returns>
    public static async ValueTask<ImmutableArray<SignatureDiagnosis>> DiagnoseAsync(
        ReadOnlyMemory<byte> message, DkimResults results, IDnsResolver resolver, SignatureDoctorOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(results);
        ArgumentNullException.ThrowIfNull(resolver);
        options ??= SignatureDoctorOptions.Default;
        var asked = new InspectionResolver(resolver);
        var diagnoses = ImmutableArray.CreateBuilder<SignatureDiagnosis>();
        var share = new SharedLimits(options, results.Signatures.Count(CanDiagnose));
        for (var index = 0; index < results.Signatures.Length; index++)
        {
            var result = results.Signatures[index];
            if (!CanDiagnose(result))
            {
                continue;
            }

            var key = await KeyAtAsync(asked, result.Signature!.KeyName, cancellationToken).ConfigureAwait(false);
            DomainName? other = null;
            if (key is not null && result.HeaderCheck == DkimCheck.Differs && result.Signature.Open(key).Opening == SignatureOpening.OtherKey)
            {
                other = await FindOtherKeyAsync(asked, result.Signature, results.Signatures, options, cancellationToken).ConfigureAwait(false);
            }

            diagnoses.Add(share.Taken(Diagnose(message, index, result, key, other, share.Next(), cancellationToken)));
        }

        return diagnoses.ToImmutable();
    }

    /// <summary>Diagnoses one signature, without any lookup.</summary>
    /// <param name="message">The message that was verified.</param>
    /// <param name="index">Which DKIM-Signature field of the message it is, from the top, from 0.</param>
    /// <param name="result">Its result. One that passes, or whose field could not be read, has an empty diagnosis.</param>
    /// <param name="key">The record of its key; null when it is not known.</param>
    /// <param name="options">How far to search, or null for <see cref="SignatureDoctorOptions.Default"/>.</param>
    /// <param name="cancellationToken">Ends the search.</param>
    public static SignatureDiagnosis Diagnose(
        ReadOnlyMemory<byte> message, int index, DkimResult result, KeyRecord? key, SignatureDoctorOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(result);
        return Diagnose(message, index, result, key, null, options ?? SignatureDoctorOptions.Default, cancellationToken);
    }

    /// <summary>Whether a signature was checked, so that its key was asked for. A message may have thousands that were not.</summary>
    internal static bool IsChecked(DkimResult result) =>
        result.Signature is not null && result.ReasonCode is not ("signature_limit" or "expired" or "dated_in_future" or "algorithm_refused");

    private static bool CanDiagnose(DkimResult result) =>
        IsChecked(result) && result.Code is SignatureResultCode.Fail or SignatureResultCode.PermError or SignatureResultCode.Policy;

    private static SignatureDiagnosis Diagnose(
        ReadOnlyMemory<byte> message, int index, DkimResult result, KeyRecord? key, DomainName? other, SignatureDoctorOptions options, CancellationToken cancellationToken)
    {
        if (!CanDiagnose(result) || SignedMessageText.Of(message, index, result.Signature!) is not { } text)
        {
            return new SignatureDiagnosis { Index = index, Result = result };
        }

        var opened = key is null || result.HeaderCheck != DkimCheck.Differs ? default : result.Signature!.Open(key);
        var changes = ImmutableArray.CreateBuilder<SignatureChange>();
        changes.AddRange(KeyDiagnosis.Of(result, key));
        if (opened.Opening == SignatureOpening.OtherKey)
        {
            changes.Add(KeyDiagnosis.OfOtherKey(result.Signature!, other));
        }

        var header = new SearchBudget(options.MaxTries, options.MaxHashedBytes / 4, cancellationToken);
        var body = new SearchBudget(options.MaxTries, options.MaxHashedBytes / 4 * 3, cancellationToken);
        var headerEnd = SearchHeader(text, result, key, opened, header, options, changes);
        var bodyEnd = SearchBody(text, result, body, changes);
        return new SignatureDiagnosis
        {
            Index = index,
            Result = result,
            Key = opened.Opening,
            Changes = changes.ToImmutable(),
            HeaderSearch = headerEnd,
            BodySearch = bodyEnd,
            TryCount = header.Tries + body.Tries,
            HashedBytes = header.Bytes + body.Bytes,
        };
    }

    private static SearchEnd SearchHeader(
        SignedMessageText text,
        DkimResult result,
        KeyRecord? key,
        OpenedSignature opened,
        SearchBudget budget,
        SignatureDoctorOptions options,
        ImmutableArray<SignatureChange>.Builder changes)
    {
        if (result.HeaderCheck != DkimCheck.Differs || key is null || opened.Opening == SignatureOpening.OtherKey || !KeyDiagnosis.IsComparable(key))
        {
            return SearchEnd.NotNeeded;
        }

        if (opened is { Opening: SignatureOpening.Opened, Digest.IsEmpty: true })
        {
            changes.Add(new SignatureChange { Code = ChangeCode.HeaderSignerFault, Arguments = ["with another hash than that of a="], IsProven = true });
            return SearchEnd.Found;
        }

        var target = new HeaderTarget(result.Signature!, text.Hash, opened.Digest.AsSpan(), key, budget, options.MaxVerifications);
        return Conclude(new HeaderSearch(target, text.Fields, text.Parts).Find(), budget, changes);
    }

    private static SearchEnd SearchBody(SignedMessageText text, DkimResult result, SearchBudget budget, ImmutableArray<SignatureChange>.Builder changes)
    {
        if (result.BodyCheck != DkimCheck.Differs)
        {
            return SearchEnd.NotNeeded;
        }

        var signature = result.Signature!;
        var target = new BodyTarget(text.Hash, signature.BodyHash, text.IsBodyRelaxed, signature.BodyLength, budget);
        return Conclude(new BodySearch(target, text.Body, text.Fields.ValueOf("content-type"), result.HeaderCheck == DkimCheck.Matches).Find(), budget, changes);
    }

    private static SearchEnd Conclude(ImmutableArray<SignatureChange>? found, SearchBudget budget, ImmutableArray<SignatureChange>.Builder changes)
    {
        changes.AddRange(found ?? []);
        return found is { IsEmpty: false } ? SearchEnd.Found : budget.IsIncomplete ? SearchEnd.LimitReached : SearchEnd.NotFound;
    }

    /// <summary>The record of a key; null when it cannot be looked up or read.</summary>
    internal static async ValueTask<KeyRecord?> KeyAtAsync(InspectionResolver resolver, DomainName name, CancellationToken cancellationToken)
    {
        var answer = await resolver.TextsAsync(name, cancellationToken).ConfigureAwait(false);
        return answer is { Status: DnsStatus.Records, Texts: [var text] } ? KeyRecord.Parse(text).Value : null;
    }

    private static async ValueTask<DomainName?> FindOtherKeyAsync(
        InspectionResolver resolver, DkimSignature signature, ImmutableArray<DkimResult> signatures, SignatureDoctorOptions options, CancellationToken cancellationToken)
    {
        foreach (var name in KeyDiagnosis.OtherNames(signature, signatures).Take(options.MaxKeyLookups))
        {
            if (await KeyAtAsync(resolver, name, cancellationToken).ConfigureAwait(false) is { } key && signature.Open(key).Opening == SignatureOpening.Opened)
            {
                return name;
            }
        }

        return null;
    }
}
