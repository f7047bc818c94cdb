using EmailAuth.Syntax;

namespace EmailAuth.Spf;

/// <summary>What a check did, in few bytes: the records that were evaluated and the lookups they asked for. Texts are made when someone reads them.</summary>
internal sealed class SpfTrace
{
    /// <summary>No record, or no term: the check itself.</summary>
    public const short None = -1;

    /// <summary>The term of a lookup that fetches an explanation.</summary>
    public const short ExplanationTerm = short.MaxValue;

    private RecordStep[] _records = new RecordStep[4];
    private LookupStep[] _lookups = new LookupStep[4];

    public int RecordCount { get; private set; }

    public int LookupCount { get; private set; }

    public ReadOnlySpan<RecordStep> Records => _records.AsSpan(0, RecordCount);

    public ReadOnlySpan<LookupStep> Lookups => _lookups.AsSpan(0, LookupCount);

    /// <summary>Begins the evaluation of a domain's record on behalf of a term of another; its index.</summary>
    public short Begin(DomainName domain, short parent, short parentTerm)
    {
        if (RecordCount == _records.Length)
        {
            Array.Resize(ref _records, RecordCount * 2);
        }

        _records[RecordCount] = new RecordStep { Domain = domain, Parent = parent, ParentTerm = parentTerm };
        return (short)RecordCount++;
    }

    public ref RecordStep Record(int index) => ref _records[index];

    /// <summary>Adds a lookup. Its name is null for the client's own names.</summary>
    public void Add(short record, short term, SpfLookupType type, DomainName? name, object response)
    {
        if (LookupCount == _lookups.Length)
        {
            Array.Resize(ref _lookups, LookupCount * 2);
        }

        _lookups[LookupCount++] = new LookupStep { Name = name, Response = response, Record = record, Term = term, Type = type };
    }

    internal struct RecordStep
    {
        public DomainName Domain;
        public SpfRecord? Record;

        /// <summary>The record whose term led here, and that term's index; the redirect's index follows the last mechanism's.</summary>
        public short Parent;
        public short ParentTerm;

        /// <summary>How many terms were begun.</summary>
        public short TermsBegun;

        public SpfResultCode Code;
    }

    internal struct LookupStep
    {
        public DomainName? Name;

        /// <summary>A <see cref="Dns.DnsResponse{T}"/> of the type that <see cref="Type"/> names.</summary>
        public object Response;
        public short Record;
        public short Term;
        public SpfLookupType Type;
    }
}
