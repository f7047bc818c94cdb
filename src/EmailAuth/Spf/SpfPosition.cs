using System.Runtime.InteropServices;

namespace EmailAuth.Spf;

/// <summary>A term of a record that a check evaluates, by its numbers in the trace.</summary>
/// <param name="Record">The record.</param>
/// <param name="Term">The term; the redirect's index follows the last mechanism's.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct SpfPosition(short Record, short Term)
{
    /// <summary>No term: the check itself.</summary>
    public static readonly SpfPosition None = new(SpfTrace.None, SpfTrace.None);

    /// <summary>Whether it is the lookup of the first record, before which nothing is known.</summary>
    public bool IsStart => this == new SpfPosition(0, SpfTrace.None);
}
