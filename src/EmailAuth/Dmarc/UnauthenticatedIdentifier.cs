using System.Runtime.InteropServices;

namespace EmailAuth.Dmarc;

/// <summary>An identifier that its method checked and did not authenticate.</summary>
/// <param name="Identifier">The method and the domain.</param>
/// <param name="Result">What the method found, in the word of RFC 8601.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct UnauthenticatedIdentifier(AuthenticatedIdentifier Identifier, string Result)
{
    /// <summary>The result that leaves open whether the identifier is authenticated.</summary>
    public const string Undecided = "temperror";

    /// <summary>Whether a failed query left open what the method would have found.</summary>
    public bool IsUndecided => Result == Undecided;
}
