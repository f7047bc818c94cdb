using System.Globalization;
using System.Security.Cryptography;
using EmailAuth.Dns;
using EmailAuth.Syntax;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace EmailAuth.Hosting;

/// <summary>
/// Whether messages can be judged now: the DNS answers, and this host can verify signatures. For Microsoft.Extensions.Diagnostics.HealthChecks:
/// <c>services.AddHealthChecks().AddCheck&lt;EmailAuthHealthCheck&gt;("emailauth")</c> checks the pipeline of <c>AddEmailAuth</c>. Thread-safe.
/// </summary>
/// <remarks>
/// A check asks for a name that is new each time, below the authserv-id where that is the name of a domain and below <c>example.com</c>
/// otherwise, so no cache can answer it. That there is no such name is an answer.
/// </remarks>
/// <example>
/// <code>
/// using EmailAuth;
/// using EmailAuth.Dns;
/// using EmailAuth.Hosting;
/// using Microsoft.Extensions.Diagnostics.HealthChecks;
///
/// var pipeline = new AuthenticationPipeline(new StubResolver(), new AuthenticationOptions { AuthservId = "mx.example.org" });
/// HealthCheckResult health = await new EmailAuthHealthCheck(pipeline).CheckHealthAsync(new HealthCheckContext());
/// Console.WriteLine(health.Status);
/// </code>
/// </example>
public sealed class EmailAuthHealthCheck : IHealthCheck
{
    // 40 bits: no name repeats while a cache may keep its answer.
    private const int LabelLength = 10;

    private static readonly DomainName Elsewhere = DomainName.Parse("example.com").Value!;

    private readonly AuthenticationPipeline _pipeline;

    /// <summary>Makes a check.</summary>
    /// <param name="pipeline">The pipeline whose resolver and options are checked.</param>
    public EmailAuthHealthCheck(AuthenticationPipeline pipeline)
    {
        ArgumentNullException.ThrowIfNull(pipeline);
        _pipeline = pipeline;
    }

    /// <summary>Asks the DNS once, and waits for <see cref="AuthenticationOptions.LookupTimeout"/> at most; no answer by then is a failure.</summary>
    /// <param name="context">Has the status to report for a failure; without a registration it is unhealthy.</param>
    /// <param name="cancellationToken">Ends the query.</param>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(context);
        if (_pipeline.PlatformFault is { } fault)
        {
            return Failed(context, fault);
        }

        var evaluators = _pipeline.Evaluators;
        var options = evaluators.Options;
        var question = new DnsQuestion(NewName(options.AuthservId), DnsRecordType.Txt);
        using var limit = new CancellationTokenSource(options.LookupTimeout, options.TimeProvider);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        DnsResponse? response;
        try
        {
            // A resolver may be deaf to the token.
            response = await evaluators.Resolver.QueryAsync(question, either.Token).AsTask().WaitAsync(either.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            return Failed(
                context, string.Create(CultureInfo.InvariantCulture, $"the DNS does not answer: no answer within {options.LookupTimeout.TotalSeconds:0.###} s (LookupTimeout)"));
        }
        catch (Exception exception) when (exception is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
        {
            // IDnsResolver: an exception is a temporary failure.
            return Failed(context, $"the resolver failed: {exception.Message}");
        }

        return response is null or { Status: DnsStatus.Failure }
            ? Failed(context, $"the DNS does not answer: {response?.Reason ?? "the resolver gave nothing"}")
            : HealthCheckResult.Healthy("the DNS answers");
    }

    private static HealthCheckResult Failed(HealthCheckContext context, string description) =>
        new(context.Registration?.FailureStatus ?? HealthStatus.Unhealthy, description);

    private static DomainName NewName(string authservId)
    {
        var label = RandomNumberGenerator.GetHexString(LabelLength, lowercase: true);
        return authservId.Contains('.', StringComparison.Ordinal) && DomainName.Parse($"{label}.{authservId}") is { IsSuccess: true } own
            ? own.Value
            : DomainName.Parse($"{label}.{Elsewhere}").Value!;
    }
}
