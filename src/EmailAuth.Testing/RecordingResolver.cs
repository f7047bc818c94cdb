using System.Diagnostics;
using EmailAuth.Dns;
using EmailAuth.Syntax;

namespace EmailAuth.Testing;

/// <summary>Passes questions to another resolver, and records questions and answers as a zone that gives the same answers again.</summary>
/// <remarks>
/// In a pipeline or an evaluator, it records the answers that the checks used, also when a resolver threw, or was silent beyond a limit.
/// Answers are recorded at the name that was asked for; an alias is recorded as the records that it leads to. A name without records of
/// the type is recorded as such, and so is a failure with its reason. A name that does not exist leaves no entry, unless the name or a
/// name below it had another answer: then the entry is <see cref="ZoneEntryKind.NxDomain"/>. The first answer to a question is recorded
/// for all checks. If a check used another answer, for example because its time was over, that answer is recorded for this check only
/// (<see cref="ZoneRecord.Check"/>). Thread-safe.
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

    /// <summary>The records so far, as a new zone.</summary>
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

            // A name exists if a name below it exists, or if it has records of other types.
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

    // Records an answer, unless the question already has one. If a check used a different answer, that answer is recorded only for this
    // check.
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

            // A name without records of the type needs an entry only if other checks got another answer.
            if (isKnown && response.Status == DnsStatus.NoData)
            {
                _zone.Add(question.Name, new ZoneRecord { Type = ZoneEntryKind.Spf, For = question.Type.ToEntryKind(), Check = check });
            }
        }
    }

    // A replay reports a limit again, in the words of the check that reaches it.
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
