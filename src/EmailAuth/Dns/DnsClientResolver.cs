using System.Globalization;
using System.Net;
using System.Net.Sockets;
using DnsClient;
using DnsClient.Protocol;
using EmailAuth.Syntax;

namespace EmailAuth.Dns;

/// <summary>
/// Asks recursive DNS servers, over UDP and, for large answers, TCP. Equal questions at the same time are asked once. Answers are kept for as
/// long as their TTL says, in bounded memory; failures are not. Thread-safe; meant to be one per process.
/// </summary>
public sealed class DnsClientResolver : IDnsResolver
{
    private readonly LookupClient _client;
    private readonly DnsClientResolverOptions _options;
    private readonly TimeProvider _time;
    private readonly DnsCache? _cache;
    private readonly QueriesInFlight _inFlight = new();
    private long _cacheHits;
    private long _lookups;

    /// <summary>Makes a resolver.</summary>
    /// <param name="options">Which servers, and how; null for the system's servers.</param>
    /// <param name="timeProvider">The clock by which answers expire; null for the system's.</param>
    public DnsClientResolver(DnsClientResolverOptions? options = null, TimeProvider? timeProvider = null)
    {
        _options = options ?? DnsClientResolverOptions.Default;
        _time = timeProvider ?? TimeProvider.System;
        _cache = _options.MaxCacheBytes == 0 ? null : new DnsCache(_options.MaxCacheBytes, _time);
        _client = new LookupClient(ClientOptions(_options));
    }

    /// <summary>How many questions were asked of this resolver so far.</summary>
    public long Lookups => Interlocked.Read(ref _lookups);

    /// <summary>How many of <see cref="Lookups"/> were answered from memory.</summary>
    public long CacheHits => Interlocked.Read(ref _cacheHits);

    /// <summary>About how many bytes the kept answers take.</summary>
    internal long CacheBytes => _cache?.Bytes ?? 0;

    /// <inheritdoc/>
    public ValueTask<DnsResponse<string>> QueryTextAsync(DomainName name, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(name);
        return LookUp(
            new DnsQuestionKey(ZoneRecordType.Txt, name),
            QueryType.TXT,
            static record => record is TxtRecord text ? DnsNames.ReadText(text) : null,
            cancellationToken);
    }

    /// <inheritdoc/>
    public ValueTask<DnsResponse<MailHost>> QueryMailHostsAsync(DomainName name, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(name);
        return LookUp(new DnsQuestionKey(ZoneRecordType.MX, name), QueryType.MX, ReadMailHost, cancellationToken);
    }

    /// <inheritdoc/>
    public ValueTask<DnsResponse<IPAddress>> QueryAddressesAsync(DomainName name, AddressFamily family, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(name);
        return family switch
        {
            AddressFamily.InterNetwork => LookUp(
                new DnsQuestionKey(ZoneRecordType.A, name), QueryType.A, static record => (record as ARecord)?.Address, cancellationToken),
            AddressFamily.InterNetworkV6 => LookUp(
                new DnsQuestionKey(ZoneRecordType.Aaaa, name), QueryType.AAAA, static record => (record as AaaaRecord)?.Address, cancellationToken),
            _ => throw new ArgumentOutOfRangeException(nameof(family), family, "Only IPv4 and IPv6 have address records."),
        };
    }

    /// <inheritdoc/>
    public ValueTask<DnsResponse<DomainName>> QueryPointersAsync(IPAddress address, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(address);
        return LookUp(
            new DnsQuestionKey(address),
            QueryType.PTR,
            static record => record is PtrRecord pointer ? DnsNames.Read(pointer.PtrDomainName) : null,
            cancellationToken);
    }

    private static LookupClientOptions ClientOptions(DnsClientResolverOptions options)
    {
        var client = options.Servers.IsEmpty ? new LookupClientOptions() : new LookupClientOptions([.. options.Servers]);
        client.UseCache = false; // its cache has no bound
        client.ThrowDnsErrors = false;
        client.ContinueOnDnsError = true;
        client.ContinueOnEmptyResponse = false;
        client.Retries = options.Retries;
        client.UseTcpFallback = true;
        client.ExtendedDnsBufferSize = options.UdpPayloadSize;
        client.RequestDnsSecRecords = options.RequestDnssec;

        // Every server has its turn within the time of the lookup.
        var tries = Math.Max(1, client.NameServers.Count) * (options.Retries + 1);
        client.Timeout = options.Timeout / tries;
        return client;
    }

    // A record whose host is no domain name is one that no address can be found for.
    private static MailHost? ReadMailHost(DnsResourceRecord record)
    {
        if (record is not MxRecord mx)
        {
            return null;
        }

        var exchange = mx.Exchange.Value is "." or "" ? null : DnsNames.Read(mx.Exchange);
        return exchange is null && mx.Exchange.Value is not ("." or "") ? null : new MailHost(mx.Preference, exchange);
    }

    private ValueTask<DnsResponse<T>> LookUp<T>(
        DnsQuestionKey question, QueryType type, Func<DnsResourceRecord, T?> read, CancellationToken cancellationToken)
        where T : class
    {
        if (cancellationToken.IsCancellationRequested)
        {
            return ValueTask.FromCanceled<DnsResponse<T>>(cancellationToken);
        }

        Interlocked.Increment(ref _lookups);
        if (_cache is not null && _cache.TryGet(question, out DnsResponse<T>? known))
        {
            Interlocked.Increment(ref _cacheHits);
            return new ValueTask<DnsResponse<T>>(known);
        }

        return _inFlight.AskAsync(question, token => AskAsync(question, type, read, token), cancellationToken);
    }

    private async ValueTask<DnsResponse<T>> AskAsync<T>(
        DnsQuestionKey question, QueryType type, Func<DnsResourceRecord, T?> read, CancellationToken cancellationToken)
        where T : class
    {
        using var limit = new CancellationTokenSource(_options.Timeout, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        var reader = new DnsAnswerReader<T>(question.Name, read);
        DnsResponse<T>? response = null;
        try
        {
            // More than once only for a server that knows an alias and not where it leads; the reader bounds the chain.
            while (response is null)
            {
                var name = reader.End;
                var message = await _client.QueryAsync(new DnsClient.DnsQuestion(DnsNames.Write(name), type), either.Token).ConfigureAwait(false);
                response = FaultOf(message, name, type) is { } fault
                    ? DnsResponse<T>.TemporaryFailure($"{fault} for {question}")
                    : reader.Read(message);
            }
        }
        catch (Exception) when (cancellationToken.IsCancellationRequested)
        {
            // DnsClient wraps a cancellation in an exception of its own.
            throw new OperationCanceledException(cancellationToken);
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            // What a server sends can make DnsClient throw all sorts of exceptions, whatever its options say.
            response = DnsResponse<T>.TemporaryFailure($"{ReasonOf(e)} for {question}");
        }

        Keep(question, response, reader.Bytes);
        return response;
    }

    // Anything but records, NODATA and NXDOMAIN for the very question is no answer to it.
    private static string? FaultOf(IDnsQueryResponse message, DomainName name, QueryType type)
    {
        var code = message.Header.ResponseCode;
        if (code is not (DnsHeaderResponseCode.NoError or DnsHeaderResponseCode.NotExistentDomain))
        {
            return $"{TextOf(code)} from {message.NameServer}";
        }

        if (message.Header.ResultTruncated)
        {
            return $"a truncated answer from {message.NameServer}";
        }

        return message.Questions is [var echoed] && echoed.QuestionType == type && DnsNames.IsEqual(echoed.QueryName, name)
            ? null
            : $"an answer to another question from {message.NameServer}";
    }

    private static string TextOf(DnsHeaderResponseCode code) => code switch
    {
        DnsHeaderResponseCode.ServerFailure => "SERVFAIL",
        DnsHeaderResponseCode.Refused => "REFUSED",
        DnsHeaderResponseCode.FormatError => "FORMERR",
        DnsHeaderResponseCode.NotImplemented => "NOTIMP",
        _ => string.Create(CultureInfo.InvariantCulture, $"response code {(int)code}"),
    };

    private string ReasonOf(Exception exception)
    {
        for (var cause = exception; cause is not null; cause = cause.InnerException)
        {
            if (cause is OperationCanceledException or TimeoutException)
            {
                return string.Create(CultureInfo.InvariantCulture, $"{DnsReasons.NoAnswer} within {_options.Timeout.TotalSeconds:0.###} s");
            }

            if (cause is SocketException socket)
            {
                return $"{DnsReasons.NoAnswer} ({socket.SocketErrorCode})";
            }
        }

        return exception switch
        {
            DnsXidMismatchException => "an answer to another question",
            DnsResponseParseException => "a malformed answer",
            DnsResponseException => exception.Message.TrimEnd('.'),
            _ => $"a malformed answer ({exception.GetType().Name})",
        };
    }

    private void Keep<T>(DnsQuestionKey question, DnsResponse<T> response, int bytes)
    {
        if (_cache is not null && response is { Status: not DnsStatus.Failure, TimeToLive: { } timeToLive })
        {
            _cache.Add(question, response, timeToLive < _options.MaxTimeToLive ? timeToLive : _options.MaxTimeToLive, bytes);
        }
    }
}
