using System.Collections.Immutable;
using System.Text;

namespace EmailAuth.Inspection.Signatures;

/// <summary>
/// Looks for the changes of a header that take it away from what was signed: each alone, then two, then three. Only a candidate with exactly
/// the signed digest counts, so that what is found is proven.
/// </summary>
internal sealed class HeaderSearch
{
    private const int Ranks = 3;
    private const int MostOfGroup = 60;
    private const int MostForPairs = 320;
    private const int MostForTriples = 48;
    private const int CostOfSegment = 16;
    private const long MostKeptOctets = 4 * 1024 * 1024;

    private readonly HeaderTarget _target;
    private readonly SignedFields _fields;
    private readonly HeaderParts _parts;
    private readonly byte[][] _base;
    private readonly byte[] _room;
    private readonly List<HeaderCandidate> _kept = [];
    private readonly Dictionary<int, int> _keptOfGroup = [];
    private long _keptOctets;

    public HeaderSearch(HeaderTarget target, SignedFields fields, HeaderParts parts)
    {
        (_target, _fields, _parts) = (target, fields, parts);
        _base =
        [
            .. Enumerable.Range(0, fields.Slots.Length).Select(slot => Encoding.Latin1.GetBytes(fields.Canonical(slot, parts.IsRelaxed))),
            Encoding.Latin1.GetBytes(SignedFields.CanonicalOwn(parts.OwnName, parts.OwnValue, parts.IsRelaxed)),
        ];

        // A candidate is seldom longer than the fields are; the longest are encoded words of many characters.
        _room = new byte[_base.Sum(static segment => segment.Length) + (256 * 1024)];
    }

    /// <summary>The changes; null when none was found.</summary>
    public ImmutableArray<SignatureChange>? Find() => FindSignerFault() ?? FindOne() ?? FindTwo() ?? FindThree();

    private ImmutableArray<SignatureChange>? FindSignerFault()
    {
        var other = Enumerable.Range(0, _fields.Slots.Length).Select(slot => _fields.Canonical(slot, !_parts.IsRelaxed))
            .Append(SignedFields.CanonicalOwn(_parts.OwnName, _parts.OwnValue, !_parts.IsRelaxed));
        var fault = Fits() ? "the digest fits, but the signature over it is not of the form that a= asks for"
            : _target.Fits(Encoding.Latin1.GetBytes(string.Concat(other))) ? (_parts.IsRelaxed ? "as simple" : "as relaxed")
            : _target.Fits([.. _base.SelectMany(static segment => segment), (byte)'\r', (byte)'\n']) ? "with a line end behind the signature's own field"
            : null;
        return fault is null ? null : [new SignatureChange { Code = ChangeCode.HeaderSignerFault, Arguments = [fault], IsProven = true }];
    }

    private ImmutableArray<SignatureChange>? FindOne()
    {
        var candidates = new HeaderCandidates(_fields, _parts, _target.Budget);
        for (var rank = 0; rank < Ranks; rank++)
        {
            foreach (var candidate in candidates.OfRank(rank))
            {
                if (_target.IsOver)
                {
                    _target.Budget.NoteSkipped();
                    return null;
                }

                if (IsSame(candidate))
                {
                    continue;
                }

                if (Fits(candidate))
                {
                    return Found(candidate);
                }

                if (rank < Ranks - 1)
                {
                    Keep(candidate);
                }
            }
        }

        return null;
    }

    private void Keep(HeaderCandidate candidate)
    {
        var octets = candidate.Segments.Sum(static segment => segment.Octets.Length + CostOfSegment);
        var ofGroup = _keptOfGroup.GetValueOrDefault(candidate.Group);
        if (ofGroup < MostOfGroup && _keptOctets + octets <= MostKeptOctets)
        {
            _kept.Add(candidate);
            _keptOfGroup[candidate.Group] = ofGroup + 1;
            _keptOctets += octets;
        }
    }

    // The likely ones of each field come first, in turn, so that a field with many forms does not keep the others out.
    private void Arrange()
    {
        var ofGroup = new Dictionary<int, int>();
        var ordered = _kept.Select(candidate =>
        {
            var turn = ofGroup.GetValueOrDefault(candidate.Group);
            ofGroup[candidate.Group] = turn + 1;
            return (Turn: turn, Candidate: candidate);
        }).OrderBy(static one => one.Turn).Select(static one => one.Candidate).Take(MostForPairs).ToList();
        _kept.Clear();
        _kept.AddRange(ordered);
    }

    // All pairs of the first few, then those with the next.
    private ImmutableArray<SignatureChange>? FindTwo()
    {
        Arrange();
        for (var second = 1; second < _kept.Count; second++)
        {
            for (var first = 0; first < second && !_target.IsOver; first++)
            {
                if (_kept[first].Group != _kept[second].Group && Fits(_kept[first], _kept[second]))
                {
                    return Found(_kept[first], _kept[second]);
                }
            }
        }

        return null;
    }

    private ImmutableArray<SignatureChange>? FindThree()
    {
        var likely = _kept.GetRange(0, Math.Min(_kept.Count, MostForTriples));
        for (var third = 2; third < likely.Count; third++)
        {
            for (var second = 1; second < third; second++)
            {
                for (var first = 0; first < second && !_target.IsOver; first++)
                {
                    var (a, b, c) = (likely[first], likely[second], likely[third]);
                    if (a.Group != b.Group && a.Group != c.Group && b.Group != c.Group && Fits(a, b, c))
                    {
                        return Found(a, b, c);
                    }
                }
            }
        }

        return null;
    }

    private bool IsSame(HeaderCandidate candidate) =>
        Array.TrueForAll(candidate.Segments, segment => segment.Octets.AsSpan().SequenceEqual(_base[segment.Slot]));

    private bool Fits(params ReadOnlySpan<HeaderCandidate> candidates)
    {
        // The segments of a candidate are in the order of their slots, so each is looked at once. A sender can name thousands of fields in h=.
        if (!_target.Budget.TryWork(_base.Length))
        {
            return false;
        }

        var length = 0;
        Span<int> next = stackalloc int[candidates.Length];
        for (var slot = 0; slot < _base.Length; slot++)
        {
            var segment = _base[slot];
            for (var index = 0; index < candidates.Length; index++)
            {
                var segments = candidates[index].Segments;
                if (next[index] < segments.Length && segments[next[index]].Slot == slot)
                {
                    segment = segments[next[index]++].Octets;
                }
            }

            if (!segment.AsSpan().TryCopyTo(_room.AsSpan(length)))
            {
                _ = _target.Budget.TryWork(length);
                return false;
            }

            length += segment.Length;
        }

        return _target.Fits(_room.AsSpan(0, length));
    }

    private static ImmutableArray<SignatureChange> Found(params ReadOnlySpan<HeaderCandidate> candidates)
    {
        var changes = ImmutableArray.CreateBuilder<SignatureChange>(candidates.Length);
        foreach (var candidate in candidates)
        {
            var rewrite = candidate.Rewrite;
            string[] signed = rewrite.Code == ChangeCode.FieldAdded ? [] : $"{rewrite.Name}:{rewrite.Value}".Split("\r\n");
            string[] arrived = candidate.Arrived?.Split("\r\n") ?? [];
            changes.Add(new SignatureChange { Code = rewrite.Code, Arguments = [.. rewrite.Arguments.Select(OctetText.Shown)], IsProven = true, Diff = LineDiff.Of(signed, arrived) });
        }

        return changes.MoveToImmutable();
    }
}
