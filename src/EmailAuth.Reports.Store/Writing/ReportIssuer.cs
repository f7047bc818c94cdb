using EmailAuth.Syntax;

namespace EmailAuth.Reports.Store.Writing;

/// <summary>Who makes the reports: what is in each of them about the receiver. Immutable.</summary>
public sealed class ReportIssuer
{
    /// <summary>The name of the organization (<c>org_name</c>).</summary>
    public required string OrganizationName { get; init; }

    /// <summary>Where to ask about reports (<c>email</c>).</summary>
    public required string Email { get; init; }

    /// <summary>The domain in file names and subjects: that of the email address.</summary>
    public required DomainName Domain { get; init; }

    /// <summary>The program that makes the reports; null when it is not said.</summary>
    public string? Generator { get; init; }

    /// <summary>The organization and its address.</summary>
    public override string ToString() => $"{OrganizationName} <{Email}>";
}
