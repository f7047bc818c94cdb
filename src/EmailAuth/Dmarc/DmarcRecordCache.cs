namespace EmailAuth.Dmarc;

/// <summary>
/// Parsed records by their text, so that a domain that sends much mail is parsed once. Bounded: each text has one slot, and the last
/// one to use a slot keeps it. Thread-safe without locks, as entries are immutable.
/// </summary>
internal sealed class DmarcRecordCache
{
    private const int Slots = 1024;

    // Honest records are shorter; longer ones are parsed each time rather than kept.
    private const int MaxTextLength = 1024;

    private readonly DmarcRecord?[] _records = new DmarcRecord?[Slots];

    /// <summary>The record that a text holds, or null when it is none.</summary>
    public DmarcRecord? Get(string text)
    {
        if (!DmarcRecordParser.MayBeRecord(text))
        {
            return null;
        }

        if (text.Length > MaxTextLength)
        {
            return DmarcRecord.Parse(text).Value;
        }

        ref var slot = ref _records[text.GetHashCode(StringComparison.Ordinal) & (Slots - 1)];
        var record = Volatile.Read(ref slot);
        if (record is not null && string.Equals(record.Text, text, StringComparison.Ordinal))
        {
            return record;
        }

        record = DmarcRecord.Parse(text).Value;
        if (record is not null)
        {
            Volatile.Write(ref slot, record);
        }

        return record;
    }
}
