using System.Buffers;
using System.Collections.Immutable;
using EmailAuth.Dns;
using EmailAuth.Syntax;

namespace EmailAuth.Inspection.Transport;

/// <summary>Inspects the record for TLS reports.</summary>
internal static class TlsReportingReading
{
    private const string Version = "TLSRPTv1";

    private static readonly SearchValues<char> UriCharacters =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~:/?#[]@$&'()*+=%");

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

        var meant = RecordFields.Meant(response.Texts, Version, "v=TLSRPT");
        if (meant is not [var first, ..])
        {
            return new TlsReportingInspection { Findings = [Found(FindingSeverity.Note, FindingCode.TlsRptAbsent, name, domain.ToString())] };
        }

        if (meant.Length > 1 && RecordFields.IsVersion(first, Version))
        {
            return new TlsReportingInspection { Texts = meant, Findings = [Found(FindingSeverity.Error, FindingCode.TlsRptSeveral, name, Numbers.Text(meant.Length))] };
        }

        return WhyInvalid(first, out var uris) is { } reason
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

        if (RecordFields.Read(text, ownGrammar: "rua", out var reason) is not { } fields)
        {
            return reason;
        }

        var values = fields.Where(static field => field.Name == "rua").Select(static field => field.Value).ToArray();
        if (values is not [var value])
        {
            return values.Length == 0 ? "rua is missing" : "rua appears more than once";
        }

        // RFC 8460 section 3: a comma in a URI is percent-encoded, so that it ends one.
        var list = Array.ConvertAll(value.Split(','), static uri => uri.Trim(' ', '\t'));
        if (Array.Find(list, static uri => !IsUri(uri)) is { } wrong)
        {
            return $"\"{(wrong.Length <= 60 ? wrong : wrong[..60] + "...")}\" is not a mailto: or https: URI, or has a character that must be percent-encoded there";
        }

        uris = [.. list];
        return null;
    }

    private static bool IsUri(string text) => HasOnlyCharactersOfUri(text) && (
        text.StartsWith("mailto:", StringComparison.OrdinalIgnoreCase) ? text.IndexOf('@', StringComparison.Ordinal) is var at && at > 7 && DomainName.Parse(text[(at + 1)..].Split('?')[0]).IsSuccess
        : text.StartsWith("https://", StringComparison.OrdinalIgnoreCase) && Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri.Host.Length > 0);

    // RFC 3986 section 2, without what RFC 8460 section 3 wants encoded: comma, exclamation point and semicolon.
    private static bool HasOnlyCharactersOfUri(string text)
    {
        if (text.AsSpan().ContainsAnyExcept(UriCharacters))
        {
            return false;
        }

        for (var i = text.IndexOf('%', StringComparison.Ordinal); i >= 0; i = text.IndexOf('%', i + 1))
        {
            if (i + 2 >= text.Length || !char.IsAsciiHexDigit(text[i + 1]) || !char.IsAsciiHexDigit(text[i + 2]))
            {
                return false;
            }
        }

        return true;
    }

    private static Finding Found(FindingSeverity severity, FindingCode code, DomainName name, params ReadOnlySpan<string> arguments) =>
        new() { Code = code, Severity = severity, Name = name, Arguments = [.. arguments] };
}
