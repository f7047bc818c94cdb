using System.Collections.Immutable;
using System.Diagnostics;
using System.Text;
using EmailAuth.Cli.Commands;
using EmailAuth.Dkim;
using EmailAuth.Dns;
using EmailAuth.Inspection;
using EmailAuth.Signatures;
using EmailAuth.Syntax;

namespace EmailAuth.Cli.Input;

/// <summary>Whether receivers verify with a published record what a private key signs.</summary>
/// <param name="Mismatch">Why they do not, or null.</param>
internal sealed record KeyPair(string? Mismatch)
{
    private const string KeyLabel = "._domainkey.";
    private const string Message = "From: a@example.com\r\n\r\n";

    /// <summary>The answer in a line.</summary>
    public string Text => Mismatch is null ? "belongs to this record" : Findings[0].ToString();

    /// <summary>The finding, if they do not.</summary>
    public ImmutableArray<Finding> Findings => Mismatch is null
        ? []
        : [new Finding { Code = FindingCode.DkimOtherPrivateKey, Severity = FindingSeverity.Error, Arguments = [Mismatch] }];

    /// <summary>Signs a message with the key, and verifies it as a receiver does.</summary>
    /// <exception cref="CommandException">The name is not that of a key record, or the DNS does not answer.</exception>
    public static async Task<KeyPair> CheckAsync(DomainName name, PemSigningKey key, IDnsResolver resolver, CancellationToken cancellationToken)
    {
        var parts = name.ToString().Split(KeyLabel, 2);
        if (parts.Length != 2 || DomainName.Parse(parts[1]) is not { IsSuccess: true, Value: var domain })
        {
            throw new CommandException(ExitCode.Usage, $"'{name}' is not the name of a key record: --private-key needs DOMAIN and SELECTOR");
        }

        var signing = await SignerOf(domain, parts[0], key).SignAsync(Encoding.ASCII.GetBytes(Message), cancellationToken);

        // A key for TLS reports alone has its receivers, too.
        var options = new DkimOptions { AcceptTlsReportKeys = true };
        var verified = await new DkimVerifier(resolver, options).VerifyAsync(Encoding.ASCII.GetBytes($"{signing.Fields[0]}\r\n{Message}"), cancellationToken);
        var signature = verified.Signatures[0];
        return new KeyPair(signature.Code switch
        {
            SignatureResultCode.Pass => null,
            SignatureResultCode.TempError => throw ResolverOptions.NoAnswer($"the TXT records of {name}", signature.Reason),
            SignatureResultCode.Fail => $"the key that is published at {name} is not that of the private key",
            SignatureResultCode.PermError or SignatureResultCode.Policy or SignatureResultCode.Neutral or SignatureResultCode.None => signature.Reason,
            _ => throw new UnreachableException(),
        });
    }

    private static DkimSigner SignerOf(DomainName domain, string selector, PemSigningKey key)
    {
        try
        {
            return new DkimSigner([new DkimSigningIdentity { Domain = domain, Selector = selector, Key = key }]);
        }
        catch (ArgumentException e)
        {
            throw new CommandException(ExitCode.Usage, CommandException.Sentence(e), e);
        }
    }
}
