using EmailAuth.Bimi;

namespace EmailAuth.Inspection.Bimi;

/// <summary>The options of an inspection of BIMI. Immutable.</summary>
public sealed class BimiInspectionOptions
{
    /// <summary>The selector, as a signed BIMI-Selector field would name it. Default <c>default</c>.</summary>
    public string Selector { get; init; } = "default";

    /// <summary>The local-part of the author's address, for records that choose by it (<c>lps</c>); null for none. Default null.</summary>
    public string? LocalPart { get; init; }

    /// <summary>Whether logo and certificate are fetched and verified, and by which roots. Default <see cref="BimiOptions.Default"/>, which fetches nothing.</summary>
    public BimiOptions Bimi { get; init; } = BimiOptions.Default;

    /// <summary>The clock by which certificates are judged. Default the system's.</summary>
    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;
}
