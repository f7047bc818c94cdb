using System.Collections.Immutable;
using System.Globalization;
using System.Net;
using MimeKit.Utils;

namespace EmailAuth.Reports.Feedback;

/// <summary>Reads the fields of a feedback report (RFC 5965 section 3), leniently.</summary>
internal sealed class FeedbackReader
{
    private const string TypeField = "Feedback-Type";

    // RFC 5965 sections 3.1 and 3.2, RFC 6591 section 3, RFC 6692, RFC 9991: these appear at most once.
    private static readonly ImmutableArray<string> SingleFields =
    [
        TypeField, "User-Agent", "Version", "Arrival-Date", "Received-Date", "Incidents", "Original-Envelope-Id", "Original-Mail-From", "Reporting-MTA", "Source-IP",
        "Source-Port", "Auth-Failure", "Identity-Alignment", "Delivery-Result", "DKIM-Domain", "DKIM-Identity", "DKIM-Selector", "DKIM-Canonicalized-Header",
        "DKIM-Canonicalized-Body", "DKIM-Selector-DNS", "DKIM-ADSP-DNS",
    ];

    private static readonly ImmutableArray<string> SeveralFields = ["Authentication-Results", "Original-Rcpt-To", "Reported-Domain", "Reported-URI", "SPF-DNS"];

    private readonly Dictionary<string, string> _single = new(StringComparer.OrdinalIgnoreCase);
    private readonly Dictionary<string, ImmutableArray<string>.Builder> _several = new(StringComparer.OrdinalIgnoreCase);
    private readonly ImmutableArray<FeedbackField>.Builder _others = ImmutableArray.CreateBuilder<FeedbackField>();
    private readonly ReportFindings _findings;

    private FeedbackReader(ReportFindings findings) => _findings = findings;

    /// <summary>Whether octets that may start with empty lines have a field that only a feedback report has among their first ones.</summary>
    public static bool Is(ReadOnlySpan<byte> start)
    {
        var rest = start.TrimStart("\uFEFF"u8).TrimStart("\r\n \t"u8);
        for (var lines = 0; lines < 8 && !rest.IsEmpty; lines++)
        {
            var end = rest.IndexOf((byte)'\n');
            var line = (end < 0 ? rest : rest[..end]).TrimEnd((byte)'\r');
            if (line.Length > TypeField.Length && FieldBlock.NameLength(line) == TypeField.Length && System.Text.Ascii.EqualsIgnoreCase(line[..TypeField.Length], TypeField))
            {
                return true;
            }

            if (line.IsEmpty || (line[0] is not ((byte)' ' or (byte)'\t') && FieldBlock.NameLength(line) < 0))
            {
                return false;
            }

            rest = end < 0 ? [] : rest[(end + 1)..];
        }

        return false;
    }

    /// <summary>Reads a report.</summary>
    /// <param name="text">The octets of the second part.</param>
    /// <param name="original">The third part, or null.</param>
    /// <param name="maxFields">How many fields are read.</param>
    /// <param name="findings">Gets what is wrong.</param>
    /// <returns>The report; null when it has no type, without which it is not one.</returns>
    public static FeedbackReport? Read(ReadOnlySpan<byte> text, OriginalMessage? original, int maxFields, ReportFindings findings)
    {
        var block = FieldBlock.Read(text, maxFields);
        if (block.IsCut)
        {
            findings.AddFinding(ReportFindingCode.FeedbackTooManyFields, null, Number(maxFields));
        }

        if (block.FaultyLines > 0)
        {
            findings.AddFinding(ReportFindingCode.FeedbackLinesMalformed, null, Number(block.FaultyLines));
        }

        var reader = new FeedbackReader(findings);
        reader.Sort(block.Fields);
        return reader.Read(original);
    }

    private void Sort(ImmutableArray<FeedbackField> fields)
    {
        foreach (var field in fields)
        {
            if (SeveralFields.Contains(field.Name, StringComparer.OrdinalIgnoreCase))
            {
                var values = _several.TryGetValue(field.Name, out var known) ? known : _several[field.Name] = ImmutableArray.CreateBuilder<string>();
                values.Add(field.Value);
            }
            else if (!SingleFields.Contains(field.Name, StringComparer.OrdinalIgnoreCase))
            {
                _others.Add(field);
            }
            else if (!_single.TryAdd(field.Name, field.Value))
            {
                _findings.AddFinding(ReportFindingCode.FeedbackFieldRepeated, field.Name, field.Name);
            }
        }
    }

    private FeedbackReport? Read(OriginalMessage? original)
    {
        if (Word(TypeField) is not { Length: > 0 } typeText)
        {
            _findings.AddFinding(ReportFindingCode.NotAReport, null);
            return null;
        }

        var type = TypeOf(typeText);
        if (type == FeedbackType.Unknown)
        {
            _findings.AddFinding(ReportFindingCode.FeedbackTypeUnknown, TypeField, typeText);
        }

        var mailFrom = Single("Original-Mail-From") is { } path ? FieldText.WithoutBrackets(FieldText.WithoutComments(path)) : null;
        ImmutableArray<string> recipients = [.. Several("Original-Rcpt-To").Select(static value => FieldText.WithoutBrackets(FieldText.WithoutComments(value)))];
        CheckVersion();
        if (Required("User-Agent") is { Length: 0 })
        {
            _findings.AddFinding(ReportFindingCode.FeedbackFieldMalformed, "User-Agent", "User-Agent", string.Empty);
        }

        var report = new FeedbackReport
        {
            Type = type,
            TypeText = typeText,
            UserAgent = Single("User-Agent"),
            Version = Word("Version"),
            ArrivalDate = ArrivalDate(),
            Incidents = Incidents(),
            OriginalEnvelopeId = Single("Original-Envelope-Id"),
            OriginalMailFrom = mailFrom,
            OriginalRecipients = recipients,
            ReportingMta = Single("Reporting-MTA") is { } mta ? FieldText.WithoutComments(mta[(mta.IndexOf(';', StringComparison.Ordinal) + 1)..]).Trim() : null,
            SourceAddress = SourceAddress(),
            SourcePort = SourcePort(),
            AuthenticationResults = Several("Authentication-Results"),
            ReportedDomains = [.. Several("Reported-Domain").Select(FieldText.WithoutComments)],
            ReportedUris = Several("Reported-URI"),
            Failure = type == FeedbackType.AuthFailure ? FailureFields.Read(_single, Several("SPF-DNS"), _findings) : null,
            OtherFields = _others.ToImmutable(),
            Original = original,
            Tokens = RecipientTokens.Of(original, mailFrom, recipients),
        };
        FailureFields.Check(report, _findings);
        return report;
    }

    // RFC 5965 section 3.1: a report with another version is for a person. OpenDMARC's and LinkedIn's "1.0" is another one by the letter.
    private void CheckVersion()
    {
        if (Required("Version") is { } version && FieldText.WithoutComments(version) is not "1" and var other)
        {
            _findings.AddFinding(ReportFindingCode.FeedbackVersionUnknown, "Version", other);
        }
    }

    // RFC 5965 section 3.2. "Received-Date" was its name in drafts; both together are malformed.
    private DateTimeOffset? ArrivalDate()
    {
        var (arrival, received) = (Single("Arrival-Date"), Single("Received-Date"));
        if (arrival is not null && received is not null)
        {
            _findings.AddFinding(ReportFindingCode.FeedbackFieldRepeated, "Received-Date", "Arrival-Date");
        }
        else if (received is not null)
        {
            _findings.AddFinding(ReportFindingCode.FeedbackOldDateName, "Received-Date");
        }

        var (name, text) = arrival is not null ? ("Arrival-Date", arrival) : ("Received-Date", received);
        if (text is null)
        {
            return null;
        }

        if (DateUtils.TryParse(text, out var date))
        {
            return date;
        }

        Malformed(name, text);
        return null;
    }

    // RFC 5965 section 3.2: an unsigned number of 32 bits.
    private long Incidents()
    {
        if (Word("Incidents") is not { } text)
        {
            return 1;
        }

        if (uint.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var count))
        {
            return count;
        }

        Malformed("Incidents", text);
        return 1;
    }

    private string? SourceAddress()
    {
        if (Word("Source-IP") is not { } text)
        {
            return null;
        }

        // RFC 5321 section 4.1.3 has the prefix, and some reports copy it.
        var address = text.Trim('[', ']');
        address = address.StartsWith("IPv6:", StringComparison.OrdinalIgnoreCase) ? address["IPv6:".Length..] : address;
        if (!IPAddress.TryParse(address, out _))
        {
            Malformed("Source-IP", text);
        }

        return address;
    }

    private int? SourcePort()
    {
        if (Word("Source-Port") is not { } text)
        {
            return null;
        }

        if (ushort.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var port))
        {
            return port;
        }

        Malformed("Source-Port", text);
        return null;
    }

    private static FeedbackType TypeOf(string text) => text.ToLowerInvariant() switch
    {
        "abuse" => FeedbackType.Abuse,
        "fraud" => FeedbackType.Fraud,
        "virus" => FeedbackType.Virus,
        "other" => FeedbackType.Other,
        "not-spam" => FeedbackType.NotSpam,
        "auth-failure" => FeedbackType.AuthFailure,
        _ => FeedbackType.Unknown,
    };

    private string? Required(string name)
    {
        if (!_single.TryGetValue(name, out var value))
        {
            _findings.AddFinding(ReportFindingCode.FeedbackFieldMissing, name, name);
        }

        return value;
    }

    private string? Single(string name) => _single.GetValueOrDefault(name);

    private string? Word(string name) => Single(name) is { } value ? FieldText.WithoutComments(value) : null;

    private ImmutableArray<string> Several(string name) => _several.TryGetValue(name, out var values) ? values.ToImmutable() : [];

    private void Malformed(string name, string value) => _findings.AddFinding(ReportFindingCode.FeedbackFieldMalformed, name, name, value);

    private static string Number(int number) => number.ToString(CultureInfo.InvariantCulture);
}
