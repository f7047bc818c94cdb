using System.Globalization;
using System.Net.Sockets;
using DnsClient;
using EmailAuth.Syntax;

namespace EmailAuth.Dns;

/// <summary>
/// Asks through a DnsClient <see cref="ILookupClient"/>. Equal questions at the same time are asked once. Answers are kept for as long as
/// their TTL says, in bounded memory; failures are not. Thread-safe; meant to be one per process.
/// </summary>
/// <remarks>
/// DnsClient's UDP transport does not follow RFC 5452 section 9.1: it does not compare the address and the port that an answer comes from
/// with those it asked. So any host can forge an answer with the right ID and question, and one stray datagram ends a lookup. Use it with a
/// server on the same host, over TCP (<see cref="DnsQueryOptions.UseTcpOnly"/>), or where no other host can send datagrams to this one.
/// </remarks>
public sealed class DnsClientResolver : IDnsResolver
{
    private readonly ILookupClient _client;
    private readonly StubResolverOptions _options;
    private readonly TimeProvider _time;
    private readonly CachingResolver _answers;

    /// <summary>Makes a resolver with a client of its own.</summary>
    /// <param name="options">Which servers, and how; null for the system's servers.</param>
    /// <param name="timeProvider">The clock by which answers expire; null for the system's.</param>
    internal DnsClientResolver(StubResolverOptions? options = null, TimeProvider? timeProvider = null)
        : this(new LookupClient(ClientOptions(options ?? StubResolverOptions.Default)), options, timeProvider)
    {
    }

    /// <summary>Makes a resolver over a client that the caller brings.</summary>
    /// <param name="client">
    /// The client. It decides which servers it asks, how often, and over which transport; switch its cache off, because it has no bound.
    /// </param>
    /// <param name="options">
    /// How long a lookup may take and what is kept, or null for the defaults. Servers, retries and what a query holds are the client's.
    /// </param>
    /// <param name="timeProvider">The clock by which answers expire; null for the system's.</param>
    public DnsClientResolver(ILookupClient client, StubResolverOptions? options = null, TimeProvider? timeProvider = null)
    {
        ArgumentNullException.ThrowIfNull(client);
        _client = client;
        _options = options ?? StubResolverOptions.Default;
        _time = timeProvider ?? TimeProvider.System;
        _answers = new CachingResolver(query => _ = AskAsync(query), _options.MaxCacheBytes, _options.MaxTimeToLive, _time);
    }

    /// <summary>How many questions were asked of this resolver so far.</summary>
    internal long Lookups => _answers.Lookups;

    /// <summary>How many of <see cref="Lookups"/> were answered from memory.</summary>
    internal long CacheHits => _answers.CacheHits;

    /// <summary>About how many bytes the kept answers take.</summary>
    internal long CacheBytes => _answers.CacheBytes;

    /// <inheritdoc/>
    public ValueTask<DnsResponse> QueryAsync(DnsQuestion question, CancellationToken cancellationToken) =>
        _answers.QueryAsync(question, cancellationToken);

    private static LookupClientOptions ClientOptions(StubResolverOptions options)
    {
        var client = options.Servers.IsEmpty ? new LookupClientOptions() : new LookupClientOptions([.. options.Servers]);
        client.UseCache = false; // its cache is unbounded
        client.ThrowDnsErrors = false;
        client.ContinueOnDnsError = true;
        client.ContinueOnEmptyResponse = false;
        client.Retries = options.Retries;
        client.UseTcpFallback = true;
        client.ExtendedDnsBufferSize = options.UdpPayloadSize;
        client.RequestDnsSecRecords = options.RequestDnssec;

        // All servers are tried within the time of the lookup.
        var tries = Math.Max(1, client.NameServers.Count) * (options.Retries + 1);
        client.Timeout = options.Timeout / tries;
        return client;
    }

    private async Task AskAsync(QueryInFlight query)
    {
        // Not disposed of: it has no timer and no links, and may be cancelled after the end.
        var abandoned = new CancellationTokenSource();
        query.WhenGivenUp(static state => ((CancellationTokenSource)state).Cancel(), abandoned);
        using var limit = new CancellationTokenSource(_options.Timeout, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, abandoned.Token);
        DnsResponse response;
        try
        {
            response = await AskAsync(new DnsAnswerReader(query.Question.Name, query.Question.Type), (QueryType)query.Question.Type, either.Token).ConfigureAwait(false);
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            // A server's answer can make DnsClient throw many kinds of exceptions, whatever its options say.
            response = FailureOf(e);
        }

        query.Complete(response);
    }

    // Loops only for a server that has an alias without its target; the reader bounds the chain.
    private async ValueTask<DnsResponse> AskAsync(DnsAnswerReader reader, QueryType type, CancellationToken cancellationToken)
    {
        while (true)
        {
            var name = reader.End;
            var message = await _client.QueryAsync(new DnsClient.DnsQuestion(DnsNames.Write(name), type), cancellationToken).ConfigureAwait(false);
            if ((FailureOf(message, name, type) ?? reader.Read(message)) is { } response)
            {
                return response;
            }
        }
    }

    // Only records, NODATA and NXDOMAIN for this question are answers to it.
    private static DnsResponse? FailureOf(IDnsQueryResponse message, DomainName name, QueryType type)
    {
        var code = message.Header.ResponseCode;
        if (code is not (DnsHeaderResponseCode.NoError or DnsHeaderResponseCode.NotExistentDomain))
        {
            return DnsResponse.Failed(
                code == DnsHeaderResponseCode.Refused ? DnsFailure.Refused : DnsFailure.ServerFailure, $"{TextOf(code)} from {message.NameServer}");
        }

        if (message.Header.ResultTruncated)
        {
            return DnsResponse.Failed(DnsFailure.Malformed, $"a truncated answer from {message.NameServer}");
        }

        return message.Questions is [var echoed] && echoed.QuestionType == type && DnsNames.IsEqual(echoed.QueryName, name)
            ? null
            : DnsResponse.Failed(DnsFailure.Malformed, $"an answer to another question from {message.NameServer}");
    }

    private static string TextOf(DnsHeaderResponseCode code) =>
        code == DnsHeaderResponseCode.ServerFailure ? "SERVFAIL"
        : code == DnsHeaderResponseCode.Refused ? "REFUSED"
        : code == DnsHeaderResponseCode.FormatError ? "FORMERR"
        : code == DnsHeaderResponseCode.NotImplemented ? "NOTIMP"
        : string.Create(CultureInfo.InvariantCulture, $"response code {(int)code}");

    private DnsResponse FailureOf(Exception exception)
    {
        for (var cause = exception; cause is not null; cause = cause.InnerException)
        {
            if (cause is OperationCanceledException or TimeoutException)
            {
                return DnsResponse.Failed(
                    DnsFailure.Timeout, string.Create(CultureInfo.InvariantCulture, $"no answer within {_options.Timeout.TotalSeconds:0.###} s"));
            }

            if (cause is SocketException socket)
            {
                return DnsResponse.Failed(socket.SocketErrorCode == SocketError.TimedOut ? DnsFailure.Timeout : DnsFailure.Unreachable);
            }
        }

        return exception switch
        {
            DnsXidMismatchException => DnsResponse.Failed(DnsFailure.Malformed, "an answer to another question"),
            DnsResponseParseException => DnsResponse.Failed(DnsFailure.Malformed, "a malformed answer"),
            DnsResponseException { Code: DnsResponseCode.Refused } => DnsResponse.Failed(DnsFailure.Refused, "REFUSED"),
            DnsResponseException => DnsResponse.Failed(DnsFailure.ServerFailure, exception.Message.TrimEnd('.')),
            _ => DnsResponse.Failed(DnsFailure.Malformed, $"a malformed answer ({exception.Message})"),
        };
    }
}
