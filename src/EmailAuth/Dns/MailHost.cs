using EmailAuth.Syntax;

namespace EmailAuth.Dns;

/// <summary>An MX record (RFC 1035 section 3.3.9). Immutable; two with equal members are equal.</summary>
public sealed class MailHost : IEquatable<MailHost>
{
    /// <summary>Makes a record.</summary>
    /// <param name="preference">The preference, see <see cref="Preference"/>.</param>
    /// <param name="exchange">The host, see <see cref="Exchange"/>.</param>
    public MailHost(ushort preference, DomainName? exchange)
    {
        Preference = preference;
        Exchange = exchange;
    }

    /// <summary>Lower is asked first.</summary>
    public ushort Preference { get; }

    /// <summary>The host that takes mail, or null for the null MX "." (RFC 7505).</summary>
    public DomainName? Exchange { get; }

    /// <summary>The preference and the host as a zone file has them: <c>10 mail.example.com</c>, <c>0 .</c> for the null MX.</summary>
    public override string ToString() => $"{Preference} {Exchange?.ToString() ?? "."}";

    /// <inheritdoc/>
    public bool Equals(MailHost? other) => other is not null && Preference == other.Preference && Exchange == other.Exchange;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as MailHost);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Preference, Exchange);
}
