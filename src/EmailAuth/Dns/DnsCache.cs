using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;

namespace EmailAuth.Dns;

/// <summary>
/// Answers kept for as long as their TTL says, in bounded memory: two generations, of which the older goes when the younger is half of
/// what is allowed. What is asked often moves to the younger one. Thread-safe.
/// </summary>
internal sealed class DnsCache(long maxBytes, TimeProvider timeProvider)
{
    // The table's share of an entry, its key and the objects in it.
    private const int EntryOverhead = 260;

    // What a record costs beside its text.
    private const int RecordOverhead = 96;

    private readonly Lock _lock = new();
    private Generation _young = new();
    private Generation _old = new();

    /// <summary>About how many bytes are in use.</summary>
    public long Bytes => Volatile.Read(ref _young).Bytes + Volatile.Read(ref _old).Bytes;

    public bool TryGet(DnsQuestion question, [NotNullWhen(true)] out DnsResponse? response)
    {
        response = null;
        var isYoung = Volatile.Read(ref _young).Entries.TryGetValue(question, out var entry);
        if (!isYoung && !Volatile.Read(ref _old).Entries.TryGetValue(question, out entry))
        {
            return false;
        }

        if (timeProvider.GetTimestamp() >= entry!.Expires)
        {
            return false;
        }

        if (!isYoung)
        {
            Keep(question, entry);
        }

        response = entry.Response;
        return true;
    }

    /// <summary>Keeps an answer, unless it is larger than half of the cache.</summary>
    /// <param name="question">What was asked.</param>
    /// <param name="response">The answer.</param>
    /// <param name="timeToLive">How long to keep it.</param>
    public void Add(DnsQuestion question, DnsResponse response, TimeSpan timeToLive)
    {
        var size = SizeOf(question, response);
        if (timeToLive > TimeSpan.Zero && size <= maxBytes / 2)
        {
            var expires = timeProvider.GetTimestamp() + (long)(timeToLive.TotalSeconds * timeProvider.TimestampFrequency);
            Keep(question, new Entry(response, expires, size));
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

    private void Keep(DnsQuestion question, Entry entry)
    {
        lock (_lock)
        {
            if (_young.Bytes + entry.Size > maxBytes / 2)
            {
                Volatile.Write(ref _old, _young);
                Volatile.Write(ref _young, new Generation());
            }

            if (_young.Entries.TryGetValue(question, out var former))
            {
                _young.Bytes -= former.Size;
            }

            _young.Entries[question] = entry;
            _young.Bytes += entry.Size;
        }
    }

    private sealed record Entry(DnsResponse Response, long Expires, int Size);

    private sealed class Generation
    {
        public ConcurrentDictionary<DnsQuestion, Entry> Entries { get; } = new();

        public long Bytes { get; set; }
    }
}
