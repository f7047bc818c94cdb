using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace EmailAuth.Tests.Bimi;

/// <summary>A web server on loopback with a certificate of its own authority for <c>images.example</c> and <c>www.images.example</c>.</summary>
internal sealed class WebServer : IAsyncDisposable
{
    private readonly WebApplication _application;
    private readonly ConcurrentDictionary<string, RequestDelegate> _pages = new(StringComparer.Ordinal);
    private readonly X509Certificate2 _certificate;

    private WebServer(X509Certificate2 root, X509Certificate2 certificate)
    {
        Roots = [root];
        _certificate = certificate;
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen => listen.UseHttps(certificate)));
        _application = builder.Build();
        _application.Run(context =>
        {
            Requests.Add(context.Request.Path);
            if (_pages.TryGetValue(context.Request.Path, out var page))
            {
                return page(context);
            }

            context.Response.StatusCode = StatusCodes.Status404NotFound;
            return Task.CompletedTask;
        });
    }

    public X509Certificate2Collection Roots { get; }

    public ConcurrentBag<string> Requests { get; } = [];

    public int Port { get; private set; }

    public static async Task<WebServer> StartAsync()
    {
        // The handshake judges by the machine's clock; nothing else here does.
        var now = TimeProvider.System.GetUtcNow();
        using var rootKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var root = new CertificateRequest("CN=Test Web Root", rootKey, HashAlgorithmName.SHA256);
        root.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        var rootCertificate = root.CreateSelfSigned(now.AddDays(-2), now.AddDays(2));

        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=images.example", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("images.example");
        names.AddDnsName("www.images.example");
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid("1.3.6.1.5.5.7.3.1")], false));
        using var certificate = request.Create(rootCertificate, now.AddDays(-1), now.AddDays(1), [1]);
        var withKey = X509CertificateLoader.LoadPkcs12(certificate.CopyWithPrivateKey(key).Export(X509ContentType.Pkcs12), null);

        var server = new WebServer(X509CertificateLoader.LoadCertificate(rootCertificate.RawData), withKey);
        await server._application.StartAsync();
        server.Port = new Uri(server._application.Urls.Single()).Port;
        return server;
    }

    public string Uri(string path, string host = "images.example") => $"https://{host}:{Port}{path}";

    /// <summary>Serves what a delegate writes.</summary>
    public string Serve(string path, RequestDelegate page)
    {
        _pages[path] = page;
        return Uri(path);
    }

    /// <summary>Serves fixed bytes.</summary>
    public string Serve(string path, byte[] content, string? type = "image/svg+xml") => Serve(path, context =>
    {
        context.Response.ContentType = type;
        return context.Response.Body.WriteAsync(content).AsTask();
    });

    public string Redirect(string path, string location, int status = StatusCodes.Status302Found) => Serve(path, context =>
    {
        context.Response.StatusCode = status;
        context.Response.Headers.Location = location;
        return Task.CompletedTask;
    });

    public async ValueTask DisposeAsync()
    {
        await _application.DisposeAsync();
        _certificate.Dispose();
    }
}
