using EmailAuth.Syntax;

namespace EmailAuth.Reports.Complaints;

/// <summary>What a <c>CFBL-Address</c> field says.</summary>
/// <param name="LocalPart">The local part of the address, without quotes.</param>
/// <param name="Domain">Its domain.</param>
/// <param name="IsXarf">Whether the report is to have the form of XARF.</param>
internal sealed record CfblValue(string LocalPart, DomainName Domain, bool IsXarf);
