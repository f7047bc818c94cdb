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

    public SpfTrace(SpfIdentity identity)
    {
        // A host's own record seldom includes others; that of a domain that sends mail mostly does.
        (_records, _lookups) = identity == SpfIdentity.Helo
            ? (new RecordStep[1], new LookupStep[2])
            : (new RecordStep[4], new LookupStep[4]);
    }

    public int RecordCount => _recordCount;

    public int LookupCount { get; private set; }

    public ReadOnlySpan<RecordStep> Records => _records.AsSpan(0, RecordCount);

    public ReadOnlySpan<LookupStep> Lookups => _lookups.AsSpan(0, LookupCount);

    /// <summary>The record whose explanation was asked for, or <see cref="None"/>; and why there is none.</summary>
    public short ExplanationStep { get; set; } = None;

    public string? ExplanationFailure { get; set; }

    /// <summary>Begins the evaluation of a domain's record on behalf of a term of another; its index.</summary>
    public short Begin(DomainName domain, short parent, short parentTerm)
    {
        if (RecordCount == _records.Length)
        {
            Array.Resize(ref _records, RecordCount * 2);
        }

        _records[RecordCount] = new RecordStep { Domain = domain, Parent = parent, ParentTerm = parentTerm };
        return _recordCount++;
    }

    public ref RecordStep Record(int index) => ref _records[index];

    /// <summary>Adds a lookup.</summary>
    public void Add(short record, short term, DnsQuestion question, DnsResponse response)
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
            Record = record,
            Term = term,
        };
    }

    /// <summary>The mechanism that matched in a record, or in the record of the include that matched there, and so on down; and its domain.</summary>
    public (DomainName Domain, SpfMechanism? Mechanism) MatchBelow(short step)
    {
        for (var i = step + 1; i < RecordCount; i++)
        {
            // A later record of the same include would stand under another term: the one that matched was begun last.
            if (_records[i].Parent == step && _records[i].ParentTerm == _records[step].TermsBegun - 1)
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

        /// <summary>The record, or null when there was none to evaluate.</summary>
        public SpfRecord? Record;

        /// <summary>The record whose term led here, and that term's index; the redirect's index follows the last mechanism's.</summary>
        public short Parent;
        public short ParentTerm;

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

        /// <summary>The record it belongs to, and the term; <see cref="None"/> for the lookup of the record itself.</summary>
        public short Record;
        public short Term;
        public DnsRecordType Type;
    }
}
