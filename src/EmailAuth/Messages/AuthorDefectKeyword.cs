using System.Diagnostics;

namespace EmailAuth.Messages;

/// <summary>The codes of an author's reasons as programs read them.</summary>
internal static class AuthorDefectKeyword
{
    /// <summary>The code in one word.</summary>
    /// <param name="defect">The defect; none for a reason that the caller wrote.</param>
    public static string Keyword(this AuthorDefect defect) => defect switch
    {
        AuthorDefect.None => "other",
        AuthorDefect.IncompleteHeader => "header_limit",
        AuthorDefect.NoField => "no_field",
        AuthorDefect.SeveralFields => "several_fields",
        AuthorDefect.Malformed => "field_syntax",
        AuthorDefect.NoAddress => "no_address",
        AuthorDefect.SeveralDomains => "several_domains",
        AuthorDefect.UnusableDomain => "unusable_domain",
        _ => throw new UnreachableException(),
    };
}
