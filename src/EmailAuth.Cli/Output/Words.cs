using System.Diagnostics;
using EmailAuth.Dmarc;
using EmailAuth.Messages;

namespace EmailAuth.Cli.Output;

/// <summary>The words for values in texts for people: the words of the standards, not the names in the code.</summary>
internal static class Words
{
    public static string OfDiscovery(string method) => method switch
    {
        "treewalk" => "tree walk",
        "psl" => "public suffix list",
        _ => method,
    };

    public static string Of(DmarcPolicySource source) => source switch
    {
        DmarcPolicySource.AuthorDomain => "the author domain",
        DmarcPolicySource.OrganizationalDomain => "the organizational domain",
        DmarcPolicySource.PublicSuffixDomain => "the public suffix domain",
        DmarcPolicySource.None => "no domain",
        _ => throw new UnreachableException(),
    };

    /// <summary>The defects that violate RFC 5322, in words.</summary>
    public static string Of(HeaderDefects defects) =>
        string.Join(", ", Enum.GetValues<HeaderDefects>().Where(defect => defect != HeaderDefects.None && defects.HasFlag(defect)).Select(OfOne));

    private static string OfOne(HeaderDefects defect) => defect switch
    {
        HeaderDefects.BareCarriageReturn => "a CR without an LF after it",
        HeaderDefects.BareLineFeed => "an LF without a CR before it",
        HeaderDefects.NullByte => "a NUL byte",
        HeaderDefects.MalformedField => "a line that is neither a field nor the continuation of one",
        HeaderDefects.SpaceBeforeColon => "white space before a colon",
        HeaderDefects.UnterminatedLine => "no CRLF at the end",
        HeaderDefects.None or _ => throw new UnreachableException(),
    };
}
