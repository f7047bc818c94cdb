namespace EmailAuth.Native;

/// <summary>A status in words.</summary>
internal static class StatusText
{
    private static readonly NativeText[] Texts =
    [
        new("success"),
        new("an argument is not valid"),
        new("the handle is of another kind, or was freed"),
        new("the call is out of order"),
        new("another call on this session is under way"),
        new("the completion was aborted"),
        new("the configuration is not valid"),
        new("there is no memory or no handle left"),
        new("an error of the library's own"),
    ];

    private static readonly NativeText Unknown = new("no status of this library");

    /// <summary>The text of a status; it lives as long as the process.</summary>
    public static NativeText Of(int status) => status is <= 0 and > int.MinValue && -status < Texts.Length ? Texts[-status] : Unknown;
}
