using EmailAuth.Dkim;
using EmailAuth.Dmarc;
using EmailAuth.Signatures;
using EmailAuth.Spf;
using EmailAuth.Syntax;

namespace EmailAuth.Composition;

/// <summary>Gives DMARC what SPF and DKIM found, as plain data. Pure.</summary>
internal static class CheckedIdentifiers
{
    // A sender can write thousands of signatures that fail. Those without a verdict are never left out: their number is at most that of
    // the signatures that are verified.
    private const int MaxUnauthenticated = 32;

    /// <summary>
    /// RFC 9989 section 4.4: MAIL FROM with an SPF pass (with a null reverse-path that is the HELO domain), and d= of each signature that
    /// passes. A HELO pass does not count when there is a MAIL FROM.
    /// </summary>
    public static List<AuthenticatedIdentifier> Authenticated(SpfResult? spf, DkimResults? dkim)
    {
        var identifiers = new List<AuthenticatedIdentifier>(2);
        if (spf is { Code: SpfResultCode.Pass, Domain: not null })
        {
            identifiers.Add(new AuthenticatedIdentifier { Method = IdentifierSource.Spf, Domain = spf.Domain });
        }

        foreach (var signature in dkim?.Signatures ?? [])
        {
            if (signature is { Code: SignatureResultCode.Pass, Domain: not null })
            {
                identifiers.Add(new AuthenticatedIdentifier { Method = IdentifierSource.Dkim, Domain = signature.Domain });
            }
        }

        return identifiers;
    }

    /// <summary>
    /// The same identifiers where the method did not pass. One that a failed query left open may leave DMARC undecided: no other check and no
    /// signature of another domain can bring that about, as each has its own allowance, clock and turns.
    /// </summary>
    public static IReadOnlyList<UnauthenticatedIdentifier> Others(SpfResult? spf, DkimResults? dkim)
    {
        List<UnauthenticatedIdentifier>? others = null;
        if (spf is { Code: not SpfResultCode.Pass, Domain: not null })
        {
            Add(IdentifierSource.Spf, spf.Domain, spf.Code.Keyword());
        }

        foreach (var signature in dkim?.Signatures ?? [])
        {
            if (signature is { Code: not SignatureResultCode.Pass, Domain: not null }
                && (signature.Code == SignatureResultCode.TempError || others is null || others.Count < MaxUnauthenticated))
            {
                Add(IdentifierSource.Dkim, signature.Domain, signature.Code.Keyword());
            }
        }

        return others is null ? [] : others;

        void Add(IdentifierSource method, DomainName domain, string result) =>
            (others ??= []).Add(new UnauthenticatedIdentifier(new AuthenticatedIdentifier { Method = method, Domain = domain }, result));
    }
}
