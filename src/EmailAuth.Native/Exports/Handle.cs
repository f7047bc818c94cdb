using EmailAuth.Native.Handles;

namespace EmailAuth.Native.Exports;

/// <summary>The process's only handle table.</summary>
internal static class Handle
{
    public static HandleTable Table { get; } = new();
}
