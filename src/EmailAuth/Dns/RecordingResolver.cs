using System.Diagnostics;
using EmailAuth.Syntax;

namespace EmailAuth.Dns;

/// <summary>Passes questions on to another resolver and keeps what was asked and answered, as a zone that gives the same answers again.</summary>
/// <remarks>
/// Given to a pipeline or an evaluator, it records what was decided there: also that a resolver threw, or was silent past a limit. Answers are
/// kept at the name that was asked for, an alias as what it led to. A name without records of a type that was asked for is kept as such, and
/// so is a failure with its reason; a name that does not exist leaves nothing, unless a name below it was answered: then an alias that leads
/// nowhere is there, as a zone's name exists with those below it. The first answer to a question counts. Thread-safe.
/// </remarks>
public sealed class RecordingResolver : IDnsResolver
{
    // RFC 6761 section 6.4: no name under "invalid" exists.
    private static readonly ZoneRecord Nowhere = new() { Type = ZoneEntryKind.CName, Data = "nxdomain.invalid" };

    private readonly Lock _lock = new();
    private readonly HashSet<DnsQuestion> _asked = [];
    private readonly HashSet<DomainName> _absent = [];
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

            foreach (var name in recorded.SelectMany(AncestorsOf).Where(_absent.Contains).Where(name => !recorded.Contains(name)).Distinct().ToArray())
            {
                copy.Add(name, Nowhere);
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
    internal void Note(DnsQuestion question, DnsResponse response)
    {
        lock (_lock)
        {
            if (!_asked.Add(question))
            {
                return;
            }

            var name = question.Name;
            switch (response.Status)
            {
                case DnsStatus.NameError:
                    _absent.Add(name);
                    break;
                case DnsStatus.NoData:
                    _zone.Add(name);
                    break;
                case DnsStatus.Failure:
                    _zone.Add(name, new ZoneRecord
                    {
                        Type = response.Failure.ToEntryKind(),
                        For = question.Type.ToEntryKind(),
                        Data = response.Reason,
                    });
                    break;
                case DnsStatus.Records:
                    NoteRecords(name, question.Type, response);
                    break;
                default:
                    throw new UnreachableException();
            }
        }
    }

    private void NoteRecords(DomainName name, DnsRecordType type, DnsResponse response)
    {
        foreach (var text in response.Texts)
        {
            _zone.Add(name, new ZoneRecord { Type = ZoneEntryKind.Txt, Data = text });
        }

        foreach (var address in response.Addresses)
        {
            _zone.Add(name, new ZoneRecord { Type = type.ToEntryKind(), Data = address.ToString() });
        }

        foreach (var host in response.MailHosts)
        {
            _zone.Add(name, new ZoneRecord { Type = ZoneEntryKind.MX, Data = host.Exchange?.ToString() ?? ".", Preference = host.Preference });
        }

        foreach (var pointer in response.Names)
        {
            _zone.Add(name, new ZoneRecord { Type = ZoneEntryKind.Ptr, Data = pointer.ToString() });
        }
    }

    private static IEnumerable<DomainName> AncestorsOf(DomainName name)
    {
        for (var parent = name.Parent; parent is not null; parent = parent.Parent)
        {
            yield return parent;
        }
    }
}
