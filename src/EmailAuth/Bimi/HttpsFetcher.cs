using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using EmailAuth.Dns;
using EmailAuth.Syntax;

namespace EmailAuth.Bimi;

/// <summary>
/// Gets documents over https from addresses that are public. The name is resolved here and the connection goes to an address that was
/// checked, so a second resolution cannot lead elsewhere.
/// </summary>
internal sealed class HttpsFetcher : IBimiFetcher
{
    // Connections are tried one after the other; the deadline is for all of them.
    private const int MaxAddresses = 4;

    // Servers give SVGZ any of these types. The type of evidence is not checked: servers give PEM any type, and its signature is verified.
    private static readonly string[] ImageTypes = ["image/svg+xml", "application/gzip", "application/x-gzip"];

    private readonly IDnsResolver _resolver;
    private readonly BimiOptions _options;
    private readonly TimeProvider _timeProvider;
    private readonly HttpClient _client;

    public HttpsFetcher(IDnsResolver resolver, BimiOptions options, TimeProvider timeProvider)
    {
        _resolver = resolver;
        _options = options;
        _timeProvider = timeProvider;
        _client = new HttpClient(CreateHandler()) { Timeout = Timeout.InfiniteTimeSpan };
    }

    /// <summary>Whether a reason names the setting of BIMI behind a bound. Others have bounds of their own, and no such setting.</summary>
    public bool NamesSettings { get; init; } = true;

    public void Dispose() => _client.Dispose();

    public async Task<BimiDocument> FetchAsync(string uri, BimiDocumentKind kind, CancellationToken cancellationToken)
    {
        using var deadline = new CancellationTokenSource(_options.FetchTimeout, _timeProvider);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
        try
        {
            return await FollowAsync(uri, kind, either.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return BimiDocument.Unavailable(string.Create(
                CultureInfo.InvariantCulture, $"{uri} did not answer within {_options.FetchTimeout.TotalSeconds:0.###} s{SettingOf("FetchTimeout")}"));
        }
        catch (HttpRequestException e) when (FindRefusal(e) is { } refusal)
        {
            return refusal.IsTemporary ? BimiDocument.Unavailable(refusal.Message) : BimiDocument.Refused(refusal.Message);
        }
        catch (HttpRequestException e) when (FindAuthentication(e))
        {
            return BimiDocument.Refused($"the TLS certificate of {uri} does not hold, or there is no common protocol");
        }
        catch (HttpRequestException e)
        {
            return BimiDocument.Unavailable($"{uri} could not be fetched: {e.HttpRequestError}");
        }
        catch (IOException)
        {
            return BimiDocument.Unavailable($"the connection to {uri} broke");
        }
    }

    private async Task<BimiDocument> FollowAsync(string uri, BimiDocumentKind kind, CancellationToken cancellationToken)
    {
        for (var redirects = 0; ; redirects++)
        {
            var parsed = HttpsUri.Parse(uri);
            if (!parsed.IsSuccess)
            {
                return BimiDocument.Refused($"the location {Excerpt.Of(uri)} is refused: {parsed.Error.Reason}");
            }

            if (parsed.Value.Port != HttpsUri.DefaultPort && !_options.AllowLoopback)
            {
                return BimiDocument.Refused($"{uri} has a port other than 443");
            }

            // Two readers of one URI must agree on its host.
            if (!Uri.TryCreate(parsed.Value.Text, UriKind.Absolute, out var address)
                || !string.Equals(address.IdnHost, parsed.Value.Host.ToString(), StringComparison.OrdinalIgnoreCase))
            {
                return BimiDocument.Refused($"the location {Excerpt.Of(uri)} is refused: its host can be read in two ways");
            }

            using var request = new HttpRequestMessage(HttpMethod.Get, address);
            request.Headers.UserAgent.Add(new ProductInfoHeaderValue("EmailAuth", null));
            request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue(kind == BimiDocumentKind.Indicator ? "image/svg+xml" : "*/*"));
            using var response = await _client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken).ConfigureAwait(false);
            if (response.StatusCode == HttpStatusCode.OK)
            {
                return await ReadAsync(uri, response.Content, kind, cancellationToken).ConfigureAwait(false);
            }

            if (!IsRedirect(response.StatusCode) || response.Headers.Location is not { } location)
            {
                return FromStatus(uri, response.StatusCode);
            }

            if (Resolve(address, location) is not { } target)
            {
                return BimiDocument.Refused($"{uri} redirects to {Excerpt.Of(location.OriginalString)}, which is not a URI");
            }

            if (redirects == _options.MaxRedirects)
            {
                return BimiDocument.Refused($"{uri} redirects to {Excerpt.Of(target.OriginalString)}; {_options.MaxRedirects} redirects are followed{SettingOf("MaxRedirects")}");
            }

            uri = target.AbsoluteUri;
        }
    }

    private string SettingOf(string name) => NamesSettings ? $" ({name})" : string.Empty;

    private static Uri? Resolve(Uri current, Uri location) => Uri.TryCreate(current, location.OriginalString, out var target) ? target : null;

    private static bool IsRedirect(HttpStatusCode status) => status is HttpStatusCode.MovedPermanently or HttpStatusCode.Found
        or HttpStatusCode.SeeOther or HttpStatusCode.TemporaryRedirect or HttpStatusCode.PermanentRedirect;

    // RFC 9110 section 15.6, RFC 6585 section 4: a fault of the server, or too many requests, is temporary.
    private static BimiDocument FromStatus(string uri, HttpStatusCode status)
    {
        var reason = $"{uri} answered with status {(int)status}";
        return (int)status >= 500 || status is HttpStatusCode.TooManyRequests or HttpStatusCode.RequestTimeout
            ? BimiDocument.Unavailable(reason)
            : BimiDocument.Refused(reason);
    }

    private async Task<BimiDocument> ReadAsync(
        string uri, HttpContent content, BimiDocumentKind kind, CancellationToken cancellationToken)
    {
        var maxBytes = kind == BimiDocumentKind.Indicator ? _options.IndicatorLimits.MaxBytes : _options.MaxEvidenceBytes;
        var mediaType = content.Headers.ContentType?.MediaType ?? "(none)";
        if (kind == BimiDocumentKind.Indicator && !ImageTypes.Contains(mediaType, StringComparer.OrdinalIgnoreCase))
        {
            return BimiDocument.Refused($"{uri} is of the type {Excerpt.Of(mediaType)}, not image/svg+xml");
        }

        // We do not ask for compression in transport. SVGZ is a format of its own; some servers wrongly send it with Content-Encoding.
        if (content.Headers.ContentLength > maxBytes)
        {
            return BimiDocument.Refused($"{uri} has {content.Headers.ContentLength} bytes, more than {maxBytes}");
        }

        using var stream = await content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
        var buffer = new byte[Math.Min(maxBytes, 16 * 1024) + 1];
        var length = 0;
        while (true)
        {
            var read = await stream.ReadAsync(buffer.AsMemory(length), cancellationToken).ConfigureAwait(false);
            length += read;
            if (length > maxBytes)
            {
                return BimiDocument.Refused($"{uri} has more than {maxBytes} bytes");
            }

            if (read == 0)
            {
                return BimiDocument.Of(buffer[..length], content.Headers.ContentType?.MediaType);
            }

            if (length == buffer.Length)
            {
                Array.Resize(ref buffer, Math.Min(buffer.Length * 2, maxBytes + 1));
            }
        }
    }

    private SocketsHttpHandler CreateHandler() => new()
    {
        // Redirects are followed here, each target checked as the first was.
        AllowAutoRedirect = false,

        // A proxy would resolve the name again, past our check of the address.
        UseProxy = false,
        UseCookies = false,
        AutomaticDecompression = DecompressionMethods.None,
        ActivityHeadersPropagator = null,
        MaxResponseHeadersLength = 16,
        MaxResponseDrainSize = 0,
        PooledConnectionLifetime = TimeSpan.FromMinutes(2),
        PooledConnectionIdleTimeout = TimeSpan.FromSeconds(20),
        ConnectTimeout = _options.FetchTimeout,
        ConnectCallback = ConnectAsync,
        SslOptions = new SslClientAuthenticationOptions { CertificateChainPolicy = CreateChainPolicy() },
    };

    private X509ChainPolicy CreateChainPolicy()
    {
        var policy = new X509ChainPolicy
        {
            // Missing intermediates and revocation lists would be fetched from wherever the server's certificate says: not guarded.
            DisableCertificateDownloads = true,
            RevocationMode = X509RevocationMode.NoCheck,
        };
        policy.ApplicationPolicy.Add(new Oid("1.3.6.1.5.5.7.3.1", "serverAuth"));
        if (_options.TrustedServerRoots is { } roots)
        {
            policy.TrustMode = X509ChainTrustMode.CustomRootTrust;
            policy.CustomTrustStore.AddRange(roots);
        }

        return policy;
    }

    private async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        var host = context.DnsEndPoint.Host;
        var name = DomainName.Parse(host);
        if (!name.IsSuccess || !HttpsUri.IsFullyQualified(name.Value))
        {
            throw new RefusalException($"{Excerpt.Of(host)} is not a fully qualified domain name", isTemporary: false);
        }

        string? lastFailure = null;
        foreach (var address in await ResolveAsync(name.Value, cancellationToken).ConfigureAwait(false))
        {
            var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            try
            {
                await socket.ConnectAsync(new IPEndPoint(address, context.DnsEndPoint.Port), cancellationToken).ConfigureAwait(false);
                return new NetworkStream(socket, ownsSocket: true);
            }
            catch (SocketException e)
            {
                socket.Dispose();
                lastFailure = e.SocketErrorCode.ToString();
            }
            catch
            {
                socket.Dispose();
                throw;
            }
        }

        throw new RefusalException($"no connection to {host}: {lastFailure}", isTemporary: true);
    }

    // A document serves many messages, so its name is looked up in a session of its own.
    private async ValueTask<(DnsResponse IPv4, DnsResponse IPv6)> AskAsync(DomainName name, CancellationToken cancellationToken)
    {
        var session = new DnsSession(_resolver);
        try
        {
            var dns = session.Begin(DnsPurpose.Web, 2);
            var ipv6 = new DnsQuestion(name, DnsRecordType.Aaaa);
            dns.Prefetch(ipv6);
            return (
                await dns.QueryAsync(new DnsQuestion(name, DnsRecordType.A), cancellationToken).ConfigureAwait(false),
                await dns.QueryAsync(ipv6, cancellationToken).ConfigureAwait(false));
        }
        finally
        {
            session.Cancel();
        }
    }

    // The addresses of a name to which a connection may go.
    private async ValueTask<List<IPAddress>> ResolveAsync(DomainName name, CancellationToken cancellationToken)
    {
        var (ipv4, ipv6) = await AskAsync(name, cancellationToken).ConfigureAwait(false);
        var allowed = new List<IPAddress>();
        string? refusal = null;
        foreach (var address in ipv4.Addresses.Concat(ipv6.Addresses))
        {
            if (PrivateAddressFilter.WhyRefused(address) is { } why && !(_options.AllowLoopback && IPAddress.IsLoopback(address)))
            {
                refusal ??= $"{name} has the address {address}, {why}: no connection is made";
            }
            else if (allowed.Count < MaxAddresses)
            {
                allowed.Add(address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address);
            }
        }

        if (allowed.Count > 0)
        {
            return allowed;
        }

        if (refusal is not null)
        {
            throw new RefusalException(refusal, isTemporary: false);
        }

        var failed = ipv4.Status == DnsStatus.Failure ? ipv4 : ipv6;
        throw failed.Status == DnsStatus.Failure
            ? new RefusalException($"the addresses of {name} could not be read: {failed.Reason}", isTemporary: true)
            : new RefusalException($"{name} has no address", isTemporary: false);
    }

    private static RefusalException? FindRefusal(Exception? exception)
    {
        for (; exception is not null; exception = exception.InnerException)
        {
            if (exception is RefusalException refusal)
            {
                return refusal;
            }
        }

        return null;
    }

    private static bool FindAuthentication(HttpRequestException exception) =>
        exception.HttpRequestError == HttpRequestError.SecureConnectionError && exception.InnerException is AuthenticationException;

    // Carries a reason from the connection to the answer; HttpClient wraps it.
    private sealed class RefusalException(string message, bool isTemporary) : IOException(message)
    {
        public bool IsTemporary { get; } = isTemporary;
    }
}
