using System.Collections.Immutable;
using EmailAuth.Dkim;
using EmailAuth.Milter.Dialogue;

namespace EmailAuth.Milter.Signing;

/// <summary>Signs one message of a client whose mail is signed, if its author domain is in the table.</summary>
internal sealed class MessageSigning(SigningTable table, TimeProvider time) : IDisposable
{
    private const string FieldName = "DKIM-Signature";

    private readonly DkimSigningSession _session = new();

    /// <summary>The result for log and metrics of a message that is signed.</summary>
    public const string Signed = "signed";

    public void AddHeaderField(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value) => _session.AddHeaderField(name, value);

    public void EndOfHeaders() => _session.EndOfHeaders();

    public void AppendBody(ReadOnlySpan<byte> bytes) => _session.AppendBody(bytes);

    /// <summary>Signs the message.</summary>
    /// <returns>The fields to insert, the topmost first, and the result in one word.</returns>
    public async ValueTask<(ImmutableArray<FieldInsertion> Fields, string Result)> CompleteAsync(CancellationToken cancellationToken)
    {
        if (_session.Author.Domain is not { } author)
        {
            return ([], _session.Author.ReasonCode!);
        }

        if (table.Find(author) is not { } rows)
        {
            return ([], "other_domain");
        }

        if (rows.SignerAt(time.GetUtcNow()) is not { } signer)
        {
            return ([], "no_valid_key");
        }

        var signing = await _session.CompleteAsync(signer, cancellationToken);
        return (
            [.. signing.Fields.Select(static field => new FieldInsertion(FieldName, field[(FieldName.Length + 1)..].TrimStart(' ')))],
            signing.ReasonCode ?? Signed);
    }

    public void Dispose() => _session.Dispose();
}
