using System.Diagnostics;

namespace EmailAuth.Results;

/// <summary>
/// A <c>ptype.property=value</c> of a method's result (RFC 8601 section 2.2). The value is raw: the writer encodes it. Immutable.
/// </summary>
[DebuggerDisplay("{Type,nq}.{Name,nq}={Value,nq}")]
public sealed class ResultProperty
{
    /// <summary>Makes a property.</summary>
    /// <param name="type">The ptype, see <see cref="Type"/>.</param>
    /// <param name="name">The property, see <see cref="Name"/>.</param>
    /// <param name="value">The value, see <see cref="Value"/>.</param>
    public ResultProperty(string type, string name, string value)
    {
        Type = type;
        Name = name;
        Value = value;
    }

    /// <summary>The ptype: <c>smtp</c>, <c>header</c>, <c>body</c> or <c>policy</c>, or another keyword.</summary>
    public string Type { get; }

    /// <summary>The property, such as <c>mailfrom</c> or <c>d</c>.</summary>
    public string Name { get; }

    /// <summary>The value, as it is before any quoting.</summary>
    public string Value { get; }

    internal bool IsSameAs(ResultProperty other) => Type == other.Type && Name == other.Name && Value == other.Value;
}
