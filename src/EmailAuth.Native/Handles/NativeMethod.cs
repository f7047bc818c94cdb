using EmailAuth.Results;

namespace EmailAuth.Native.Handles;

/// <summary>One result of a method, with its texts in unmanaged memory. The owner, which created it, must free it.</summary>
internal sealed class NativeMethod
{
    private readonly (string Key, NativeText Name, NativeText Value)[] _properties;

    public NativeMethod(string name, MethodResult result, string? reason, string? reasonCode)
    {
        Name = NativeText.OfSender(name);
        Method = NativeText.OfSender(result.Method);
        Result = NativeText.OfSender(result.Result);
        Reason = reason is null ? null : NativeText.OfSender(reason);
        ReasonCode = reasonCode is null ? null : NativeText.OfSender(reasonCode);
        _properties =
        [
            .. result.Properties.Select(static property => (Key: $"{property.Type}.{property.Name}", property.Value))
                .Select(static property => (property.Key, NativeText.OfSender(property.Key), NativeText.OfSender(property.Value))),
        ];
    }

    public NativeText Name { get; }

    public NativeText Method { get; }

    public NativeText Result { get; }

    public NativeText? Reason { get; }

    public NativeText? ReasonCode { get; }

    public int PropertyCount => _properties.Length;

    /// <summary>A property by its place.</summary>
    public (NativeText Name, NativeText Value) Property(int place) => (_properties[place].Name, _properties[place].Value);

    /// <summary>The value of the first property of a name such as <c>header.d</c>, without regard to case; null when no property has it.</summary>
    public NativeText? Value(string name) =>
        Array.Find(_properties, property => property.Key.Equals(name, StringComparison.OrdinalIgnoreCase)).Value;

    public void Free()
    {
        Name.Free();
        Method.Free();
        Result.Free();
        Reason?.Free();
        ReasonCode?.Free();
        foreach (var (_, name, value) in _properties)
        {
            name.Free();
            value.Free();
        }
    }
}
