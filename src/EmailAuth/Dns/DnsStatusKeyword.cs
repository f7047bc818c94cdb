using System.Diagnostics;

namespace EmailAuth.Dns;

/// <summary>Kinds of answers in words.</summary>
public static class DnsStatusKeyword
{
    /// <summary>The kind of answer in words for people.</summary>
    /// <param name="status">The kind of answer.</param>
    public static string Keyword(this DnsStatus status) => status switch
    {
        DnsStatus.Records => "found",
        DnsStatus.NoData => "no such record",
        DnsStatus.NameError => "no such name",
        DnsStatus.Failure => "no answer",
        _ => throw new UnreachableException(),
    };
}
