using System.Collections.Immutable;
using EmailAuth.Dkim;
using EmailAuth.Messages;
using EmailAuth.Milter.Dialogue;

namespace EmailAuth.Milter.Signing;

/// <summary>Signs one message of a client whose mail is signed, if its author domain is in the table.</summary>
internal sealed class MessageSigning(SigningTable table, TimeProvider time) : IDisposable
{
    private const string FieldName = "DKIM-Signature";

    private readonly DkimSigningSession _session = new();

    /// <summary>The result for log and metrics of a message that is signed.</summary>
    public const string Signed = "signed";

    /// <summary>Who From says wrote it. Known when the header has ended.</summary>
    public Author Author => _session.Author;

    public void AddHeaderField(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value) => _session.AddHeaderField(name, value);

    public void EndOfHeaders() => _session.EndOfHeaders();

    public void AppendBody(ReadOnlySpan<byte> bytes) => _session.AppendBody(bytes);

    /// <summary>Signs the message.</summary>
    /// <returns>The fields to insert, the topmost first, and what became of it.</returns>
    public async ValueTask<(ImmutableArray<FieldInsertion> Fields, SigningOutcome Outcome)> CompleteAsync(CancellationToken cancellationToken)
    {
        if (Author.Domain is not { } author)
        {
            return ([], new SigningOutcome(Author.ReasonCode!, Author));
        }

        if (table.Find(author) is not { } rows)
        {
            return ([], new SigningOutcome("other_domain", Author));
        }

        var now = time.GetUtcNow();
        if (rows.SignerAt(now) is not { } signer)
        {
            return ([], new SigningOutcome("no_valid_key", Author));
        }

        var signing = await _session.CompleteAsync(signer, cancellationToken);
        return (
            [.. signing.Fields.Select(static field => new FieldInsertion(FieldName, field[(FieldName.Length + 1)..].TrimStart(' ')))],
            signing.ReasonCode is { } reason ? new SigningOutcome(reason, Author) : new SigningOutcome(Signed, Author) { Identities = rows.IdentitiesAt(now) });
    }

    public void Dispose() => _session.Dispose();
}
