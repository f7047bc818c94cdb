using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using EmailAuth.Bimi;
using EmailAuth.Tests.TestSupport;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace EmailAuth.Tests.Bimi;

/// <summary>What a fetch leaves behind when it ends early, and what a server cannot make it fetch.</summary>
public class HttpsFetcherEdgeTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    // The time for a connection is up while both lookups wait for their answers.
    [Fact]
    public async Task A_connection_that_is_given_up_leaves_no_lookup()
    {
        var held = ScriptedResolver.Held(new ZoneResolver(new Zone()));
        using var fetcher = new HttpsFetcher(held, new BimiOptions { FetchTimeout = TimeSpan.FromMilliseconds(20) }, new FakeTimeProvider());
        var document = await fetcher.FetchAsync("https://images.example/logo.svg", BimiDocumentKind.Indicator, Token);
        Assert.True(document.IsTemporary);
        Assert.Equal(0, held.Outstanding);
    }

    // A certificate may say where its issuer is: nothing is fetched from there.
    [Fact]
    public async Task The_issuer_of_a_server_is_not_fetched()
    {
        using var issuers = new TcpListener(IPAddress.Loopback, 0);
        issuers.Start();
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var root = Root(key);
        using var certificate = Certificate(key, $"http://127.0.0.1:{((IPEndPoint)issuers.LocalEndpoint).Port}/a");
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();

        // Offline: the side of the server does not ask for the issuer either.
        var context = SslStreamCertificateContext.Create(certificate, additionalCertificates: null, offline: true);
        var server = Task.Run(async () =>
        {
            using var client = await listener.AcceptTcpClientAsync(Token);
            await using var stream = new SslStream(client.GetStream());
            try
            {
                await stream.AuthenticateAsServerAsync(new SslServerAuthenticationOptions { ServerCertificateContext = context }, Token);
                _ = await stream.ReadAsync(new byte[1], Token);
            }
            catch (Exception e) when (e is IOException or AuthenticationException)
            {
                // The client has hung up.
            }
        }, Token);
        var zone = new Zone().Add("images.example", ZoneEntryKind.A, "127.0.0.1");
        using var fetcher = new HttpsFetcher(new ZoneResolver(zone), new BimiOptions { AllowLoopback = true, TrustedServerRoots = [root] }, new FakeTimeProvider());
        var uri = $"https://images.example:{((IPEndPoint)listener.LocalEndpoint).Port}/a";
        var document = await fetcher.FetchAsync(uri, BimiDocumentKind.Indicator, Token);
        await server;
        Assert.Equal($"the TLS certificate of {uri} does not hold, or there is no common protocol", document.Reason);
        Assert.False(issuers.Pending());
    }

    private static X509Certificate2 Root(ECDsa key)
    {
        var request = new CertificateRequest("CN=Root", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        using var root = request.CreateSelfSigned(TimeProvider.System.GetUtcNow().AddDays(-2), TimeProvider.System.GetUtcNow().AddDays(2));
        return X509CertificateLoader.LoadCertificate(root.RawData);
    }

    // Of an issuer that is neither sent nor known.
    private static X509Certificate2 Certificate(ECDsa key, string issuer)
    {
        var now = TimeProvider.System.GetUtcNow();
        var request = new CertificateRequest("CN=images.example", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("images.example");
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509AuthorityInformationAccessExtension([], [issuer]));
        using var certificate = request.Create(new X500DistinguishedName("CN=Between"), X509SignatureGenerator.CreateForECDsa(key), now.AddDays(-1), now.AddDays(1), [1]);
        using var withKey = certificate.CopyWithPrivateKey(key);
        return X509CertificateLoader.LoadPkcs12(withKey.Export(X509ContentType.Pkcs12), null);
    }
}
