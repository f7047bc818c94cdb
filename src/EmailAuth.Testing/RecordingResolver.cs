using System.Diagnostics;
using EmailAuth.Dns;
using EmailAuth.Syntax;

namespace EmailAuth.Testing;

/// <summary>Passes questions on to another resolver and keeps what was asked and answered, as a zone that gives the same answers again.</summary>
/// <remarks>
/// Given to a pipeline or an evaluator, it records what was decided there: also that a resolver threw, or was silent past a limit. Answers are
/// kept at the name that was asked for, an alias as what it led to. A name without records of a type that was asked for is kept as such, and
/// so is a failure with its reason; a name that does not exist leaves nothing, unless it or a name below it was answered otherwise: then
/// <see cref="ZoneEntryKind.NxDomain"/> is there. The first answer to a question counts; a check that got another one, as when its time was
/// over, has that kept for itself (<see cref="ZoneRecord.Check"/>). Thread-safe.
/// </remarks>
public sealed class RecordingResolver : IDnsTranscript
{
    private static readonly ZoneRecord Nowhere = new() { Type = ZoneEntryKind.NxDomain };

    private readonly Lock _lock = new();
    private readonly Dictionary<DnsQuestion, DnsResponse> _decided = [];
    private readonly HashSet<(DnsQuestion Question, string Check)> _checks = [];
    private readonly HashSet<DnsQuestion> _absent = [];
    private readonly Zone _zone = new();

    /// <summary>Makes a resolver.</summary>
    /// <param name="inner">The resolver that answers.</param>
    public RecordingResolver(IDnsResolver inner)
    {
        ArgumentNullException.ThrowIfNull(inner);
        Source = inner;
    }

    /// <summary>The resolver that answers.</summary>
    public IDnsResolver Source { get; }

    /// <summary>What was recorded so far, as a zone of its own.</summary>
    public Zone ToZone()
    {
        lock (_lock)
        {
            var copy = new Zone();
            var recorded = new HashSet<DomainName>();
            foreach (var name in _zone.Names)
            {
                recorded.Add(name);
                copy.Add(name);
                foreach (var entry in _zone[name])
                {
                    copy.Add(name, entry);
                }
            }

            // A name exists with those below it, and with its own records of other types.
            recorded.UnionWith(recorded.SelectMany(AncestorsOf).ToArray());
            foreach (var question in _absent.Where(question => recorded.Contains(question.Name)))
            {
                copy.Add(question.Name, Nowhere with { For = question.Type.ToEntryKind() });
            }

            return copy;
        }
    }

    /// <inheritdoc/>
    public async ValueTask<DnsResponse> QueryAsync(DnsQuestion question, CancellationToken cancellationToken)
    {
        var response = await Source.QueryAsync(question, cancellationToken).ConfigureAwait(false);
        Note(question, response, check: null);
        return response;
    }

    /// <inheritdoc/>
    public DnsResponse? AnswerFor(DnsQuestion question, string check) => (Source as IDnsTranscript)?.AnswerFor(question, check);

    /// <inheritdoc/>
    public void OnDecided(DnsQuestion question, DnsResponse response, string check)
    {
        ArgumentNullException.ThrowIfNull(response);
        ArgumentNullException.ThrowIfNull(check);
        Note(question, response, check);
    }

    // Keeps an answer, unless the question has one. What a check decides otherwise than the check before it is kept for it alone.
    private void Note(DnsQuestion question, DnsResponse response, string? check)
    {
        lock (_lock)
        {
            var isKnown = _decided.TryGetValue(question, out var first);
            if ((check is not null && !_checks.Add((question, check))) || (isKnown && (check is null || IsAlike(first!, response))))
            {
                return;
            }

            _decided.TryAdd(question, response);
            if (!isKnown && response.Status == DnsStatus.NameError)
            {
                _absent.Add(question);
                return;
            }

            _zone.Add(question.Name);
            foreach (var entry in EntriesOf(question.Type, response))
            {
                _zone.Add(question.Name, isKnown ? entry with { For = question.Type.ToEntryKind(), Check = check } : entry);
            }

            // That a name is there and has nothing of the type needs an entry only beside what others got.
            if (isKnown && response.Status == DnsStatus.NoData)
            {
                _zone.Add(question.Name, new ZoneRecord { Type = ZoneEntryKind.Spf, For = question.Type.ToEntryKind(), Check = check });
            }
        }
    }

    // A limit is said again in the words of the check that meets it.
    private static bool IsAlike(DnsResponse one, DnsResponse other) =>
        ReferenceEquals(one, other)
        || (one.Status == other.Status
            && one.Failure == other.Failure
            && (one.Reason == other.Reason || one.Failure == DnsFailure.LimitReached)
            && one.Texts.SequenceEqual(other.Texts)
            && one.Addresses.SequenceEqual(other.Addresses)
            && one.MailHosts.SequenceEqual(other.MailHosts)
            && one.Names.SequenceEqual(other.Names));

    private static IEnumerable<ZoneRecord> EntriesOf(DnsRecordType type, DnsResponse response) => response.Status switch
    {
        DnsStatus.NameError => [Nowhere],
        DnsStatus.NoData => [],
        DnsStatus.Failure => [new ZoneRecord { Type = response.Failure.ToEntryKind(), For = type.ToEntryKind(), Data = response.Reason }],
        DnsStatus.Records =>
        [
            .. response.Texts.Select(text => new ZoneRecord { Type = ZoneEntryKind.Txt, Data = text }),
            .. response.Addresses.Select(address => new ZoneRecord { Type = type.ToEntryKind(), Data = address.ToString() }),
            .. response.MailHosts.Select(host => new ZoneRecord { Type = ZoneEntryKind.MX, Data = host.Exchange?.ToString() ?? ".", Preference = host.Preference }),
            .. response.Names.Select(pointer => new ZoneRecord { Type = ZoneEntryKind.Ptr, Data = pointer.ToString() }),
        ],
        _ => throw new UnreachableException(),
    };

    private static IEnumerable<DomainName> AncestorsOf(DomainName name)
    {
        for (var parent = name.Parent; parent is not null; parent = parent.Parent)
        {
            yield return parent;
        }
    }
}
