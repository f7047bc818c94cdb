using System.Collections.Immutable;
using System.Text;
using MimeKit.Utils;

namespace EmailAuth.Reports.Feedback;

/// <summary>
/// A failure report that is only text for people: what Exim sends when a DMARC policy asks for failure reports. It has a line for each fact, and below
/// a line of hyphens the header of the message.
/// </summary>
internal static class TextFailureReport
{
    private const string Opening = "has failed the published DMARC policy";
    private const string Header = "This is a copy of the headers";

    /// <summary>Whether a text starts like such a report.</summary>
    public static bool Is(ReadOnlySpan<byte> start)
    {
        var text = Encoding.Latin1.GetString(start);
        return text.Contains(Opening, StringComparison.OrdinalIgnoreCase) && text.Contains("Sender Domain:", StringComparison.OrdinalIgnoreCase);
    }

    /// <summary>Reads it.</summary>
    public static FeedbackReport Read(ReadOnlySpan<byte> text, int maxFields)
    {
        var marker = text.IndexOf(Encoding.ASCII.GetBytes(Header));
        var facts = Facts(marker < 0 ? text : text[..marker], maxFields);
        var original = marker < 0 ? null : OriginalOf(text[marker..], maxFields);
        var domain = facts.GetValueOrDefault("Sender Domain");
        var unaligned = ImmutableArray.CreateBuilder<string>();
        AddIfUnaligned(facts, "DKIM Alignment", "dkim", unaligned);
        AddIfUnaligned(facts, "SPF Alignment", "spf", unaligned);
        return new FeedbackReport
        {
            Type = FeedbackType.AuthFailure,
            TypeText = "auth-failure",
            ArrivalDate = facts.TryGetValue("Received date", out var received) && DateUtils.TryParse(received, out var date) ? date : null,
            SourceAddress = facts.GetValueOrDefault("Sender IP Address"),
            ReportedDomains = domain is null ? [] : [domain],
            Failure = new AuthenticationFailure { Check = FailedCheck.Dmarc, UnalignedMechanisms = unaligned.ToImmutable() },
            Original = original,
            Tokens = RecipientTokens.Of(original, null, []),
        };
    }

    private static Dictionary<string, string> Facts(ReadOnlySpan<byte> text, int most)
    {
        var facts = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var range in text.Split((byte)'\n'))
        {
            var line = Encoding.Latin1.GetString(text[range]).AsSpan().Trim();
            var colon = line.IndexOf(':');
            if (colon > 0 && facts.Count < most)
            {
                facts.TryAdd(line[..colon].Trim().ToString(), line[(colon + 1)..].Trim().ToString());
            }
        }

        return facts;
    }

    private static OriginalMessage OriginalOf(ReadOnlySpan<byte> rest, int maxFields)
    {
        var end = rest.IndexOf((byte)'\n');
        var block = FieldBlock.Read(end < 0 ? [] : rest[(end + 1)..], maxFields);
        return new OriginalMessage { Fields = block.Fields, HasBody = block.HasBody };
    }

    private static void AddIfUnaligned(Dictionary<string, string> facts, string name, string mechanism, ImmutableArray<string>.Builder unaligned)
    {
        if (facts.TryGetValue(name, out var value) && value.Equals("no", StringComparison.OrdinalIgnoreCase))
        {
            unaligned.Add(mechanism);
        }
    }
}
