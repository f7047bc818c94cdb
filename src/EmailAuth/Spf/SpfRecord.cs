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

    /// <summary>Reads a record.</summary>
    /// <param name="text">A TXT record's text, its character-strings joined (section 3.3).</param>
    /// <returns>The record, or the first syntax error; an error anywhere makes the whole record unusable (section 4.6).</returns>
    public static ParseResult<SpfRecord> Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return IsSpfRecord(text)
            ? new SpfRecordParser(text).Parse(Version.Length)
            : new SyntaxError(0, "an SPF record starts with \"v=spf1\" followed by a space or nothing (RFC 7208 section 4.5)");
    }

    /// <summary>The record as published.</summary>
    public override string ToString() => Text;

    /// <summary>
    /// The term that a check comes to when none before it matches; null when there is none. Nothing comes after <c>all</c>, which always
    /// matches (RFC 7208 section 5.1); the redirect comes after the last mechanism, wherever it is written (section 6.1).
    /// </summary>
    /// <param name="index">Which one, from zero.</param>
    internal SpfTerm? TermAt(int index) =>
        index > 0 && index <= Mechanisms.Length && Mechanisms[index - 1].Kind == SpfMechanismKind.All ? null
        : index < Mechanisms.Length ? new SpfTerm(Mechanisms[index])
        : index == Mechanisms.Length && Redirect is not null ? new SpfTerm(Redirect)
        : null;

    // RFC 7208 section 4.5: the version is exactly "v=spf1", ended by a space or the record's end; ABNF strings ignore case.
    /// <summary>Whether a TXT record's text claims to be an SPF record.</summary>
    internal static bool IsSpfRecord(string text) =>
        text.StartsWith(Version, StringComparison.OrdinalIgnoreCase) && (text.Length == Version.Length || text[Version.Length] == ' ');
}
