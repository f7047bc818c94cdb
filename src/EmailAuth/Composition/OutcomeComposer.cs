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
        TimeSpan elapsed)
    {
        var results = Results(methods);
        var (header, extended) = OutcomeFields.Write(options, message, results);
        var arc = AuthenticationOutcome.Find<ArcResult>(methods, "arc");
        return new AuthenticationOutcome
        {
            AuthservId = options.AuthservId,
            Methods = methods,
            Author = author,
            HeaderDefects = message.Defects,
            HasConvertedLineEnds = message.HasConvertedLineEnds,
            HeaderLimit = message.LimitReason,
            Disposition = disposition,
            Results = results,
            Header = header,
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

            // With a null reverse-path both SPF identities are the HELO name (RFC 7208 section 2.4): once is enough.
            if (before > 0 && SpeaksOfTheSame(results[before - 1], results[before]))
            {
                results.Count = before;
            }
        }

        return results.DrainToImmutable();
    }

    private static bool SpeaksOfTheSame(MethodResult earlier, MethodResult later) =>
        earlier.Method == later.Method && earlier.Properties.AsSpan().SequenceEqual(later.Properties.AsSpan());
}
