using System.Collections.Immutable;
using EmailAuth.Dkim;
using EmailAuth.Signatures;
using EmailAuth.Syntax;

namespace EmailAuth.Reports.Complaints;

/// <summary>A valid DKIM signature of a message. Immutable.</summary>
public sealed class CfblSignature
{
    /// <summary><c>d=</c>.</summary>
    public required DomainName Domain { get; init; }

    /// <summary>The names of <c>h=</c>, as often as they are there; case does not matter.</summary>
    public required ImmutableArray<string> FieldNames { get; init; }

    /// <summary>The signatures of a message that pass.</summary>
    /// <param name="results">What DKIM found; null for nothing.</param>
    public static ImmutableArray<CfblSignature> Of(DkimResults? results) =>
    [
        .. (results?.Signatures ?? []).Where(static result => result is { Code: SignatureResultCode.Pass, Domain: not null, Signature: not null })
            .Select(static result => new CfblSignature { Domain = result.Domain!, FieldNames = result.Signature!.FieldNames }),
    ];

    /// <summary>The domain.</summary>
    public override string ToString() => Domain.ToString();
}
