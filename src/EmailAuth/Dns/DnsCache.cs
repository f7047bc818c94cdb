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

    private readonly Lock _lock = new();
    private Generation _young = new();
    private Generation _old = new();

    /// <summary>About how many bytes are in use.</summary>
    public long Bytes => Volatile.Read(ref _young).Bytes + Volatile.Read(ref _old).Bytes;

    public bool TryGet<T>(DnsQuestionKey question, [NotNullWhen(true)] out DnsResponse<T>? response)
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

        response = (DnsResponse<T>)entry.Response;
        return true;
    }

    /// <param name="question">What was asked.</param>
    /// <param name="response">The answer.</param>
    /// <param name="timeToLive">How long to keep it.</param>
    /// <param name="bytes">About how many bytes its records take.</param>
    public void Add<T>(DnsQuestionKey question, DnsResponse<T> response, TimeSpan timeToLive, int bytes)
    {
        var size = bytes + EntryOverhead + (2 * question.NameLength);
        if (timeToLive > TimeSpan.Zero && size <= maxBytes / 2)
        {
            var expires = timeProvider.GetTimestamp() + (long)(timeToLive.TotalSeconds * timeProvider.TimestampFrequency);
            Keep(question, new Entry(response, expires, size));
        }
    }

    private void Keep(DnsQuestionKey question, Entry entry)
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

    private sealed record Entry(object Response, long Expires, int Size);

    private sealed class Generation
    {
        public ConcurrentDictionary<DnsQuestionKey, Entry> Entries { get; } = new();

        public long Bytes { get; set; }
    }
}
