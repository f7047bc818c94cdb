using Microsoft.Extensions.Time.Testing;

namespace EmailAuth.Tests.Dns.Stub;

/// <summary>Calls what is hooked to it once, at the next look at it.</summary>
internal sealed class HookedTime : FakeTimeProvider
{
    private Action? _hook;

    public Action? Hook
    {
        get => Volatile.Read(ref _hook);
        set => Volatile.Write(ref _hook, value);
    }

    public override long GetTimestamp()
    {
        Interlocked.Exchange(ref _hook, null)?.Invoke();
        return base.GetTimestamp();
    }
}
