using System.Collections.Immutable;
using System.Diagnostics;
using EmailAuth.Syntax;

namespace EmailAuth.Messages;

/// <summary>Who a message says wrote it: the mailbox of its From field, or why there is no reliable one (RFC 9989 section 5.3.1).</summary>
/// <remarks>
/// A field counts when the most lenient reader reads its name as "From". An address counts only when the whole field is valid by RFC 5322:
/// nothing is picked out of a text that two readers may understand differently. Malformed is therefore also what RFC 5322 lets
/// readers accept but not generate, where readers are known to differ: white space or a comment inside the domain, a comment that holds
/// another one or an angle bracket, one that holds an at sign inside an address or before one without angle brackets, an encoded word in the
/// local part.
/// </remarks>
[DebuggerDisplay("{Domain}, {Defect}")]
public sealed class Author
{
    /// <summary>How many domains are kept of those found.</summary>
    internal const int MaxDomains = 16;

    /// <summary>The author domain in A-labels; null when there is no usable one.</summary>
    public DomainName? Domain { get; init; }

    /// <summary>
    /// The local part of the (first) address, without quotes and comments; null unless the author domain is usable.
    /// </summary>
    public string? LocalPart { get; init; }

    /// <summary>Why the author domain is not usable, in one line; null when it is.</summary>
    public string? Reason { get; init; }

    /// <summary>
    /// The reason as one of the words in REASONS.md, such as <c>several_fields</c>; <c>other</c> for an author that the caller made. Null
    /// without <see cref="Reason"/>.
    /// </summary>
    public string? ReasonCode => Reason is null ? null : Defect.Keyword();

    /// <summary>The same for decisions.</summary>
    internal AuthorDefect Defect { get; init; }

    /// <summary>
    /// The distinct domains of all addresses found, at most 16: one when the author domain is usable, more with
    /// <c>several_domains</c>, and those of each field with <c>several_fields</c>.
    /// </summary>
    public ImmutableArray<DomainName> Domains { get; internal init; } = [];

    /// <summary>How many addresses the field has when the author domain is usable; else 0. BIMI wants exactly one (BIMI draft section 7.1).</summary>
    internal int AddressCount { get; init; }

    /// <summary>How many fields may be read as From.</summary>
    internal int FieldCount { get; init; }

    /// <summary>Finds the author of a message.</summary>
    /// <param name="header">The message's header.</param>
    public static Author Find(HeaderBlock header)
    {
        ArgumentNullException.ThrowIfNull(header);
        return AuthorFinder.Find(header);
    }
}
