using System.Collections.Concurrent;
using EmailAuth.Dns;

namespace EmailAuth.Inspection;

/// <summary>
/// The resolver of an inspection. It asks each question once, so that all parts of the inspection use the same answers, and it limits the
/// number of questions. An exception of the inner resolver becomes a failed answer.
/// </summary>
internal sealed class InspectionResolver(IDnsResolver resolver) : IDnsResolver
{
    // 60 terms that ask, up to 20 lookups for a term with 10 mail hosts, and the same number again for everything else.
    private const int MaxQuestions = 2400;

    private readonly ConcurrentDictionary<DnsQuestion, DnsResponse> _answers = new();

    public async ValueTask<DnsResponse> QueryAsync(DnsQuestion question, CancellationToken cancellationToken)
    {
        if (_answers.TryGetValue(question, out var known))
        {
            return known;
        }

        if (_answers.Count >= MaxQuestions)
        {
            return DnsResponse.Failed(DnsFailure.LimitReached);
        }

        return _answers.GetOrAdd(question, await AskAsync(question, cancellationToken).ConfigureAwait(false));
    }

    public ValueTask<DnsResponse> TextsAsync(Syntax.DomainName name, CancellationToken cancellationToken) =>
        QueryAsync(new DnsQuestion(name, DnsRecordType.Txt), cancellationToken);

    private async Task<DnsResponse> AskAsync(DnsQuestion question, CancellationToken cancellationToken)
    {
        try
        {
            return await resolver.QueryAsync(question, cancellationToken).ConfigureAwait(false)
                ?? DnsResponse.Failed(DnsFailure.ResolverFault, "the resolver returned no answer");
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            return DnsResponse.Failed(DnsFailure.ResolverFault, e.Message);
        }
    }
}
