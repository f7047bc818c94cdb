using EmailAuth.Dns;
using EmailAuth.Hosting;
using EmailAuth.Tests.TestSupport;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace EmailAuth.Tests.Hosting;

public class EmailAuthHealthCheckTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("mx.example.org", ".mx.example.org")]
    [InlineData("localhost", ".example.com")]
    [InlineData("the/mail/of/example.org", ".example.com")]
    public async Task An_answer_that_there_is_no_such_name_is_healthy_and_the_name_is_new_each_time(string authservId, string below)
    {
        var asked = new List<string>();
        var check = CheckOf(authservId, question =>
        {
            asked.Add(question.Name.ToString());
            return DnsResponse.NameError();
        });
        Assert.Equal(HealthStatus.Healthy, (await check.CheckHealthAsync(new HealthCheckContext(), Token)).Status);
        Assert.Equal(HealthStatus.Healthy, (await check.CheckHealthAsync(new HealthCheckContext(), Token)).Status);

        Assert.Equal(2, asked.Distinct().Count());
        Assert.All(asked, name => Assert.EndsWith(below, name, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(DnsFailure.Timeout)]
    [InlineData(DnsFailure.ServerFailure)]
    [InlineData(DnsFailure.Unreachable)]
    public async Task A_failure_is_unhealthy_and_says_why(DnsFailure failure)
    {
        var result = await CheckOf("mx.example.org", _ => DnsResponse.Failed(failure)).CheckHealthAsync(new HealthCheckContext(), Token);
        Assert.Equal(HealthStatus.Unhealthy, result.Status);
        Assert.StartsWith("the DNS does not answer: ", result.Description, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_registration_chooses_the_status_of_a_failure()
    {
        var check = CheckOf("mx.example.org", _ => throw new InvalidOperationException("on purpose"));
        var registration = new HealthCheckRegistration("emailauth", check, HealthStatus.Degraded, tags: null);
        var result = await check.CheckHealthAsync(new HealthCheckContext { Registration = registration }, Token);
        Assert.Equal((HealthStatus.Degraded, "the resolver failed: on purpose"), (result.Status, result.Description));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_resolver_that_never_answers_is_unhealthy_after_the_time_of_a_lookup(bool heedsToken)
    {
        var clock = new FakeTimeProvider();
        var check = Silent(heedsToken, clock).CheckHealthAsync(new HealthCheckContext(), Token);
        clock.Advance(TimeSpan.FromMilliseconds(2499));
        Assert.False(check.IsCompleted);
        clock.Advance(TimeSpan.FromMilliseconds(1));
        var result = await check.WaitAsync(TimeSpan.FromSeconds(30), Token);
        Assert.Equal((HealthStatus.Unhealthy, "the DNS does not answer: no answer within 2.5 s (LookupTimeout)"), (result.Status, result.Description));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_check_that_is_cancelled_ends(bool heedsToken)
    {
        using var cancellation = new CancellationTokenSource();
        var check = Silent(heedsToken, new FakeTimeProvider()).CheckHealthAsync(new HealthCheckContext(), cancellation.Token);
        await cancellation.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => check.WaitAsync(TimeSpan.FromSeconds(30), Token));
    }

    [Fact]
    public async Task The_pipeline_of_a_host_is_checked()
    {
        var services = new ServiceCollection();
        services.AddEmailAuth(options =>
        {
            options.Authentication = TypicalMessage.Options;
            options.Resolver = new ZoneResolver(TypicalMessage.Zone());
        });
        await using var provider = services.BuildServiceProvider();
        var check = ActivatorUtilities.GetServiceOrCreateInstance<EmailAuthHealthCheck>(provider);
        Assert.Equal(HealthStatus.Healthy, (await check.CheckHealthAsync(new HealthCheckContext(), Token)).Status);
    }

    private static EmailAuthHealthCheck CheckOf(string authservId, Func<DnsQuestion, DnsResponse> answer) =>
        new(new AuthenticationPipeline(new Answering(answer), new AuthenticationOptions { AuthservId = authservId }));

    private static EmailAuthHealthCheck Silent(bool heedsToken, TimeProvider clock) =>
        new(new AuthenticationPipeline(
            new SilentResolver(heedsToken),
            new AuthenticationOptions { AuthservId = "mx.example.org", LookupTimeout = TimeSpan.FromSeconds(2.5), TimeProvider = clock }));

    private sealed class SilentResolver(bool heedsToken) : IDnsResolver
    {
        public async ValueTask<DnsResponse> QueryAsync(DnsQuestion question, CancellationToken cancellationToken)
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, heedsToken ? cancellationToken : CancellationToken.None);
            return DnsResponse.NoData();
        }
    }

    private sealed class Answering(Func<DnsQuestion, DnsResponse> answer) : IDnsResolver
    {
        public ValueTask<DnsResponse> QueryAsync(DnsQuestion question, CancellationToken cancellationToken) => new(answer(question));
    }
}
