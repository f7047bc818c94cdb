using System.Buffers;
using System.Runtime.InteropServices;
using System.Text;
using EmailAuth.Messages;

namespace EmailAuth.Signatures;

/// <summary>
/// The fields of a header block by name, so that signatures select theirs from the bottom up (RFC 6376 section 5.4.2) in time linear in the
/// names and fields, however many of each there are.
/// </summary>
/// <remarks>Made once for a message; one selection at a time. Lines that are not fields have no name and are never selected.</remarks>
internal sealed class HeaderFieldIndex : IDisposable
{
    private const int None = -1;

    // Longer names are rare.
    private const int UsualNameLength = 128;

    private readonly int _mask;
    private int[] _buckets;
    private int[] _above;
    private Group[] _groups;
    private int _groupCount;
    private int _selection = 1;

    public HeaderFieldIndex(HeaderBlock header)
    {
        Header = header;
        var size = (int)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)Math.Max(16, header.Count));
        _mask = size - 1;
        _buckets = ArrayPool<int>.Shared.Rent(size);
        _buckets.AsSpan(0, size).Fill(None);
        _above = ArrayPool<int>.Shared.Rent(Math.Max(1, header.Count));
        _groups = ArrayPool<Group>.Shared.Rent(Math.Max(1, header.Count));
        Span<char> lower = stackalloc char[UsualNameLength];
        for (var field = 0; field < header.Count; field++)
        {
            Add(field, lower);
        }
    }

    public HeaderBlock Header { get; }

    /// <summary>How many fields have a name.</summary>
    /// <param name="name">The name in lower case.</param>
    public int CountOf(ReadOnlySpan<char> name) => Find(name) is var group and >= 0 ? _groups[group].Count : 0;

    /// <summary>The lowest field of a name, or -1.</summary>
    /// <param name="name">The name in lower case.</param>
    public int LowestOf(ReadOnlySpan<char> name) => Find(name) is var group and >= 0 ? _groups[group].Lowest : None;

    /// <inheritdoc cref="LowestOf(ReadOnlySpan{char})"/>
    /// <param name="name">The name in lower case.</param>
    /// <param name="hash">Its hash (<see cref="HashOf"/>).</param>
    public int LowestOf(string name, int hash) => Find(name, hash) is var group and >= 0 ? _groups[group].Lowest : None;

    /// <summary>The hash of a name, for names that are asked for in each message.</summary>
    /// <param name="name">The name in lower case.</param>
    public static int HashOf(string name) => string.GetHashCode(name, StringComparison.Ordinal);

    /// <summary>The next field of the same name above a field, or -1.</summary>
    public int Above(int field) => _above[field];

    /// <summary>Starts to select fields for another signature.</summary>
    public void BeginSelection() => _selection++;

    /// <summary>The next instance of a name, from the bottom up; -1 when no instance is left (RFC 6376 section 5.4: such a name is signed as absent).</summary>
    /// <param name="name">The name in lower case.</param>
    /// <param name="except">The signature's own field, which is never selected (RFC 6376 section 3.5), or -1.</param>
    public int SelectNext(ReadOnlySpan<char> name, int except)
    {
        var index = Find(name);
        if (index < 0)
        {
            return None;
        }

        ref var group = ref _groups[index];
        var field = Current(ref group);
        if (field == except && field != None)
        {
            field = _above[field];
        }

        group.Next = field == None ? None : _above[field];
        return field;
    }

    /// <summary>Whether an instance of a name is left that the present selection has not taken.</summary>
    /// <param name="name">The name in lower case.</param>
    public bool HasUnselected(string name) => HasUnselected(name, HashOf(name));

    /// <inheritdoc cref="HasUnselected(string)"/>
    /// <param name="name">The name in lower case.</param>
    /// <param name="hash">Its hash (<see cref="HashOf"/>).</param>
    public bool HasUnselected(string name, int hash) => Find(name, hash) is var index and >= 0 && Current(ref _groups[index]) != None;

    public void Dispose()
    {
        if (_buckets.Length > 0)
        {
            ArrayPool<int>.Shared.Return(_buckets);
            ArrayPool<int>.Shared.Return(_above);
            ArrayPool<Group>.Shared.Return(_groups);
            _buckets = [];
            _above = [];
            _groups = [];
        }
    }

    private int Current(ref Group group)
    {
        if (group.Selection != _selection)
        {
            group.Selection = _selection;
            group.Next = group.Lowest;
        }

        return group.Next;
    }

    private void Add(int field, Span<char> lower)
    {
        var name = Header[field].Name;
        if (name.IsEmpty)
        {
            return;
        }

        char[]? rented = null;
        if (name.Length > lower.Length)
        {
            lower = rented = ArrayPool<char>.Shared.Rent(name.Length);
        }

        Ascii.ToLower(name, lower, out var length);
        var hash = string.GetHashCode(lower[..length], StringComparison.Ordinal);
        var index = Find(lower[..length], hash);
        if (rented is not null)
        {
            ArrayPool<char>.Shared.Return(rented);
        }

        if (index < 0)
        {
            index = _groupCount++;
            ref var bucket = ref _buckets[hash & _mask];
            _groups[index] = new Group { Hash = hash, Lowest = None, Chain = bucket };
            bucket = index;
        }

        ref var group = ref _groups[index];
        _above[field] = group.Lowest;
        group.Lowest = field;
        group.Count++;
    }

    private int Find(ReadOnlySpan<char> name) => Find(name, string.GetHashCode(name, StringComparison.Ordinal));

    private int Find(ReadOnlySpan<char> name, int hash)
    {
        for (var index = _buckets[hash & _mask]; index >= 0; index = _groups[index].Chain)
        {
            ref var group = ref _groups[index];
            if (group.Hash == hash && Ascii.EqualsIgnoreCase(Header[group.Lowest].Name, name))
            {
                return index;
            }
        }

        return None;
    }

    [StructLayout(LayoutKind.Auto)]
    private struct Group
    {
        public int Hash;
        public int Chain;
        public int Lowest;
        public int Count;
        public int Selection;
        public int Next;
    }
}
