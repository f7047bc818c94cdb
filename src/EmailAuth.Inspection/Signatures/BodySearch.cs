using System.Collections.Immutable;
using System.Globalization;

namespace EmailAuth.Inspection.Signatures;

/// <summary>
/// Looks for the change of a body that takes it away from its hash. Each candidate is a body as it may have been signed, and only an equal hash
/// counts, so that what is found is proven. From the likely to the unlikely, until the budget is spent.
/// </summary>
internal sealed class BodySearch
{
    // Footers are short: behind a change of the whole body only so many line borders from the end may be the end of what was signed.
    private const int NearEnds = 400;
    private const int MostStarts = 200;
    private const int FewStarts = 30;

    // Larger bodies are not combined: one change of a whole body costs a pass over it.
    private const int MostForPairs = 512 * 1024;

    private readonly BodyTarget _target;
    private readonly byte[] _body;
    private readonly BodyLines _lines;
    private readonly List<BodyRewrite> _rewrites;
    private readonly bool _isMultipart;
    private readonly bool _isHeaderKept;

    /// <summary>Prepares a search.</summary>
    /// <param name="target">What was signed.</param>
    /// <param name="body">The body as it arrived.</param>
    /// <param name="contentType">The Content-Type of the message, or null.</param>
    /// <param name="isHeaderKept">Whether the header signature holds, so that nobody changed l=.</param>
    public BodySearch(BodyTarget target, byte[] body, string? contentType, bool isHeaderKept)
    {
        (_target, _body, _isHeaderKept) = (target, body, isHeaderKept);
        _lines = Canonical(body);
        _isMultipart = contentType?.TrimStart().StartsWith("multipart/", StringComparison.OrdinalIgnoreCase) is true;
        _rewrites = [.. BodyRewrites.OfLines, .. TransferRewrites.For(_isMultipart)];
    }

    /// <summary>The changes, the last one that was made first; null when none was found.</summary>
    public ImmutableArray<SignatureChange>? Find()
    {
        if (_target.Length > _lines.Octets.Length)
        {
            // RFC 6376 section 3.5: l= must not exceed the canonical body, so octets are missing whatever else was changed.
            return [new SignatureChange { Code = ChangeCode.BodyCut, Arguments = [Number(_lines.Octets.Length), Number(_target.Length!.Value)], IsProven = _isHeaderKept }];
        }

        // With l=0 nothing is hashed, so no change of the body explains another hash.
        return _target.Length == 0 ? null : FindEnd(_lines, 0, _lines.Count, [])
            ?? FindRelaxed()
            ?? FindSignerFault()
            ?? FindRewritten()
            ?? FindParts()
            ?? FindStarts(_lines, MostStarts, [])
            ?? FindRange(_lines, BodyRanges.Anchored, [])
            ?? FindRewrittenTwice()
            ?? FindRange(_lines, BodyRanges.Any, [])
            ?? FindRange(_lines, BodyRanges.AnchoredTwice, []);
    }

    private BodyLines Canonical(byte[] body) => new(CanonicalText.Body(body, _target.IsRelaxed));

    // Something appended to the body, or nothing more than the rewrites.
    private ImmutableArray<SignatureChange>? FindEnd(BodyLines lines, int first, int ends, BodyRewrite[] rewrites)
    {
        var end = _target.EndOf(lines, first, ends);
        if (end < 0)
        {
            return null;
        }

        var signed = lines.Octets.AsSpan(lines.Starts[first]..lines.Starts[end]);
        if (signed.IsEmpty || signed.SequenceEqual("\r\n"u8))
        {
            return OfEmptyBody;
        }

        var changes = ImmutableArray.CreateBuilder<SignatureChange>();
        if (first > 0)
        {
            changes.Add(IsPart(lines, first, end) ? Change(ChangeCode.BodyWrapped) : Change(ChangeCode.BodyPrepended, Count(first)));
        }

        if (end < lines.Count && changes is not [{ Code: ChangeCode.BodyWrapped }])
        {
            changes.Add(Change(ChangeCode.BodyAppended, Count(lines.Count - end)));
        }

        return Complete(changes, rewrites, signed);
    }

    private bool IsPart(BodyLines lines, int first, int end) =>
        _isMultipart && MimeText.Parts(lines).Exists(part => part.Content == first && end <= part.End);

    // The hash of an empty body is that of a signer that read nothing, and that of an empty message to which someone added all of its text.
    private static ImmutableArray<SignatureChange> OfEmptyBody =>
        [new SignatureChange { Code = ChangeCode.BodySignerFault, Arguments = ["over an empty body, or all of the body was added after signing"], IsProven = false }];

    // Under simple, a relaxed body with its hash is that of a signer that relaxes it against c=, and also that of a host that added white
    // space: the hash does not show which. The other way round no host can be the cause, because a relaxed body has no runs of white space.
    private ImmutableArray<SignatureChange>? FindRelaxed()
    {
        if (_target.IsRelaxed || !_target.Fits(CanonicalText.Body(_body, isRelaxed: true)))
        {
            return null;
        }

        var changes = FindRewritten() ?? [Change(ChangeCode.BodySignerFault, "as relaxed, or white space was added after signing")];
        return [.. changes.Select(static change => change.Unproven())];
    }

    private ImmutableArray<SignatureChange>? FindSignerFault()
    {
        if (_target.Fits([]) || _target.Fits("\r\n"u8))
        {
            return OfEmptyBody;
        }

        var fault = _target.IsRelaxed && _target.Fits(CanonicalText.Body(_body, isRelaxed: false)) ? "as simple"
            : _target.Fits(_body) ? "over the body as it is"
            : _target.Fits(_lines.Octets.AsSpan()[..Math.Max(0, _lines.Octets.Length - 2)]) ? "without the last line end"
            : null;
        return fault is null ? null : [Change(ChangeCode.BodySignerFault, fault)];
    }

    private ImmutableArray<SignatureChange>? FindRewritten()
    {
        foreach (var rewrite in _rewrites)
        {
            if (_target.Budget.IsSpent)
            {
                return null;
            }

            if (Undone(rewrite, _body) is { } undone && FindEnd(Canonical(undone), 0, NearEnds, [rewrite]) is { } found)
            {
                return found;
            }
        }

        return null;
    }

    // A list that adds a part for its footer makes the old body a part; a gateway may encode it on the way.
    private ImmutableArray<SignatureChange>? FindParts()
    {
        foreach (var part in MimeText.Parts(_lines))
        {
            if (FindEnd(_lines, part.Content, _lines.Count - part.Content, []) is { } found)
            {
                return found;
            }

            var content = _lines.Octets.AsSpan(_lines.Starts[part.Content].._lines.Starts[part.End]);
            foreach (var now in new[] { "quoted-printable", "base64" })
            {
                if (TransferRewrites.Recode(content, now, "8bit") is { } decoded
                    && _target.Fits(CanonicalText.Body(decoded, _target.IsRelaxed)))
                {
                    return [Change(ChangeCode.BodyWrapped), Change(ChangeCode.BodyTransferEncoding, "8bit", now)];
                }
            }
        }

        return null;
    }

    // Each start costs a pass, so long bodies have few.
    private ImmutableArray<SignatureChange>? FindStarts(BodyLines lines, int most, BodyRewrite[] rewrites)
    {
        var affordable = _target.Budget.BytesLeft / 3 / Math.Max(1, lines.Octets.Length);
        var last = (int)Math.Min(Math.Min(lines.Count, most), affordable);
        if (last < Math.Min(lines.Count, most))
        {
            _target.Budget.NoteSkipped();
        }

        for (var first = 1; first <= last && !_target.Budget.IsSpent; first++)
        {
            if (FindEnd(lines, first, NearEnds, rewrites) is { } found)
            {
                return found;
            }
        }

        return null;
    }

    private ImmutableArray<SignatureChange>? FindRange(BodyLines lines, Func<BodyRanges, ImmutableArray<LineRange>> search, BodyRewrite[] rewrites)
    {
        var ranges = search(new BodyRanges(_target, lines));
        if (ranges.IsEmpty)
        {
            return null;
        }

        var changes = ImmutableArray.CreateBuilder<SignatureChange>();
        var signed = new OctetWriter(lines.Octets.Length);
        var kept = 0;
        foreach (var range in ranges)
        {
            var isPart = lines.IsBoundary(range.First) && range.End < lines.Count && lines.IsBoundary(range.End);
            changes.Add(Change(isPart ? ChangeCode.BodyPartAdded : ChangeCode.BodyInserted, Count(range.End - range.First), Number(range.First + 1)));
            signed.Write(lines.Octets.AsSpan(lines.Starts[kept]..lines.Starts[range.First]));
            kept = range.End;
        }

        signed.Write(lines.Octets.AsSpan(lines.Starts[kept]..));
        return Complete(changes, rewrites, signed.ToArray());
    }

    private byte[]? Undone(BodyRewrite rewrite, byte[] body) => _target.Budget.TryWork(body.Length) ? rewrite.Undo(body) : null;

    // Two changes of the whole body, or one and an addition at the top or within.
    private ImmutableArray<SignatureChange>? FindRewrittenTwice()
    {
        if (_body.Length > MostForPairs)
        {
            _target.Budget.NoteSkipped();
            return null;
        }

        foreach (var last in _rewrites)
        {
            if (_target.Budget.IsSpent || Undone(last, _body) is not { } undone)
            {
                continue;
            }

            var lines = Canonical(undone);
            var found = FindStarts(lines, FewStarts, [last]) ?? FindRange(lines, BodyRanges.Anchored, [last]);
            foreach (var earlier in found is null ? _rewrites : [])
            {
                if (!_target.Budget.IsSpent && Undone(earlier, undone) is { } twice && FindEnd(Canonical(twice), 0, FewStarts, [last, earlier]) is { } pair)
                {
                    return pair;
                }
            }

            if (found is not null)
            {
                return found;
            }
        }

        return null;
    }

    // The differences are those of the whole body; each change has its own only if it is the only one.
    private ImmutableArray<SignatureChange> Complete(ImmutableArray<SignatureChange>.Builder changes, BodyRewrite[] rewrites, ReadOnlySpan<byte> signed)
    {
        foreach (var rewrite in rewrites)
        {
            changes.Add(Change(rewrite.Code, [.. rewrite.Arguments]));
        }

        var diff = LineDiff.Of(signed, _lines.Octets);
        return [.. changes.Select((change, index) => index > 0 ? change : change.With(diff))];
    }

    private static SignatureChange Change(ChangeCode code, params ImmutableArray<string> arguments) => new() { Code = code, Arguments = arguments, IsProven = true };

    private static string Count(int lines) => lines == 1 ? "1 line" : $"{Number(lines)} lines";

    private static string Number(long number) => number.ToString(CultureInfo.InvariantCulture);
}
