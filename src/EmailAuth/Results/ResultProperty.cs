namespace EmailAuth.Results;

/// <summary>One <c>ptype.property=value</c> of a method's result (RFC 8601 section 2.2). The value is raw: the writer encodes it.</summary>
/// <param name="Type">The ptype: <c>smtp</c>, <c>header</c>, <c>body</c> or <c>policy</c>, or another keyword.</param>
/// <param name="Name">The property, such as <c>mailfrom</c> or <c>d</c>.</param>
/// <param name="Value">The value, as it is before any quoting.</param>
public sealed record ResultProperty(string Type, string Name, string Value);
