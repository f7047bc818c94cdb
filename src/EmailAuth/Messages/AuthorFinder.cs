using System.Collections.Immutable;
using EmailAuth.Syntax;

namespace EmailAuth.Messages;

/// <summary>Finds the fields that may be read as From, and reads the field when there is exactly one.</summary>
internal static class AuthorFinder
{
    public static Author Find(HeaderBlock header)
    {
        if (header.LimitReason is { } limit)
        {
            return Defective(AuthorDefect.IncompleteHeader, limit, 0, []);
        }

        var count = 0;
        ReadOnlyMemory<byte> value = default;
        List<DomainName>? domains = null;
        for (var i = 0; i < header.Count; i++)
        {
            var field = header[i];
            var lines = new AuthorLines(field);
            while (lines.TryRead(out var found))
            {
                // The second one makes the message unusable; the domains of all are kept as evidence.
                if (++count == 2)
                {
                    AddDomains(domains = [], value.Span);
                }

                if (domains is not null)
                {
                    AddDomains(domains, found.Span);
                }

                value = found;
            }
        }

        return count switch
        {
            0 => Defective(AuthorDefect.NoField, "the message has no From field (RFC 5322 section 3.6)", 0, []),
            1 => Read(value.Span),
            _ => Defective(AuthorDefect.SeveralFields, $"{count} fields may be read as From (RFC 5322 section 3.6 allows one)", count, [.. domains!]),
        };
    }

    private static Author Read(ReadOnlySpan<byte> value)
    {
        var reader = new AddressListReader(value);
        if (!reader.Read())
        {
            return Defective(reader.Defect, reader.Reason, 1, reader.Domains);
        }

        if (reader.Domains.Length == 0)
        {
            return Defective(AuthorDefect.NoAddress, "the From field has no address (RFC 5322 section 3.6.2)", 1, []);
        }

        if (reader.Domains.Length > 1)
        {
            return Defective(AuthorDefect.SeveralDomains, $"the From field has addresses of {reader.Domains.Length} domains (RFC 9989 section 5.3.1)", 1, reader.Domains);
        }

        return reader.IsPlain || AddressCrossCheck.Agrees(value, reader.Domains[0], reader.MailboxCount)
            ? new Author { Domain = reader.Domains[0], LocalPart = reader.LocalPart, Domains = reader.Domains, AddressCount = reader.MailboxCount, FieldCount = 1 }
            : Defective(AuthorDefect.Malformed, "two address readers understand the From field differently", 1, reader.Domains);
    }

    private static void AddDomains(List<DomainName> domains, ReadOnlySpan<byte> value)
    {
        var reader = new AddressListReader(value);
        reader.Read();
        foreach (var domain in reader.Domains)
        {
            if (domains.Count < Author.MaxDomains && !domains.Contains(domain))
            {
                domains.Add(domain);
            }
        }
    }

    private static Author Defective(AuthorDefect defect, string reason, int fieldCount, ImmutableArray<DomainName> domains) =>
        new() { Defect = defect, Reason = reason, FieldCount = fieldCount, Domains = domains };
}
