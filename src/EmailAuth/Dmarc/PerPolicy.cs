using System.Diagnostics;

namespace EmailAuth.Dmarc;

/// <summary>A value for each policy, made once.</summary>
internal sealed class PerPolicy<T>(Func<DmarcPolicy, T> make)
{
    private readonly T _none = make(DmarcPolicy.None);
    private readonly T _quarantine = make(DmarcPolicy.Quarantine);
    private readonly T _reject = make(DmarcPolicy.Reject);

    public T this[DmarcPolicy policy] => policy switch
    {
        DmarcPolicy.None => _none,
        DmarcPolicy.Quarantine => _quarantine,
        DmarcPolicy.Reject => _reject,
        _ => throw new UnreachableException(),
    };
}
