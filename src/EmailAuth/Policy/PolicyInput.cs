using System.Collections.Immutable;
using System.Net;
using System.Runtime.InteropServices;
using EmailAuth.Arc;
using EmailAuth.Dmarc;
using EmailAuth.Messages;

namespace EmailAuth.Policy;

/// <summary>What a decision rests on.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct PolicyInput
{
    /// <summary>What DMARC found; null when it was not checked.</summary>
    public DmarcResult? Dmarc { get; init; }

    /// <summary>
    /// What DMARC finds for each of several author domains as if it were the only one (RFC 9989 section 5.3.1); default where it was not
    /// looked for.
    /// </summary>
    public ImmutableArray<DmarcResult> AuthorResults { get; init; }

    /// <summary>Whether the allowance of queries ended before each of several author domains was judged.</summary>
    public bool AreAuthorResultsCut { get; init; }

    public required Author Author { get; init; }

    /// <summary>Which limit ended the reading of the header; null when all of it was read.</summary>
    public string? HeaderLimit { get; init; }

    public IPAddress? Client { get; init; }

    /// <summary>Whether a relay brought the message, and the client that it recorded cannot be read.</summary>
    public bool HasUnreadRelay { get; init; }

    /// <summary>Whether the client proved itself by SMTP AUTH.</summary>
    public bool IsAuthenticated { get; init; }

    /// <summary>What SPF and DKIM authenticated.</summary>
    public required IReadOnlyList<AuthenticatedIdentifier> Identifiers { get; init; }

    /// <summary>The operator's exceptions that are about the message.</summary>
    public ExceptionMatch Exceptions { get; init; }

    /// <summary>What ARC found; null when it was not checked.</summary>
    public ArcResult? Arc { get; init; }
}
