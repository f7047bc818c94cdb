using EmailAuth.Dns;
using EmailAuth.Inspection.Spf;
using EmailAuth.Syntax;

namespace EmailAuth.Inspection.Tests;

/// <summary>The resolver of an inspection, in front of the caller's resolver.</summary>
public class InspectionResolverTests
{
    private static readonly DomainName Name = DomainName.Parse("example.com").Value!;

    [Fact]
    public async Task An_exception_of_a_resolver_is_a_failed_lookup()
    {
        var inspection = await SpfInspector.InspectAsync(Name, new Answering(_ => throw new InvalidOperationException("secret")), cancellationToken: TestContext.Current.CancellationToken);
        Assert.Equal(DnsFailure.ResolverFault, inspection.Failure?.Failure);
        Assert.Equal("cannot look up the record of example.com: the resolver failed (temperror)", Assert.Single(inspection.Findings).Text);
    }

    [Fact]
    public async Task Each_question_is_asked_once_and_their_number_is_limited()
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
    public async Task Cancellation_by_the_caller_throws()
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
