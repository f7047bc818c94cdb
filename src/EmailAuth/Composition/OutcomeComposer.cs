using System.Collections.Immutable;
using System.Globalization;
using System.Net;
using System.Runtime.InteropServices;
using EmailAuth.Arc;
using EmailAuth.Dkim;
using EmailAuth.Removal;
using EmailAuth.Rendering;
using EmailAuth.Results;

namespace EmailAuth.Composition;

/// <summary>Puts what was found into an outcome: the results in their order, the header field, the fields to remove. Pure.</summary>
internal static class OutcomeComposer
{
    // Mail servers cut a field off past some size (Postfix at 100 KB), and with it what DMARC says. So many signatures stay well below,
    // whatever they hold; honest mail has a handful.
    private const int MaxListedSignatures = 32;

    public static AuthenticationOutcome Compose(AuthenticationOptions options, in Findings found)
    {
        var results = Results(options, found);
        var (header, extended) = OutcomeFields.Write(options, found, results);
        return new AuthenticationOutcome
        {
            AuthservId = options.AuthservId,
            Iprev = found.Iprev,
            Spf = found.Spf,
            SpfHelo = found.SpfHelo,
            Dkim = found.Dkim,
            Arc = found.Arc,
            Dmarc = found.Dmarc,
            Bimi = found.Bimi,
            Author = found.Author,
            HeaderDefects = found.Header.Defects,
            HasConvertedLineEnds = found.Header.HasConvertedLineEnds,
            HeaderLimit = found.Header.LimitReason,
            Disposition = found.Disposition,
            FieldsToRemove = FieldsToRemove.Find(options, found),
            Results = results,
            Header = header,
            ExtendedHeader = extended,
            LookupCount = found.Lookups,
            Elapsed = found.Elapsed,
        };
    }

    // A fixed order: the checks of the envelope, of the message, of the author, of the client. SPF of MAIL FROM goes before that of HELO,
    // as a reader that looks at one takes the first.
    private static ImmutableArray<MethodResult> Results(AuthenticationOptions options, in Findings found)
    {
        // With a null reverse-path both SPF identities are the HELO name (RFC 7208 section 2.4): once is enough.
        var helo = found.Spf is { IsNullReversePath: true } ? null : found.SpfHelo;
        var dkim = found.Dkim is null ? [] : Listed(found.Dkim, Math.Max(MaxListedSignatures, options.Dkim.MaxSignatures));
        var count = dkim.Length + One(found.Spf) + One(helo) + One(found.Arc) + One(found.Dmarc) + One(found.Bimi) + One(found.Iprev);
        var results = new MethodResult[count];
        var added = 0;
        Add(found.Spf?.ToMethodResult());
        Add(helo?.ToMethodResult());
        dkim.CopyTo(results, added);
        added += dkim.Length;
        Add(found.Arc is null ? null : WithClient(found.Arc.ToMethodResult(), found.Arc, found.Client));
        Add(found.Dmarc?.ToMethodResult());
        Add(found.Bimi?.ToMethodResult());
        Add(found.Iprev?.ToMethodResult());
        return ImmutableCollectionsMarshal.AsImmutableArray(results);

        static int One(object? result) => result is null ? 0 : 1;

        void Add(MethodResult? result)
        {
            if (result is not null)
            {
                results[added++] = result;
            }
        }
    }

    // All that were checked, wherever they stand, and of the others the topmost; one line says how many are left. The outcome holds each.
    private static ImmutableArray<MethodResult> Listed(DkimResults found, int limit)
    {
        var all = found.ToMethodResults();
        if (all.Length <= limit)
        {
            return all;
        }

        var free = limit - found.Signatures.Count(static signature => signature.IsChecked);
        var listed = ImmutableArray.CreateBuilder<MethodResult>(limit + 1);
        for (var index = 0; index < all.Length; index++)
        {
            if (found.Signatures[index].IsChecked || free-- > 0)
            {
                listed.Add(all[index]);
            }
        }

        listed.Add(new MethodResult
        {
            Method = "dkim",
            Result = "policy",
            Reason = string.Create(CultureInfo.InvariantCulture, $"{all.Length - limit} more signatures, none of which was verified, are not listed"),
        });
        return listed.MoveToImmutable();
    }

    // RFC 8617 section 10.2: smtp.remote-ip says, for those who read the chain later, who handed it to us.
    private static MethodResult WithClient(MethodResult arc, ArcResult found, IPAddress? client) =>
        client is null || found.HighestInstance == 0
            ? arc
            : arc with { Properties = arc.Properties.Add(new ResultProperty("smtp", "remote-ip", client.ToString())) };
}
