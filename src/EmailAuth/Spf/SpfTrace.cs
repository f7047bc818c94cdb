using EmailAuth.Dns;
using EmailAuth.Syntax;

namespace EmailAuth.Spf;

/// <summary>What a check did, in few bytes: the records that were evaluated and the lookups they asked for. Texts are made when someone reads them.</summary>
internal sealed class SpfTrace
{
    /// <summary>No record, or no term: the check itself.</summary>
    public const short None = -1;

    /// <summary>The term of a lookup that fetches an explanation.</summary>
    public const short ExplanationTerm = short.MaxValue;

    private RecordStep[] _records;
    private LookupStep[] _lookups;

    // Steps are numbered with short integers.
    private short _recordCount;

    /// <summary>Makes a trace that has room for so many records and lookups, and makes more when they are needed.</summary>
    public SpfTrace(int records, int lookups) => (_records, _lookups) = (new RecordStep[records], new LookupStep[lookups]);

    /// <summary>The trace of an evaluation.</summary>
    /// <remarks>A host's own record seldom includes others; the record of a domain that sends mail mostly does.</remarks>
    public SpfTrace(SpfIdentity identity)
        : this(identity == SpfIdentity.Helo ? 1 : 4, identity == SpfIdentity.Helo ? 2 : 4)
    {
    }

    public int RecordCount => _recordCount;

    public int LookupCount { get; private set; }

    public ReadOnlySpan<LookupStep> Lookups => _lookups.AsSpan(0, LookupCount);

    /// <summary>The record whose explanation was asked for, or <see cref="None"/>; and why there is no explanation.</summary>
    public short ExplanationStep { get; set; } = None;

    public string? ExplanationFailure { get; set; }

    /// <summary>Begins the evaluation of a domain's record on behalf of a term of another; its index.</summary>
    public short Begin(DomainName domain, SpfPosition parent)
    {
        if (RecordCount == _records.Length)
        {
            Array.Resize(ref _records, RecordCount * 2);
        }

        _records[RecordCount] = new RecordStep { Domain = domain, Parent = parent };
        return _recordCount++;
    }

    public ref RecordStep Record(int index) => ref _records[index];

    /// <summary>Adds a lookup.</summary>
    public void Add(SpfPosition position, DnsQuestion question, DnsResponse response)
    {
        if (LookupCount == _lookups.Length)
        {
            Array.Resize(ref _lookups, LookupCount * 2);
        }

        _lookups[LookupCount++] = new LookupStep
        {
            Subject = question.Address ?? (object)question.Name,
            Type = question.Type,
            Response = response,
            Position = position,
        };
    }

    /// <summary>Forgets all records.</summary>
    public void Clear() => _recordCount = 0;

    /// <summary>The mechanism that matched in a record, or in the record of the include that matched there, and so on down; and its domain.</summary>
    public (DomainName Domain, SpfMechanism? Mechanism) MatchBelow(short step)
    {
        for (var i = step + 1; i < RecordCount; i++)
        {
            // The record of the include that matched was begun last; a record that was begun later belongs to another term.
            if (_records[i].Parent == new SpfPosition(step, (short)(_records[step].TermsBegun - 1)))
            {
                step = (short)i;
            }
        }

        ref var record = ref _records[step];
        return (record.Domain, record.IsMatched ? record.Record!.Mechanisms[record.TermsBegun - 1] : null);
    }

    /// <summary>The evaluation of one domain's record.</summary>
    internal struct RecordStep
    {
        public DomainName Domain;

        /// <summary>The record, or null when no record was evaluated.</summary>
        public SpfRecord? Record;

        /// <summary>The term that led here.</summary>
        public SpfPosition Parent;

        /// <summary>How many terms were begun.</summary>
        public short TermsBegun;

        public byte CodeByte;

        /// <summary>Whether the last term that was begun is a mechanism that matched.</summary>
        public bool IsMatched;

        public SpfResultCode Code
        {
            readonly get => (SpfResultCode)CodeByte;
            set => CodeByte = (byte)value;
        }
    }

    /// <summary>One lookup, in the order in which the evaluation needed them.</summary>
    internal struct LookupStep
    {
        /// <summary>The name that was asked for; for PTR the address.</summary>
        public object Subject;
        public DnsResponse Response;

        /// <summary>The term it belongs to; <see cref="None"/> for the lookup of the record itself.</summary>
        public SpfPosition Position;
        public DnsRecordType Type;
    }
}
