using EmailAuth.Native.Resolving;
using EmailAuth.Native.Signing;

namespace EmailAuth.Native.Handles;

/// <summary>
/// Issues handles for objects, and finds the object of a handle. A handle consists of a slot and of the number of times that the slot was
/// used, so that a handle that was freed or never issued is recognized. Thread-safe; looking up takes no lock.
/// </summary>
internal sealed class HandleTable
{
    // A handle has 64 bits: the count in the upper half, the slot plus one in the lower half, so that no handle is a null pointer.
    private const int FirstLength = 64;
    private const int MaxLength = 1 << 24;

    private readonly Lock _lock = new();
    private readonly Stack<int> _free = new();
    private Slot[] _slots = [];
    private int _used;

    /// <summary>The number of handles in use.</summary>
    public int Count
    {
        get
        {
            lock (_lock)
            {
                return _used - _free.Count;
            }
        }
    }

    /// <summary>Issues a handle.</summary>
    public nint Add(object target)
    {
        lock (_lock)
        {
            if (!_free.TryPop(out var place))
            {
                place = _used;
                if (place == _slots.Length)
                {
                    Grow();
                }

                _used++;
            }

            var slot = _slots[place];
            slot.Target = target;
            return Handle(place, slot.Count);
        }
    }

    /// <summary>The object of a handle. Throws <see cref="InteropException"/> when the handle is not a valid handle of that kind.</summary>
    public T Find<T>(nint handle)
        where T : class
    {
        // Read the object before the count: the count is increased before the next object is stored, so an unchanged count shows that the
        // object that was read belongs to this handle.
        if (SlotOf(handle) is { } slot)
        {
            var target = Volatile.Read(ref slot.Target);
            if (Volatile.Read(ref slot.Count) == CountOf(handle) && target is T found)
            {
                return found;
            }
        }

        throw Wrong<T>(handle);
    }

    /// <summary>Frees a handle. When several calls free the same handle, only one succeeds.</summary>
    public T Remove<T>(nint handle)
        where T : class => TakeOut<T>(handle) ?? throw Wrong<T>(handle);

    /// <summary>Frees a handle, if it is one of that kind. When several calls free the same handle, only one answers that it did.</summary>
    public bool TryRemove<T>(nint handle)
        where T : class => TakeOut<T>(handle) is not null;

    private T? TakeOut<T>(nint handle)
        where T : class
    {
        lock (_lock)
        {
            if (SlotOf(handle) is { } slot && slot.Count == CountOf(handle) && slot.Target is T found)
            {
                Volatile.Write(ref slot.Count, slot.Count + 1);
                Volatile.Write(ref slot.Target, null);

                // A slot whose count would overflow is not used again, so that an old handle never matches a new object.
                if (slot.Count != 0)
                {
                    _free.Push((int)(handle & 0xffffffff) - 1);
                }

                return found;
            }
        }

        return null;
    }

    private static nint Handle(int place, uint count) => (nint)(((ulong)count << 32) | (uint)(place + 1));

    private static uint CountOf(nint handle) => (uint)((ulong)handle >> 32);

    private static InteropException Wrong<T>(nint handle) => new(
        Status.Handle,
        handle == 0
            ? $"The handle is null; a handle of a {NameOf<T>()} is needed."
            : $"0x{handle:x} is not a handle of a {NameOf<T>()}; it may have been freed.");

    private static string NameOf<T>() =>
        typeof(T) == typeof(NativeSession) ? "session"
        : typeof(T) == typeof(NativeResult) ? "result"
        : typeof(T) == typeof(NativeKey) ? "key"
        : typeof(T) == typeof(NativeSigner) ? "signer"
        : typeof(T) == typeof(NativeSealer) ? "sealer"
        : typeof(T) == typeof(NativeSigning) ? "signing"
        : typeof(T) == typeof(HostQuery) ? "query"
        : "pipeline";

    private Slot? SlotOf(nint handle)
    {
        var slots = Volatile.Read(ref _slots);
        var place = (uint)(ulong)handle - 1;
        return place < (uint)slots.Length ? slots[place] : null;
    }

    private void Grow()
    {
        if (_slots.Length == MaxLength)
        {
            throw new InteropException(Status.Memory, $"{MaxLength} handles are in use.");
        }

        var slots = new Slot[Math.Max(FirstLength, _slots.Length * 2)];
        _slots.CopyTo(slots, 0);
        for (var i = _slots.Length; i < slots.Length; i++)
        {
            slots[i] = new Slot();
        }

        Volatile.Write(ref _slots, slots);
    }

    private sealed class Slot
    {
        public object? Target;

        // The count starts at a high odd number, so that small numbers and pointers are not mistaken for handles.
        public uint Count = 0x0ea00001;
    }
}
