using EmailAuth.Hosting;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace EmailAuth.Cli.Serve;

/// <summary>
/// Whether the DNS answers. A result is used for some seconds, and one question is in flight at a time, so that who asks often does not make many
/// lookups. Thread-safe.
/// </summary>
internal sealed class DnsHealth(AuthenticationPipeline pipeline, TimeProvider timeProvider)
{
    private static readonly TimeSpan Lifetime = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(5);

    private readonly EmailAuthHealthCheck _check = new(pipeline);
    private readonly Lock _lock = new();
    private Task<string?>? _current;
    private long _started;

    /// <summary>Why messages cannot be judged now; null when they can.</summary>
    public Task<string?> ProblemAsync()
    {
        lock (_lock)
        {
            if (_current is null || (_current.IsCompleted && timeProvider.GetElapsedTime(_started) > Lifetime))
            {
                _started = timeProvider.GetTimestamp();
                _current = AskAsync();
            }

            return _current;
        }
    }

    private async Task<string?> AskAsync()
    {
        using var limit = new CancellationTokenSource(Limit, timeProvider);
        try
        {
            var result = await _check.CheckHealthAsync(new HealthCheckContext(), limit.Token);
            return result.Status == HealthStatus.Healthy ? null : result.Description;
        }
        catch (OperationCanceledException)
        {
            return "the DNS does not answer in time";
        }
    }
}
