using System.Collections.Immutable;

namespace EmailAuth.Reports.Feedback;

/// <summary>Pulls out of a report by what the sender of the message finds who complained.</summary>
/// <remarks>
/// RFC 6449 section 3.3.2 and RFC 9477 section 3.2: a provider may hide the recipient, and the sender's own identifiers tell it. They are text
/// of the report, so a sender trusts them as far as it trusts who signed the report.
/// </remarks>
internal static class RecipientTokens
{
    // A header with hundreds of URIs is not a mailing list's.
    private const int MaxUris = 8;

    public static ImmutableArray<RecipientToken> Of(OriginalMessage? original, string? mailFrom, ImmutableArray<string> recipients)
    {
        var tokens = ImmutableArray.CreateBuilder<RecipientToken>();
        foreach (var recipient in recipients.Where(static recipient => recipient.Length > 0))
        {
            tokens.Add(new RecipientToken { Kind = RecipientTokenKind.OriginalRecipient, Value = recipient, Recipient = IsAddress(recipient) ? recipient : null });
        }

        Add(tokens, RecipientTokenKind.CfblFeedbackId, original?["CFBL-Feedback-ID"] is { } id ? FieldText.WithoutSpace(FieldText.WithoutComments(id)) : null);
        var path = original?["Return-Path"] is { } field && FieldText.WithoutBrackets(field) is { Length: > 0 } returned ? returned : mailFrom;
        if (path is { Length: > 0 })
        {
            tokens.Add(new RecipientToken { Kind = RecipientTokenKind.ReturnPath, Value = path, Recipient = RecipientOf(path) });
        }

        Add(tokens, RecipientTokenKind.FeedbackId, original?["Feedback-ID"]);
        AddUris(tokens, original?["List-Unsubscribe"]);
        Add(tokens, RecipientTokenKind.MessageId, original?["Message-ID"] is { } messageId ? FieldText.WithoutBrackets(messageId) : null);
        return tokens.ToImmutable();
    }

    /// <summary>
    /// The recipient that a return path has in its local part, as variable envelope return paths write it: <c>list+user=example.com@host</c>
    /// or <c>list-user=example.com@host</c>; null without one.
    /// </summary>
    internal static string? RecipientOf(string path)
    {
        var at = path.LastIndexOf('@');
        var local = at < 0 ? [] : path.AsSpan(0, at);
        var equals = local.LastIndexOf('=');
        if (equals <= 0 || equals == local.Length - 1 || !local[(equals + 1)..].Contains('.'))
        {
            return null;
        }

        // With "+" everything after it is the recipient, whose own local part may have a hyphen; else the last hyphen ends the list's name.
        var start = local.IndexOf('+') is >= 0 and var plus && plus < equals ? plus : local[..equals].LastIndexOf('-');
        var user = local[(start + 1)..equals];
        return start < 0 || user.IsEmpty || user.ContainsAny('=', ' ') ? null : $"{user}@{local[(equals + 1)..]}";
    }

    private static bool IsAddress(string text) => text.IndexOf('@', StringComparison.Ordinal) > 0 && !text.AsSpan().ContainsAny(' ', '\t');

    private static void Add(ImmutableArray<RecipientToken>.Builder tokens, RecipientTokenKind kind, string? value)
    {
        if (!string.IsNullOrEmpty(value))
        {
            tokens.Add(new RecipientToken { Kind = kind, Value = value });
        }
    }

    // RFC 2369 section 2: URIs in angle brackets, separated by commas; text outside of brackets is a comment.
    private static void AddUris(ImmutableArray<RecipientToken>.Builder tokens, string? value)
    {
        var rest = value.AsSpan();
        for (var count = 0; count < MaxUris && rest.IndexOf('<') is >= 0 and var start; count++)
        {
            rest = rest[(start + 1)..];
            if (rest.IndexOf('>') is not (>= 0 and var end))
            {
                return;
            }

            Add(tokens, RecipientTokenKind.ListUnsubscribe, rest[..end].Trim().ToString());
            rest = rest[(end + 1)..];
        }
    }
}
