using EmailAuth.Hosting;
using EmailAuth.Policy;
using EmailAuth.Syntax;
using Microsoft.Extensions.Logging;

namespace EmailAuth.Composition;

/// <summary>The operator's exceptions as they are now. Logs a change, what is wrong with the file, and lines that have expired. Thread-safe.</summary>
internal sealed class ExceptionWatch
{
    private readonly LocalPolicy _policy;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private PolicyExceptions? _seen;
    private string? _problem;

    /// <summary>Begins: what has expired is logged at once.</summary>
    public ExceptionWatch(LocalPolicy policy, TimeProvider time, ILogger logger)
    {
        _policy = policy;
        _time = time;
        _logger = logger;
        if (IsUsed)
        {
            Current();
        }
    }

    /// <summary>Whether there may be exceptions.</summary>
    public bool IsUsed => _policy.ExceptionsFile is not null || !_policy.Exceptions.All.IsEmpty;

    /// <summary>Whether it is about the same exceptions.</summary>
    public bool IsOf(LocalPolicy policy, TimeProvider time) =>
        ReferenceEquals(policy.ExceptionsFile, _policy.ExceptionsFile) && ReferenceEquals(policy.Exceptions, _policy.Exceptions) && ReferenceEquals(time, _time);

    /// <summary>The day, in UTC.</summary>
    public DateOnly Today => DateOnly.FromDateTime(_time.GetUtcNow().UtcDateTime);

    /// <summary>The exceptions.</summary>
    public PolicyExceptions Current()
    {
        var file = _policy.ExceptionsFile;
        var current = file?.Current(_time) ?? _policy.Exceptions;
        var earlier = Interlocked.Exchange(ref _seen, current);
        if (!ReferenceEquals(earlier, current))
        {
            HostCode.Try(static change => change.Watch.LogChange(change.Current, change.IsFirst), (Watch: this, Current: current, IsFirst: earlier is null));
        }

        var problem = file?.Problem;
        if (Interlocked.Exchange(ref _problem, problem) != problem && problem is not null)
        {
            HostCode.Try(static refusal => Log.ExceptionsRefused(refusal.Logger, refusal.Path, refusal.Problem), (Logger: _logger, file!.Path, Problem: problem));
        }

        return current;
    }

    private void LogChange(PolicyExceptions current, bool isFirst)
    {
        if (!isFirst)
        {
            Log.ExceptionsTaken(_logger, current.All.Length);
        }

        foreach (var exception in current.All)
        {
            if (exception.IsExpired(Today))
            {
                Log.ExceptionExpired(_logger, exception.Line, exception.Until!.Value, exception.Why);
            }
        }
    }
}
