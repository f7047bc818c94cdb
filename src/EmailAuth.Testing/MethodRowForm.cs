using EmailAuth.Composition;

namespace EmailAuth.Testing;

/// <summary>The form that a vector's expectation of a method has.</summary>
internal static class MethodRowForm
{
    /// <summary>Whether the member for the method is only its result.</summary>
    public static bool IsPlain(this MethodRow row) => !row.Expected.Contains(MethodEvidence.Result, StringComparer.Ordinal);
}
