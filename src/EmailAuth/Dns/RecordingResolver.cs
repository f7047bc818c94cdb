using System.Diagnostics;
using EmailAuth.Syntax;

namespace EmailAuth.Dns;

/// <summary>Passes questions on to another resolver and keeps what was asked and answered, as a zone that gives the same answers again.</summary>
/// <remarks>
/// Given to a pipeline or an evaluator, it records what was decided there: also that a resolver threw, or was silent past a limit. Answers are
/// kept at the name that was asked for, an alias as what it led to. A name without records of a type that was asked for is kept as such, and
/// so is a failure with its reason; a name that does not exist leaves nothing, unless it or a name below it was answered otherwise: then
/// <see cref="ZoneEntryKind.NxDomain"/> is there. The first answer to a question counts; a check that got another one, as when its time was
/// over, has that kept for itself (<see cref="ZoneRecord.Check"/>). Thread-safe.
/// </remarks>
public sealed class RecordingResolver : IDnsResolver
{
    private static readonly ZoneRecord Nowhere = new() { Type = ZoneEntryKind.NxDomain };

    private readonly Lock _lock = new();
    private readonly Dictionary<DnsQuestion, DnsResponse> _decided = [];
    private readonly HashSet<(DnsQuestion Question, DnsPurpose Check)> _checks = [];
    private readonly HashSet<DnsQuestion> _absent = [];
    private readonly Zone _zone = new();

    /// <summary>Makes a resolver.</summary>
    /// <param name="inner">The resolver that answers.</param>
    public RecordingResolver(IDnsResolver inner)
    {
        ArgumentNullException.ThrowIfNull(inner);
        Inner = inner;
    }

    /// <summary>The resolver that answers.</summary>
    internal IDnsResolver Inner { get; }

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
        var response = await Inner.QueryAsync(question, cancellationToken).ConfigureAwait(false);
        Note(question, response);
        return response;
    }

    /// <summary>Keeps an answer, unless the question has one.</summary>
    /// <param name="question">What was asked.</param>
    /// <param name="response">What was decided.</param>
    /// <param name="purpose">The check that decided it; what it decides otherwise than the check before it is kept for it alone.</param>
    internal void Note(DnsQuestion question, DnsResponse response, DnsPurpose? purpose = null)
    {
        lock (_lock)
        {
            var isKnown = _decided.TryGetValue(question, out var first);
            if ((purpose is { } check && !_checks.Add((question, check))) || (isKnown && (purpose is null || IsAlike(first!, response))))
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
                _zone.Add(question.Name, isKnown ? entry with { For = question.Type.ToEntryKind(), Check = purpose!.Value.Keyword() } : entry);
            }

            // That a name is there and has nothing of the type needs an entry only beside what others got.
            if (isKnown && response.Status == DnsStatus.NoData)
            {
                _zone.Add(question.Name, new ZoneRecord { Type = ZoneEntryKind.Spf, For = question.Type.ToEntryKind(), Check = purpose!.Value.Keyword() });
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
