using System.Collections.Immutable;
using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace EmailAuth.Inspection.Signatures;

/// <summary>Looks for lines within a body without which it has its hash. The hash of what comes before them is kept, so a candidate costs what comes after.</summary>
internal sealed class BodyRanges
{
    // The longest footer within a part.
    private const int MostLines = 60;
    private const int MostLinesOfTwo = 16;
    private const int MostLinesOfSmallBody = 600;
    private const int MostAnchors = 2000;
    private const int MostBoundaries = 100;

    private readonly BodyTarget _target;
    private readonly BodyLines _lines;
    private readonly long _floor;
    private readonly List<int> _anchors;
    private readonly List<int> _boundaries;

    // At least a third of what the search may still spend is left for what comes after.
    public BodyRanges(BodyTarget target, BodyLines lines)
    {
        (_target, _lines) = (target, lines);
        _floor = target.Budget.BytesLeft / 3;
        _anchors = [.. Enumerable.Range(0, lines.Count).Where(lines.IsAnchor).Take(MostAnchors)];
        _boundaries = [.. _anchors.Where(lines.IsBoundary).Take(MostBoundaries)];
    }

    private bool IsOver => _target.Budget.IsSpent || _target.Budget.BytesLeft < _floor;

    /// <summary>Lines that end where programs add: before a boundary of MIME, or before the end of an HTML text; and whole parts.</summary>
    public static ImmutableArray<LineRange> Anchored(BodyRanges ranges) => ranges.Search(line => ranges.EndsFrom(line, MostLines, hasParts: true));

    /// <summary>The same in two places, such as in the text and in the HTML of a message.</summary>
    public static ImmutableArray<LineRange> AnchoredTwice(BodyRanges ranges) => ranges._lines.Count > MostLinesOfSmallBody
        ? ranges.Skip()
        : ranges.Search(line => ranges.EndsFrom(line, MostLinesOfTwo, hasParts: false), line => ranges.EndsFrom(line, MostLinesOfTwo, hasParts: false));

    /// <summary>Any lines.</summary>
    public static ImmutableArray<LineRange> Any(BodyRanges ranges) => ranges._lines.Count > MostLinesOfSmallBody
        ? ranges.Skip()
        : ranges.Search(line => Enumerable.Range(line + 1, Math.Max(0, Math.Min(MostLines, ranges._lines.Count - line - 1))));

    private ImmutableArray<LineRange> Skip()
    {
        _target.Budget.NoteSkipped();
        return [];
    }

    private IEnumerable<int> EndsFrom(int first, int most, bool hasParts)
    {
        var next = _anchors.BinarySearch(first + 1);
        for (var index = next < 0 ? ~next : next; index < _anchors.Count && _anchors[index] - first <= most; index++)
        {
            yield return _anchors[index];
        }

        // Whole parts, from one boundary to a later one, may be longer.
        var part = hasParts ? _boundaries.BinarySearch(first) : -1;
        for (var index = part + 1; part >= 0 && index < _boundaries.Count; index++)
        {
            if (_boundaries[index] - first > most)
            {
                yield return _boundaries[index];
            }
        }
    }

    private ImmutableArray<LineRange> Search(Func<int, IEnumerable<int>> ends, Func<int, IEnumerable<int>>? second = null)
    {
        if (_target.Length is not null)
        {
            return [];
        }

        using var prefix = _target.Begin();
        return Search(prefix, 0, ends, second);
    }

    private ImmutableArray<LineRange> Search(IncrementalHash prefix, int from, Func<int, IEnumerable<int>> ends, Func<int, IEnumerable<int>>? second)
    {
        if (!_target.Budget.TryTake(_lines.Octets.Length - _lines.Starts[from], tries: 0))
        {
            return [];
        }

        for (var first = from; first < _lines.Count && !IsOver; first++)
        {
            foreach (var end in ends(first))
            {
                if (IsOver)
                {
                    break;
                }

                if (second is null && _target.FitsWith(prefix, _lines.Octets.AsSpan(_lines.Starts[end]..)))
                {
                    return [new LineRange(first, end)];
                }

                if (second is not null && SearchBehind(prefix, end, second) is { IsEmpty: false } other)
                {
                    return [new LineRange(first, end), .. other];
                }
            }

            prefix.AppendData(_lines[first]);
        }

        if (IsOver)
        {
            _target.Budget.NoteSkipped();
        }

        return [];
    }

    private ImmutableArray<LineRange> SearchBehind(IncrementalHash prefix, int from, Func<int, IEnumerable<int>> ends)
    {
        using var copy = prefix.Clone();
        return Search(copy, from, ends, null);
    }
}

/// <summary>Lines of a body, from the first to the one before the end.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct LineRange(int First, int End);
