using EmailAuth.Dns;
using EmailAuth.Syntax;

namespace EmailAuth.Inspection.Domains;

/// <summary>The answers of a resolver, with one TXT record in place of those that look like it: what the DNS would say once it is published.</summary>
/// <param name="inner">Answers everything else.</param>
/// <param name="name">The name of the record.</param>
/// <param name="text">The text.</param>
/// <param name="version">The beginning of the texts that it replaces.</param>
internal sealed class OverlayResolver(IDnsResolver inner, DomainName name, string text, string version) : IDnsResolver
{
    public async ValueTask<DnsResponse> QueryAsync(DnsQuestion question, CancellationToken cancellationToken)
    {
        if (question.Type != DnsRecordType.Txt || question.Name != name)
        {
            return await inner.QueryAsync(question, cancellationToken).ConfigureAwait(false);
        }

        var response = await inner.QueryAsync(question, cancellationToken).ConfigureAwait(false);
        return DnsResponse.OfTexts([text, .. response.Texts.Where(other => !other.TrimStart(' ', '\t', '"').StartsWith(version, StringComparison.OrdinalIgnoreCase))]);
    }
}
