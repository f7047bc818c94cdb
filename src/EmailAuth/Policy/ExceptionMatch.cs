using System.Collections.Immutable;
using System.Runtime.InteropServices;

namespace EmailAuth.Policy;

/// <summary>The exceptions that are about one message.</summary>
/// <param name="Deciding">The line that decides what is done with it; null without one.</param>
/// <param name="Skips">The lines that leave out methods.</param>
/// <param name="Possible">The line that would refuse it if the client, which is not known, is in its network; null without one.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct ExceptionMatch(PolicyExceptionLine? Deciding, ImmutableArray<PolicyExceptionLine> Skips, PolicyExceptionLine? Possible = null)
{
    /// <summary>No exception.</summary>
    public static ExceptionMatch None { get; } = new(null, []);

    /// <summary>Whether a method does not count.</summary>
    public bool LeavesOut(string method)
    {
        foreach (var exception in Skips.IsDefault ? [] : Skips)
        {
            if (exception.Methods.Contains(method, StringComparer.Ordinal))
            {
                return true;
            }
        }

        return false;
    }
}
