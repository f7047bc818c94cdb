using System.Collections.Immutable;
using System.Globalization;
using EmailAuth.Arc;
using EmailAuth.Messages;
using EmailAuth.Policy;
using EmailAuth.Removal;
using EmailAuth.Rendering;
using EmailAuth.Results;

namespace EmailAuth.Composition;

/// <summary>Puts what was found into an outcome: the results in their order, the header field, the fields to remove. Pure.</summary>
internal static class OutcomeComposer
{
    public static AuthenticationOutcome Compose(
        AuthenticationOptions options,
        HeaderBlock message,
        Author author,
        Disposition disposition,
        ImmutableArray<IMethodOutcome> methods,
        int lookups,
        TimeSpan elapsed,
        bool hasReconstructedEnvelope,
        RelayedClient? relayed = null,
        ImmutableArray<PolicyExceptionLine> exceptions = default)
    {
        var results = relayed is null ? Results(methods) : WithRelay(Results(methods), relayed);
        exceptions = exceptions.IsDefault ? [] : exceptions;
        results = exceptions.IsEmpty ? results : WithExceptions(results, exceptions);

        // RFC 8601 section 1: the field says what the receiving host found. A guess about a stored message must not look like that.
        var (header, extended) = hasReconstructedEnvelope ? (string.Empty, null) : OutcomeFields.Write(options, message, results);
        var arc = AuthenticationOutcome.Find<ArcResult>(methods, "arc");
        return new AuthenticationOutcome
        {
            AuthservId = options.AuthservId,
            Author = author,
            Disposition = disposition,
            Header = header,
            Methods = methods,
            Relay = relayed,
            Exceptions = exceptions,
            HeaderDefects = message.Defects,
            HasConvertedLineEnds = message.HasConvertedLineEnds,
            HeaderLimit = message.LimitReason,
            HasReconstructedEnvelope = hasReconstructedEnvelope,
            Results = results,
            ExtendedHeader = extended,
            LookupCount = lookups,
            Elapsed = elapsed,
            FieldsToRemove = FieldsToRemove.Find(message, options.AuthservId, arc, options.LocalPolicy.TrustedSealers, options.RemoveReceivedSpf, options.RemoveFields),
        };
    }

    private static ImmutableArray<MethodResult> Results(ImmutableArray<IMethodOutcome> methods)
    {
        var results = ImmutableArray.CreateBuilder<MethodResult>(methods.Length);
        foreach (var method in methods)
        {
            var before = results.Count;
            method.AddResultsTo(results);

            // With a null reverse-path both SPF identities are the HELO name (RFC 7208 section 2.4): one result is enough.
            if (before > 0 && AreOfTheSame(results[before - 1], results[before]))
            {
                results.Count = before;
            }
        }

        return results.DrainToImmutable();
    }

    // Comments, because RFC 8601 has no property for it. The client and its relay are at the first result that the client's address decides.
    private static ImmutableArray<MethodResult> WithRelay(ImmutableArray<MethodResult> results, RelayedClient relayed) =>
        WithComment(results, Math.Max(0, Array.FindIndex([.. results], static result => result.Method is "spf" or "iprev")), relayed.ToString());

    // At the result that an exception overrides, or at the first one.
    private static ImmutableArray<MethodResult> WithExceptions(ImmutableArray<MethodResult> results, ImmutableArray<PolicyExceptionLine> exceptions) =>
        WithComment(
            results,
            Math.Max(0, Array.FindIndex([.. results], static result => result.Method == "dmarc")),
            string.Create(CultureInfo.InvariantCulture, $"exception {string.Join(' ', exceptions.Select(static exception => exception.Line).Distinct().Order())}"));

    private static ImmutableArray<MethodResult> WithComment(ImmutableArray<MethodResult> results, int at, string comment) =>
        at >= results.Length ? results : results.SetItem(at, new MethodResult
        {
            Method = results[at].Method,
            Result = results[at].Result,
            Comment = results[at].Comment is { } other ? $"{other}, {comment}" : comment,
            Reason = results[at].Reason,
            Properties = results[at].Properties,
        });

    private static bool AreOfTheSame(MethodResult earlier, MethodResult later) =>
        earlier.Method == later.Method && HaveEqual(earlier.Properties, later.Properties);

    private static bool HaveEqual(ImmutableArray<ResultProperty> one, ImmutableArray<ResultProperty> other)
    {
        if (one.Length != other.Length)
        {
            return false;
        }

        for (var index = 0; index < one.Length; index++)
        {
            if (!one[index].IsSameAs(other[index]))
            {
                return false;
            }
        }

        return true;
    }
}
