using EmailAuth.Native.Handles;

namespace EmailAuth.Native.Exports;

/// <summary>The one table of the process.</summary>
internal static class Handle
{
    public static HandleTable Table { get; } = new();
}
