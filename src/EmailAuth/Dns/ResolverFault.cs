namespace EmailAuth.Dns;

/// <summary>What becomes of a resolver that does not keep its promise: a temporary failure.</summary>
internal static class ResolverFault
{
    /// <summary>It threw.</summary>
    /// <param name="subject">What was asked.</param>
    /// <param name="exception">What it threw; null when it gave up.</param>
    public static DnsResponse<T> Of<T>(object? subject, Exception? exception)
    {
        var cause = (exception as AggregateException)?.InnerException ?? exception;
        return DnsResponse<T>.TemporaryFailure(
            cause is null or OperationCanceledException
                ? $"the resolver gave up on {subject}"
                : $"the resolver failed on {subject}: {cause.GetType().Name}");
    }

    /// <summary>It answered with null.</summary>
    /// <param name="subject">What was asked.</param>
    public static DnsResponse<T> NoResponse<T>(object? subject) => DnsResponse<T>.TemporaryFailure($"the resolver returned nothing for {subject}");
}
