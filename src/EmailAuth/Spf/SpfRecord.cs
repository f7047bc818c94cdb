using System.Collections.Immutable;
using EmailAuth.Syntax;

namespace EmailAuth.Spf;

/// <summary>A parsed SPF record (RFC 7208 section 4.5 and 12). Immutable; parsing asks no DNS.</summary>
public sealed class SpfRecord
{
    private const string Version = "v=spf1";

    internal SpfRecord(string text, ImmutableArray<SpfMechanism> mechanisms, ImmutableArray<SpfModifier> modifiers, SpfModifier? redirect, SpfModifier? explanation)
    {
        Text = text;
        Mechanisms = mechanisms;
        Modifiers = modifiers;
        Redirect = redirect;
        Explanation = explanation;
    }

    /// <summary>The record as published.</summary>
    public string Text { get; }

    /// <summary>The directives, in order.</summary>
    public ImmutableArray<SpfMechanism> Mechanisms { get; }

    /// <summary>All modifiers, in order; those that RFC 7208 does not define are kept and ignored (section 6).</summary>
    public ImmutableArray<SpfModifier> Modifiers { get; }

    /// <summary>The <c>redirect</c> modifier (section 6.1), or null.</summary>
    public SpfModifier? Redirect { get; }

    /// <summary>The <c>exp</c> modifier (section 6.2), or null.</summary>
    public SpfModifier? Explanation { get; }

    /// <summary>All terms in the order of the text; made when asked for.</summary>
    public ImmutableArray<SpfTerm> Terms => [.. Mechanisms.AsEnumerable<SpfTerm>().Concat(Modifiers).OrderBy(static term => term.Position)];

    /// <summary>
    /// The terms that a check comes to when none before them matches, in this order: the mechanisms up to <c>all</c>, which always matches
    /// (RFC 7208 section 5.1); without it the redirect comes last, wherever it is written (section 6.1). Made when asked for.
    /// </summary>
    public ImmutableArray<SpfTerm> EvaluatedTerms
    {
        get
        {
            var terms = ImmutableArray.CreateBuilder<SpfTerm>(Mechanisms.Length + 1);
            while (TermAt(terms.Count) is { } term)
            {
                terms.Add(term);
            }

            return terms.DrainToImmutable();
        }
    }

    // RFC 7208 section 4.5: the version is exactly "v=spf1", ended by a space or the record's end; ABNF strings ignore case.
    /// <summary>Whether a TXT record's text claims to be an SPF record: it starts with <c>v=spf1</c> followed by a space or nothing (section 4.5).</summary>
    /// <param name="text">The text of a TXT record.</param>
    public static bool IsSpfRecord(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return text.StartsWith(Version, StringComparison.OrdinalIgnoreCase) && (text.Length == Version.Length || text[Version.Length] == ' ');
    }

    /// <summary>Reads a record.</summary>
    /// <param name="text">A TXT record's text, its character-strings joined (section 3.3).</param>
    /// <returns>The record, or the first syntax error; an error anywhere makes the whole record unusable (section 4.6).</returns>
    public static ParseResult<SpfRecord> Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return IsSpfRecord(text)
            ? new SpfRecordParser(text).Parse(Version.Length)
            : new SyntaxError(SyntaxErrorCode.Unsupported, 0, "an SPF record starts with \"v=spf1\" followed by a space or nothing (RFC 7208 section 4.5)");
    }

    /// <summary>The record as published.</summary>
    public override string ToString() => Text;

    /// <summary>One of <see cref="EvaluatedTerms"/>; null when there are no more.</summary>
    /// <param name="index">Which one, from zero.</param>
    internal SpfTerm? TermAt(int index) =>
        index > 0 && index <= Mechanisms.Length && Mechanisms[index - 1].Kind == SpfMechanismKind.All ? null
        : index < Mechanisms.Length ? Mechanisms[index]
        : index == Mechanisms.Length ? Redirect
        : null;
}
