using EmailAuth.Cli.Output;
using EmailAuth.Dns;
using EmailAuth.Inspection.Signatures;

namespace EmailAuth.Cli;

/// <summary>Finds what changed signatures that do not hold, and compares with a copy if one is given.</summary>
/// <param name="resolver">Where keys are looked up.</param>
/// <param name="copy">The message as it was sent; null when it is not given.</param>
internal sealed class SignatureSearch(IDnsResolver resolver, ReadOnlyMemory<byte>? copy)
{
    public async Task AddAsync(MessageAccount account, ReadOnlyMemory<byte> message, CancellationToken cancellationToken)
    {
        if (account.Outcome.Dkim is not { } dkim)
        {
            return;
        }

        account.Signatures = await SignatureDoctor.DiagnoseAsync(message, dkim, resolver, cancellationToken: cancellationToken);
        if (copy is { } sent)
        {
            account.Comparisons = await CopyComparison.CompareAsync(message, sent, dkim, resolver, cancellationToken);
        }
    }
}
