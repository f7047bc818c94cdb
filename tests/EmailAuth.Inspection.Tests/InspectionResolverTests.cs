using EmailAuth.Dns;
using EmailAuth.Inspection.Spf;
using EmailAuth.Syntax;

namespace EmailAuth.Inspection.Tests;

/// <summary>What stands between an inspection and a resolver.</summary>
public class InspectionResolverTests
{
    private static readonly DomainName Name = DomainName.Parse("example.com").Value!;

    [Fact]
    public async Task A_resolver_that_throws_has_failed_and_nothing_more()
    {
        var inspection = await SpfInspector.InspectAsync(Name, new Answering(_ => throw new InvalidOperationException("secret")), cancellationToken: TestContext.Current.CancellationToken);
        Assert.Equal(DnsFailure.ResolverFault, inspection.Failure?.Failure);
        Assert.Equal("cannot look up the record of example.com: the resolver failed (temperror)", Assert.Single(inspection.Findings).Text);
    }

    [Fact]
    public async Task Each_question_is_asked_once_and_no_more_than_a_bound()
    {
        var asked = 0;
        var resolver = new InspectionResolver(new Answering(_ =>
        {
            asked++;
            return DnsResponse.NoData();
        }));
        for (var i = 0; i < 3000; i++)
        {
            await resolver.TextsAsync(Name, TestContext.Current.CancellationToken);
            await resolver.TextsAsync(Name.Prepend($"n{i}")!, TestContext.Current.CancellationToken);
        }

        Assert.Equal(2400, asked);
        Assert.Equal(DnsFailure.LimitReached, (await resolver.TextsAsync(Name.Prepend("more")!, TestContext.Current.CancellationToken)).Failure);
    }

    [Fact]
    public async Task Cancellation_is_the_callers()
    {
        using var cancelled = new CancellationTokenSource();
        await cancelled.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => SpfInspector.InspectAsync(Name, new Answering(_ => throw new OperationCanceledException()), cancellationToken: cancelled.Token));
    }

    private sealed class Answering(Func<DnsQuestion, DnsResponse> answer) : IDnsResolver
    {
        public ValueTask<DnsResponse> QueryAsync(DnsQuestion question, CancellationToken cancellationToken) => new(answer(question));
    }
}
