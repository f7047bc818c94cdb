using EmailAuth.Syntax;

namespace EmailAuth.Spf;

/// <summary>
/// A term of an SPF record, and where it is in the record's text (RFC 7208 section 4.6.1): an <see cref="SpfMechanism"/> with its qualifier,
/// or an <see cref="SpfModifier"/>. Immutable.
/// </summary>
public abstract class SpfTerm
{
    private readonly string _text;

    private protected SpfTerm(string text, int position)
    {
        _text = text;
        Position = position;
    }

    /// <summary>Where the term starts in the record, counted from zero.</summary>
    public int Position { get; }

    /// <summary>How many characters the term has.</summary>
    public int Length => _text.Length;

    /// <summary>
    /// The domain-spec as written, macros unexpanded (RFC 7208 section 7.1); null without one: then a
    /// mechanism asks for the record's own domain.
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
    public bool AsksDns => IsCounted;

    /// <summary>Whether the term leads to the record of another domain: <c>include</c> and <c>redirect</c>.</summary>
    public bool LeadsToRecord => HasRecordTarget;

    /// <summary>The section of RFC 7208 that defines the term, such as <c>5.2</c>.</summary>
    public string Section => DefiningSection;

    /// <summary>The parsed domain-spec; null without one.</summary>
    internal SpfDomainSpec? Target { get; init; }

    /// <summary>The term as written in the record.</summary>
    public override string ToString() => _text;

    private protected abstract bool IsCounted { get; }

    private protected abstract bool HasRecordTarget { get; }

    private protected abstract string DefiningSection { get; }
}
