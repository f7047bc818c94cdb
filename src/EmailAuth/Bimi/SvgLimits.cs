using System.Runtime.CompilerServices;

namespace EmailAuth.Bimi;

/// <summary>How much of an SVG document is read. A document that exceeds a limit is not valid, and the reason names the limit.</summary>
internal sealed record SvgLimits
{
    /// <summary>The default limits.</summary>
    public static SvgLimits Default { get; } = new();

    /// <summary>The most bytes, also after decompression; 32,768 by default, which is what large receivers accept. From 1 to 16,777,216.</summary>
    public int MaxBytes
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfGreaterThan(value, 16 * 1024 * 1024);
            field = Positive(value);
        }
    } = 32 * 1024;

    /// <summary>How deep elements may nest; 64 by default. At least 1.</summary>
    public int MaxDepth { get; init => field = Positive(value); } = 64;

    /// <summary>
    /// How many elements may be drawn when every <c>use</c> is replaced by what it refers to; 10,000 by default. Without this, a few
    /// hundred bytes can ask a renderer for billions of shapes. At least 1.
    /// </summary>
    public int MaxDrawnElements { get; init => field = Positive(value); } = 10_000;

    /// <summary>After how many violations reading stops; 100 by default. At least 1.</summary>
    public int MaxViolations { get; init => field = Positive(value); } = 100;

    private static int Positive(int value, [CallerMemberName] string? name = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(value, 1, name);
        return value;
    }
}
