using System.Diagnostics.CodeAnalysis;
using EmailAuth.Syntax;

namespace EmailAuth.Dns;

/// <summary>Answers kept for as long as their TTL says, in bounded memory. Thread-safe.</summary>
internal sealed class DnsCache(long maxBytes, TimeProvider timeProvider)
{
    // The table's share of an entry, its key and the objects in it.
    private const int EntryOverhead = 260;

    // What a record costs beside its text.
    private const int RecordOverhead = 96;

    private readonly GenerationCache<DnsQuestion, Entry> _entries = new(maxBytes);

    /// <summary>About how many bytes are in use.</summary>
    public long Bytes => _entries.Size;

    public bool TryGet(DnsQuestion question, [NotNullWhen(true)] out DnsResponse? response)
    {
        response = _entries.TryGet(question, out var entry) && timeProvider.GetTimestamp() < entry.Expires ? entry.Response : null;
        return response is not null;
    }

    /// <summary>Keeps an answer, unless it is larger than half of the cache.</summary>
    /// <param name="question">What was asked.</param>
    /// <param name="response">The answer.</param>
    /// <param name="timeToLive">How long to keep it.</param>
    public void Add(DnsQuestion question, DnsResponse response, TimeSpan timeToLive)
    {
        if (timeToLive > TimeSpan.Zero)
        {
            var expires = timeProvider.GetTimestamp() + (long)(timeToLive.TotalSeconds * timeProvider.TimestampFrequency);
            _entries.Add(question, new Entry(response, expires), SizeOf(question, response));
        }
    }

    // A name may travel as two bytes that point elsewhere in the message (RFC 1035 section 4.1.4), so it is measured as it is kept.
    private static int SizeOf(DnsQuestion question, DnsResponse response)
    {
        var characters = question.Address is null ? question.Name.ToString().Length : 0;
        foreach (var text in response.Texts)
        {
            characters += text.Length;
        }

        foreach (var host in response.MailHosts)
        {
            characters += host.Exchange?.ToString().Length ?? 0;
        }

        foreach (var name in response.Names)
        {
            characters += name.ToString().Length;
        }

        foreach (var alias in response.Aliases)
        {
            characters += alias.ToString().Length;
        }

        return EntryOverhead + (RecordOverhead * (response.Count + response.Aliases.Length)) + (2 * characters);
    }

    private readonly record struct Entry(DnsResponse Response, long Expires);
}
