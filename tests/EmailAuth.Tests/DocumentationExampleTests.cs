using System.Xml.Linq;
using EmailAuth.Arc;
using EmailAuth.Dkim;
using EmailAuth.Dmarc;
using EmailAuth.Dns;
using EmailAuth.Hosting;
using EmailAuth.MimeKit;
using EmailAuth.Signatures;
using EmailAuth.Spf;
using EmailAuth.Tests.Dkim;
using EmailAuth.Tests.TestSupport;
using Xunit;

namespace EmailAuth.Tests;

/// <summary>
/// The types that a person starts from have an example in their documentation. Each is a whole program, and each runs: the DNS that it asks is one
/// in which no name exists.
/// </summary>
[Collection(nameof(ConsoleTests))]
public class DocumentationExampleTests
{
    private const string SystemResolver = "new StubResolver()";
    private const string Nowhere =
        """
        internal sealed class Nowhere : EmailAuth.Dns.IDnsResolver
        {
            public ValueTask<EmailAuth.Dns.DnsResponse> QueryAsync(EmailAuth.Dns.DnsQuestion question, CancellationToken cancellationToken) =>
                ValueTask.FromResult(EmailAuth.Dns.DnsResponse.NameError());
        }
        """;

    // What each prints, where no name exists.
    private static readonly Dictionary<Type, string[]> Starts = new()
    {
        [typeof(AuthenticationPipeline)] = ["Authentication-Results: mx.example.org;", "dkim=permerror", "Accept: "],
        [typeof(AuthenticationSession)] = ["Authentication-Results: mx.example.org;", "dkim=none", "header.from=example.com"],
        [typeof(AuthenticationOptions)] = ["Reject, Accept"],
        [typeof(AuthenticationOutcome)] = ["spf=none", "dkim=permerror", "signed by football.example.com: PermError"],
        [typeof(SmtpEnvelope)] = ["alice@example.com, 0, not known"],
        [typeof(SpfEvaluator)] = ["None: "],
        [typeof(DkimSigner)] = ["DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/relaxed; d=example.com; s=s1;"],
        [typeof(DkimSigningSession)] = ["DKIM-Signature: v=1; a=ed25519-sha256;", "s=s1;"],
        [typeof(DkimVerifier)] = ["football.example.com (test): PermError"],
        [typeof(DmarcEvaluator)] = ["None, the domain owner asks for "],
        [typeof(DmarcReportDestinations)] = ["mailto:dmarc@reports.example: NotConfirmed, to "],
        [typeof(ArcVerifier)] = ["None "],
        [typeof(ArcSealer)] = ["ARC-Seal: i=1;", "cv=none", "ARC-Message-Signature: i=1;", "ARC-Authentication-Results: i=1; mx.forwarder.example;"],
        [typeof(ISigningKey)] = ["signed by a vault"],
        [typeof(IDnsResolver)] = ["Pass"],
        [typeof(EmailAuthHealthCheck)] = ["Healthy"],
        [typeof(EmailAuthServiceCollectionExtensions)] = ["mx.example.org"],
        [typeof(MimeMessageExtensions)] = ["Authentication-Results: mx.example.org;", "dkim=permerror"],
    };

    private static readonly Lazy<Dictionary<string, string>> Examples = new(Read);

    public static TheoryData<string> Types => [.. Starts.Keys.Select(type => type.FullName!)];

    [Theory]
    [MemberData(nameof(Types))]
    public void An_example_compiles_as_it_is(string type) =>
        Assert.Empty(ExampleProgram.Problems(ExampleProgram.Compile(type, Examples.Value[type])));

    [Theory]
    [MemberData(nameof(Types))]
    public async Task An_example_runs_without_a_network_and_prints_what_it_promises(string type)
    {
        var code = Examples.Value[type].Replace(SystemResolver, "new Nowhere()", StringComparison.Ordinal);
        var folder = Directory.CreateTempSubdirectory("emailauth-example-");
        try
        {
            await File.WriteAllBytesAsync(Path.Combine(folder.FullName, "message.eml"), DkimSamples.Message("rfc8463-a3.eml"), TestContext.Current.CancellationToken);
            await File.WriteAllTextAsync(Path.Combine(folder.FullName, "private-key.pem"), TestSigner.Rsa2048.Pem, TestContext.Current.CancellationToken);
            var printed = await ExampleProgram.RunAsync(ExampleProgram.Compile(type + ".Run", code, Nowhere), folder.FullName);
            Assert.All(Starts.Single(start => start.Key.FullName == type).Value, text => Assert.Contains(text, printed, StringComparison.Ordinal));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public void No_example_is_left_out() => Assert.Equal(Types.Select(row => row.Data).Order(StringComparer.Ordinal), Examples.Value.Keys.Order(StringComparer.Ordinal));

    private static Dictionary<string, string> Read() =>
        XDocument.Load(Path.Combine(AppContext.BaseDirectory, "EmailAuth.xml")).Descendants("member")
            .Where(member => member.Element("example") is not null)
            .ToDictionary(
                member => member.Attribute("name")!.Value["T:".Length..],
                member => Assert.Single(member.Element("example")!.Elements("code")).Value,
                StringComparer.Ordinal);
}
