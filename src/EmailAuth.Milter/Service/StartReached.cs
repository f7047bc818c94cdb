namespace EmailAuth.Milter.Service;

/// <summary>Whether the service has started to serve.</summary>
internal sealed class StartReached
{
    private volatile bool _value;

    public bool Value
    {
        get => _value;
        set => _value = value;
    }
}
