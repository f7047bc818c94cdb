using EmailAuth.Syntax;

namespace EmailAuth.Spf;

/// <summary>
/// A term of an SPF record, and where it is in the record's text (RFC 7208 section 4.6.1): an <see cref="SpfMechanism"/> with its qualifier,
/// or an <see cref="SpfModifier"/>. Immutable.
/// </summary>
public abstract class SpfTerm
{
    private protected SpfTerm(int position) => Position = position;

    /// <summary>Where the term starts in the record, counted from zero.</summary>
    public int Position { get; }

    /// <summary>How many characters the term has.</summary>
    public int Length => ToString().Length;

    /// <summary>
    /// The domain-spec as written, macros unexpanded (RFC 7208 section 7.1); null when there is none: then it is the record's own domain that a
    /// mechanism asks for.
    /// </summary>
    public string? DomainSpec => Target?.Text;

    /// <summary>
    /// The name that the domain-spec gives in every check; null without a domain-spec, when <see cref="DependsOnMessage"/>, and when it gives
    /// no possible name.
    /// </summary>
    public DomainName? TargetName => Target?.Name;

    /// <summary>Whether the domain-spec holds a macro, so that its name differs between messages.</summary>
    public bool DependsOnMessage => Target is { IsConstant: false };

    /// <summary>Whether expanding the domain-spec asks for the client's names: it holds the macro letter p (RFC 7208 section 7.3).</summary>
    public bool AsksPointers => Target is { AsksPointers: true };

    /// <summary>Whether evaluating the term asks the DNS, and counts as one of those that may (RFC 7208 section 4.6.4).</summary>
    public abstract bool AsksDns { get; }

    /// <summary>Whether the term leads to the record of another domain: <c>include</c> and <c>redirect</c>.</summary>
    public abstract bool LeadsToRecord { get; }

    /// <summary>The section of RFC 7208 that defines the term, such as <c>5.2</c>.</summary>
    public abstract string Section { get; }

    /// <summary>The parsed domain-spec; null when there is none.</summary>
    internal SpfDomainSpec? Target { get; init; }

    /// <summary>The term as written in the record.</summary>
    public abstract override string ToString();
}
