namespace EmailAuth.Dns;

/// <summary>
/// Answers all DNS questions of the library. Whatever servers do becomes a <see cref="DnsResponse"/>; an implementation throws
/// <see cref="OperationCanceledException"/> when the caller cancels, and nothing else. Thread-safe.
/// </summary>
/// <remarks>
/// CNAME chains are followed by the implementation; a response is that of the end of the chain. Everything that asks treats an exception, a
/// null and an answer given twice as a temporary failure (<see cref="DnsFailure.ResolverFault"/>), so an implementation need not catch.
/// </remarks>
/// <example>
/// <code>
/// using System.Net;
/// using EmailAuth.Dns;
/// using EmailAuth.Spf;
///
/// var evaluator = new SpfEvaluator(new OneRecord());
/// SpfResult result = await evaluator.EvaluateMailFromAsync(IPAddress.Parse("192.0.2.1"), helo: null, mailFrom: "alice@example.com");
/// Console.WriteLine(result.Code);
///
/// // A DNS that holds one record.
/// internal sealed class OneRecord : IDnsResolver
/// {
///     public ValueTask&lt;DnsResponse&gt; QueryAsync(DnsQuestion question, CancellationToken cancellationToken) => ValueTask.FromResult(
///         question.Type == DnsRecordType.Txt &amp;&amp; question.Name.ToString() == "example.com"
///             ? DnsResponse.OfTexts(["v=spf1 ip4:192.0.2.0/24 -all"])
///             : DnsResponse.NameError());
/// }
/// </code>
/// </example>
public interface IDnsResolver
{
    /// <summary>Asks one question.</summary>
    /// <param name="question">The type and the name, or the address, that is asked for.</param>
    /// <param name="cancellationToken">Ends the query.</param>
    ValueTask<DnsResponse> QueryAsync(DnsQuestion question, CancellationToken cancellationToken);
}
