using System.Diagnostics;

namespace EmailAuth.Spf;

/// <summary>The codes of SPF's reasons as programs read them.</summary>
internal static class SpfReasonKeyword
{
    /// <summary>The code in one word.</summary>
    /// <param name="reason">The cause.</param>
    public static string Keyword(this SpfReason reason) => reason switch
    {
        SpfReason.Other => "other",
        SpfReason.Match => "match",
        SpfReason.NoMatch => "no_match",
        SpfReason.NoClient => "no_client",
        SpfReason.ReversePathSyntax => "reverse_path_syntax",
        SpfReason.AddressLiteral => "address_literal",
        SpfReason.HeloSyntax => "helo_syntax",
        SpfReason.SingleLabel => "single_label",
        SpfReason.NoRecord => "no_record",
        SpfReason.SeveralRecords => "several_records",
        SpfReason.RecordSyntax => "record_syntax",
        SpfReason.RecordTooLong => "record_too_long",
        SpfReason.InvalidTarget => "invalid_target",
        SpfReason.TargetWithoutRecord => "target_without_record",
        SpfReason.LookupLimit => "lookup_limit",
        SpfReason.VoidLookupLimit => "void_lookup_limit",
        SpfReason.MailHostLimit => "mail_host_limit",
        SpfReason.DnsFailure => "dns_failure",
        SpfReason.TimeLimit => "time_limit",
        _ => throw new UnreachableException(),
    };
}
