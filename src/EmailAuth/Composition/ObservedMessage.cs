using System.Collections.Immutable;
using System.Net;
using EmailAuth.Hosting;
using EmailAuth.Messages;

namespace EmailAuth.Composition;

/// <summary>What observers get to know about the current message, collected while it arrives. For one caller at a time.</summary>
internal sealed class ObservedMessage
{
    private ImmutableArray<string>.Builder? _recipients;
    private int _unlistedRecipients;
    private EvaluatedMessage? _evaluated;

    /// <summary>What the client said in MAIL FROM.</summary>
    public string? MailFrom { get; init; }

    /// <summary>The envelope, where the whole message was at hand with it.</summary>
    public SmtpEnvelope? Envelope { get; init; }

    public void AddRecipient(string mailbox, MessageLimits limits)
    {
        _recipients ??= ImmutableArray.CreateBuilder<string>();
        if (_recipients.Count < limits.MaxRecipients)
        {
            _recipients.Add(mailbox);
        }
        else
        {
            _unlistedRecipients++;
        }
    }

    /// <summary>The message was judged. The connection may say other things of itself before observers are told.</summary>
    public void Complete(
        AuthenticationOutcome outcome,
        int lookupsAnsweredAtOnce,
        DateTimeOffset receivedAt,
        ReadOnlyMemory<byte>? header,
        bool isReport,
        (IPAddress? Client, string? Helo, bool IsAuthenticated) connection) => _evaluated = new EvaluatedMessage(
            outcome.Relay is { } relay && Envelope is not { IsReconstructed: true } ? EnvelopeOf(relay.Address, relay.Helo, isAuthenticated: false)
            : Envelope ?? EnvelopeOf(connection.Client, connection.Helo, connection.IsAuthenticated),
            outcome)
        {
            ReceivedAt = receivedAt,
            Header = header,
            IsReport = isReport,
            LookupsAnsweredAtOnce = lookupsAnsweredAtOnce,
        };

    /// <summary>The message as observers see it; null when it has no outcome.</summary>
    /// <param name="applied">What the host did, or null when it did not say.</param>
    public EvaluatedMessage? With(AppliedAction? applied) => _evaluated is null || applied is null
        ? _evaluated
        : new EvaluatedMessage(_evaluated.Envelope, _evaluated.Outcome)
        {
            ReceivedAt = _evaluated.ReceivedAt,
            Header = _evaluated.Header,
            IsReport = _evaluated.IsReport,
            LookupsAnsweredAtOnce = _evaluated.LookupsAnsweredAtOnce,
            Applied = applied,
        };

    private SmtpEnvelope EnvelopeOf(IPAddress? client, string? helo, bool isAuthenticated) => new(client, helo, Envelope?.MailFrom ?? MailFrom)
    {
        IsAuthenticatedSubmission = isAuthenticated,
        Recipients = Envelope?.Recipients ?? _recipients?.ToImmutable() ?? [],
        UnlistedRecipients = Envelope?.UnlistedRecipients ?? _unlistedRecipients,
    };
}
