using System.Collections.Immutable;
using EmailAuth.Arc;
using EmailAuth.Dkim;
using EmailAuth.Dmarc;
using EmailAuth.Signatures;
using EmailAuth.Spf;

namespace EmailAuth.Cli.Output;

/// <summary>A checked identifier, its result, whether it aligns with the author domain, and what was found in plain words.</summary>
/// <param name="Method">The method: spf, spf_helo, dkim, arc or dmarc.</param>
/// <param name="Domain">The domain; null without one.</param>
/// <param name="Selector">The selector of a signature; else null.</param>
/// <param name="Result">The result in the words of the method.</param>
/// <param name="IsAligned">Whether the domain aligns; null when nothing was compared.</param>
/// <param name="Text">The finding in one line.</param>
internal sealed record IdentifierCheck(string Method, string? Domain, string? Selector, string Result, bool? IsAligned, string Text)
{
    /// <summary>All checks of an outcome: SPF, each signature, the ARC chain, DMARC.</summary>
    public static ImmutableArray<IdentifierCheck> ReadAll(AuthenticationOutcome outcome)
    {
        var checks = ImmutableArray.CreateBuilder<IdentifierCheck>();
        foreach (var spf in new[] { outcome.Spf, outcome.SpfHelo }.OfType<SpfResult>())
        {
            var isHelo = spf.Identity == SpfIdentity.Helo;
            var aligned = isHelo ? null : Aligns(outcome, IdentifierSource.Spf, spf.Domain?.ToString());
            checks.Add(new IdentifierCheck(isHelo ? "spf_helo" : "spf", spf.Domain?.ToString(), null, spf.Code.Keyword(), aligned, ResultWords.Of(spf)));
        }

        foreach (var signature in outcome.Dkim is { } dkim ? dkim.Signatures : [])
        {
            var domain = signature.Domain?.ToString();
            checks.Add(new IdentifierCheck(
                "dkim", domain, signature.Selector, signature.Code.Keyword(), Aligns(outcome, IdentifierSource.Dkim, domain), ResultWords.Of(signature)));
        }

        if (outcome.Dkim is { Signatures.IsEmpty: true })
        {
            checks.Add(new IdentifierCheck("dkim", null, null, "none", null, "the message is not signed"));
        }

        if (outcome.Arc is { HighestInstance: > 0 } arc)
        {
            var sealer = arc.Sets is [{ IsSealVerified: true } newest, ..] ? newest.Seal.Domain.ToString() : null;
            checks.Add(new IdentifierCheck("arc", sealer, null, arc.Code.Keyword(), null, ResultWords.Of(arc)));
        }

        if (outcome.Dmarc is { } dmarc)
        {
            checks.Add(new IdentifierCheck("dmarc", dmarc.AuthorDomain?.ToString(), null, dmarc.Code.Keyword(), null, Words(dmarc)));
        }

        return checks.DrainToImmutable();
    }

    /// <summary>Whether the domain of an identifier aligns; null when it was not compared.</summary>
    public static bool? Aligns(AuthenticationOutcome outcome, IdentifierSource method, string? domain) => domain is null || outcome.Dmarc is not { } dmarc
        ? null
        : dmarc.Alignments.FirstOrDefault(alignment => alignment.Identifier.Method == method && alignment.Identifier.Domain.ToString() == domain) is { } found
            ? Aligns(found)
            : null;

    /// <summary>The same of an alignment.</summary>
    public static bool? Aligns(DmarcAlignment alignment) => alignment.IsCompared ? alignment.IsAligned : null;

    private static string Words(DmarcResult dmarc) => dmarc.Code switch
    {
        DmarcResultCode.Pass => $"authenticated by {string.Join(" and ", dmarc.Alignments.Where(static one => one.Counts).Select(Word).Distinct(StringComparer.Ordinal))}",
        DmarcResultCode.Fail when dmarc.Alignments.Any(static one => one.IsAligned) => "what belongs to the author domain does not pass",
        DmarcResultCode.Fail => "nothing that passes belongs to the author domain",
        DmarcResultCode.None => "the author domain has no record",
        DmarcResultCode.TempError or DmarcResultCode.PermError or _ => dmarc.Reason ?? string.Empty,
    };

    private static string Word(DmarcAlignment alignment) => alignment.Identifier.Method == IdentifierSource.Spf ? "SPF" : "DKIM";
}
