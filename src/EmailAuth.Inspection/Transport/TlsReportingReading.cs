using System.Collections.Immutable;
using EmailAuth.Dns;
using EmailAuth.Syntax;

namespace EmailAuth.Inspection.Transport;

/// <summary>Inspects the record for TLS reports.</summary>
internal static class TlsReportingReading
{
    private const string Version = "TLSRPTv1";

    public static async Task<TlsReportingInspection> ReadAsync(DomainName domain, IDnsResolver resolver, CancellationToken cancellationToken)
    {
        if (domain.Prepend("_smtp._tls") is not { } name)
        {
            return new TlsReportingInspection();
        }

        var response = await resolver.QueryAsync(new DnsQuestion(name, DnsRecordType.Txt), cancellationToken).ConfigureAwait(false);
        if (response.Status == DnsStatus.Failure)
        {
            return new TlsReportingInspection { Findings = [Found(FindingSeverity.Note, FindingCode.TlsRptLookupFailed, name, name.ToString(), response.Reason!)] };
        }

        var meant = response.Texts.Where(static text => text.TrimStart().StartsWith("v=TLSRPT", StringComparison.OrdinalIgnoreCase)).ToImmutableArray();
        if (meant is not [var only])
        {
            return meant.IsEmpty
                ? new TlsReportingInspection { Findings = [Found(FindingSeverity.Note, FindingCode.TlsRptAbsent, name, domain.ToString())] }
                : new TlsReportingInspection { Texts = meant, Findings = [Found(FindingSeverity.Error, FindingCode.TlsRptSeveral, name, Numbers.Text(meant.Length))] };
        }

        return WhyInvalid(only, out var uris) is { } reason
            ? new TlsReportingInspection { Texts = meant, Findings = [Found(FindingSeverity.Error, FindingCode.TlsRptInvalid, name, reason)] }
            : new TlsReportingInspection { Texts = meant, Uris = uris };
    }

    /// <summary>What is wrong with the text of a record; null when it is valid.</summary>
    public static string? WhyInvalid(string text, out ImmutableArray<string> uris)
    {
        uris = [];
        if (!RecordFields.IsVersion(text, Version))
        {
            return "it does not begin with \"v=TLSRPTv1;\"";
        }

        if (RecordFields.Read(text, out var reason) is not { } fields)
        {
            return reason;
        }

        var values = fields.Where(static field => field.Name == "rua").Select(static field => field.Value).ToArray();
        if (values is not [var value])
        {
            return values.Length == 0 ? "rua is missing" : "rua appears more than once";
        }

        // RFC 8460 section 3: a comma in a URI is percent-encoded, so that it ends one.
        var list = value.Split(',', StringSplitOptions.TrimEntries);
        if (Array.Find(list, static uri => !IsUri(uri)) is { } wrong)
        {
            return $"\"{(wrong.Length <= 60 ? wrong : wrong[..60] + "...")}\" is not a mailto: or https: URI";
        }

        uris = [.. list];
        return null;
    }

    private static bool IsUri(string text) =>
        text.StartsWith("mailto:", StringComparison.OrdinalIgnoreCase) ? text.IndexOf('@', StringComparison.Ordinal) is var at && at > 7 && DomainName.Parse(text[(at + 1)..].Split('?')[0]).IsSuccess
        : text.StartsWith("https://", StringComparison.OrdinalIgnoreCase) && Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri.Host.Length > 0;

    private static Finding Found(FindingSeverity severity, FindingCode code, DomainName name, params ReadOnlySpan<string> arguments) =>
        new() { Code = code, Severity = severity, Name = name, Arguments = [.. arguments] };
}
