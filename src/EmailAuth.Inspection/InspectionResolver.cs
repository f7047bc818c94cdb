using System.Collections.Concurrent;
using EmailAuth.Dns;

namespace EmailAuth.Inspection;

/// <summary>
/// What an inspection asks through: each question once, so that all of it speaks of the same answers, and never more than a bound. A resolver
/// that throws has failed, and nothing more.
/// </summary>
internal sealed class InspectionResolver(IDnsResolver resolver) : IDnsResolver
{
    // Of 60 terms that ask, 20 lookups a term of 10 mail hosts, and as much again for whatever else a domain publishes.
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
                ?? DnsResponse.Failed(DnsFailure.ResolverFault, "the resolver answered nothing");
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            return DnsResponse.Failed(DnsFailure.ResolverFault, e.Message);
        }
    }
}
