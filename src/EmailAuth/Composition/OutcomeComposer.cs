using System.Collections.Immutable;
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
        bool hasReconstructedEnvelope)
    {
        var results = Results(methods);

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
            HeaderDefects = message.Defects,
            HasConvertedLineEnds = message.HasConvertedLineEnds,
            HeaderLimit = message.LimitReason,
            HasReconstructedEnvelope = hasReconstructedEnvelope,
            Results = results,
            ExtendedHeader = extended,
            LookupCount = lookups,
            Elapsed = elapsed,
            FieldsToRemove = FieldsToRemove.Find(message, options.AuthservId, arc, options.LocalPolicy.TrustedSealers, options.RemoveReceivedSpf),
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
