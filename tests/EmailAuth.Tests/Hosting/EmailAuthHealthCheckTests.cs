using EmailAuth.Dns;
using EmailAuth.Hosting;
using EmailAuth.Tests.TestSupport;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
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

    private sealed class Answering(Func<DnsQuestion, DnsResponse> answer) : IDnsResolver
    {
        public ValueTask<DnsResponse> QueryAsync(DnsQuestion question, CancellationToken cancellationToken) => new(answer(question));
    }
}
