using EmailAuth.Syntax;

namespace EmailAuth.Signatures;

/// <summary>The name at which a signer publishes its key: <c>selector._domainkey.domain</c> (RFC 6376 section 3.6.2.1).</summary>
internal static class KeyName
{
    private const string Label = "_domainkey";

    /// <summary>Checks a selector and a domain to sign with.</summary>
    /// <param name="selector">The selector, which may have U-labels.</param>
    /// <param name="domain">The domain.</param>
    /// <param name="parameter">The name of the caller's parameter.</param>
    /// <returns>The selector in A-labels, and the name of the key record.</returns>
    /// <exception cref="ArgumentException">The selector is not valid, one of them is the name of a key record, or both together are too long.</exception>
    public static (string Selector, DomainName Name) Of(string selector, DomainName domain, string parameter)
    {
        var parsed = DomainName.Parse(selector);
        if (!parsed.IsSuccess)
        {
            throw new ArgumentException($"The selector is not valid: {parsed.Error.Reason}", parameter);
        }

        // People paste the name of the key record: the key would be looked for below it.
        if (HasLabel(parsed.Value))
        {
            throw new ArgumentException("The selector has a label _domainkey: of the name of a key record, such as s1._domainkey.example.com, give s1 alone.", parameter);
        }

        if (HasLabel(domain))
        {
            throw new ArgumentException(
                "The domain has a label _domainkey: of the name of a key record, such as s1._domainkey.example.com, give example.com alone.", parameter);
        }

        var text = parsed.Value.ToString();
        return domain.PrependChecked(Label)?.PrependChecked(text) is { } name
            ? (text, name)
            : throw new ArgumentException("Selector and domain make a key name of more than 253 characters (RFC 1035 section 2.3.4).", parameter);
    }

    private static bool HasLabel(DomainName name) => name.ToString().Split('.').Contains(Label, StringComparer.Ordinal);
}
